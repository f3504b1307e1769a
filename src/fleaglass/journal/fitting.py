"""What is too large for a record: something for a Sentry server goes into a file beside it, anything else is cut.

It is the longest strings of a record that are cut, all to the same length, and each says by how much. A file is written
before its record, so a record whose file is not there is one that somebody has deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from fleaglass.journal.layout import SPILL, make_folder
from fleaglass.journal.records import Envelope, Log, SpanEnded, SpanMarked, SpanStarted, decode, encode

__all__ = ["MAX_SPILLED_BYTES", "cut", "spill"]

MAX_SPILLED_BYTES: Final = 64 << 20
"""Of one file: no server takes more."""

_CUT: Final = frozenset({Log.kind, SpanEnded.kind, SpanMarked.kind, SpanStarted.kind})
"""The others hold JSON, of which a part is worth nothing, or are part of a span's end."""
_SHORTEST_CHARS: Final = 64


def spill(folder: Path, number: int, payload: bytes) -> bytes | None:
    """Lay what an `Envelope` holds into a file, and make a record that names it; ``None`` if no server would take it.

    Args:
        folder: of the journal.
        number: of the file, never used before.
        payload: of the record that is too large.

    Raises:
        OSError: there is no room, or no access.
    """
    try:
        envelope = decode(Envelope.kind, payload)
    except msgspec.MsgspecError:
        return None
    if not isinstance(envelope, Envelope) or len(envelope.item) > MAX_SPILLED_BYTES:
        return None
    make_folder(folder / SPILL)
    path = folder / SPILL / f"{number}.item"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(envelope.item)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return encode(Envelope(envelope.category, b"", path.name, envelope.supersedes))


def cut(kind: int, payload: bytes, most_bytes: int) -> bytes | None:
    """A record that says the same in at most so many bytes; ``None`` if there is none."""
    if kind not in _CUT:
        return None
    try:
        fields = msgspec.msgpack.decode(payload)
    except msgspec.MsgspecError:
        return None
    chars = max(map(len, _strings(fields)), default=0)
    while chars > _SHORTEST_CHARS:
        chars = max(_SHORTEST_CHARS, chars // 2)
        smaller = encode(_shortened(fields, chars))
        if len(smaller) <= most_bytes:
            return smaller
    return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _shortened(value: Any, chars: int) -> Any:
    if isinstance(value, str) and len(value) > chars:
        return f"{value[:chars]}… ({len(value) - chars} characters are cut)"
    if isinstance(value, list):
        return [_shortened(each, chars) for each in value]
    if isinstance(value, dict):
        return {name: _shortened(each, chars) for name, each in value.items()}
    return value
