"""The span log: one line ``trace_id span_id name`` per ended span, written before anything can lose the span.

Tests and the demo compare it, id by id, with what the hub has stored.
"""

from __future__ import annotations

import os
from pathlib import Path

from fleaglass.recorder.seams import EndedSpan

__all__ = ["SpanLog"]


class SpanLog:
    """A sink that appends to a file.

    Each line is one ``write`` to a descriptor opened for appending: several agents may share the file without mixing
    their lines, and a line survives the death of the process that wrote it. The file is opened with the first span.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._descriptor: int | None = None

    def __call__(self, span: EndedSpan) -> None:
        """Append one line. ``OSError`` when the file cannot be written."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        os.write(self._descriptor, f"{span.trace_id} {span.span_id} {span.name}\n".encode())
