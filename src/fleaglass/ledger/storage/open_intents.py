"""Which intents have no outcome: what an agent that starts has to ask the venue about.

A note of them is kept beside the log, so that a start reads only what came after it. It is no more than that: without
it, or if it is not whole, the log is read from its beginning.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from fleaglass.ledger.entry import Entry

__all__ = ["OpenIntents", "closes", "read_note", "write_note"]


def closes(entry: Entry) -> bool:
    """Whether the intent that it refers to is open no more.

    An outcome that is itself unknown leaves it open; a resolution closes it, whatever it found.
    """
    return entry.kind == "resolution" or (entry.kind == "outcome" and entry.attributes.get("state") != "unknown")


class OpenIntents:
    """Those that are open."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._open: dict[str, Entry] = {}
        for entry in entries:
            self.take(entry)

    def take(self, entry: Entry) -> None:
        """The log has one more entry."""
        if entry.kind == "intent":
            self._open[entry.id] = entry
        elif closes(entry):
            self._open.pop(entry.ref, None)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._open

    @property
    def entries(self) -> tuple[Entry, ...]:
        """In the order in which they were written."""
        return tuple(self._open.values())


def write_note(size: int, open_: Sequence[int]) -> bytes:
    """A note that of the first ``size`` entries these are open, by index."""
    said = msgspec.json.encode([size, open_])
    return b"%08x %b\n" % (zlib.crc32(said), said)


def read_note(path: Path) -> tuple[int, list[int]]:
    """Size and indexes from a note; (0, []) if there is none that is whole."""
    try:
        checksum, said = path.read_bytes().split(b" ", 1)
        if int(checksum, 16) == zlib.crc32(said[:-1]):
            return msgspec.json.decode(said, type=tuple[int, list[int]])
    except (OSError, ValueError):
        pass
    return 0, []
