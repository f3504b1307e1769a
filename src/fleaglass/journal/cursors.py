"""How far a journal has been sent: the shipper writes it down, and the agent reads it to flush truthfully.

::

    cursors.json    one cursor for each delivery: of one signal to one destination, such as ``hub/traces``
    hurry           until when somebody waits, in Unix nanoseconds: the agent writes it, and the shipper sends at once

Both are replaced as a whole, so a reader sees the one from before or the one from after.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import CURSORS, HURRY, replace_file

__all__ = [
    "SAMPLED",
    "START",
    "SUPERSEDED",
    "Cursor",
    "Cursors",
    "Position",
    "ask_for_hurry",
    "hurry_until_ns",
    "read_cursors",
    "write_cursors",
]

_VERSION: Final = 1
_MAX_BYTES: Final = 1 << 20
_Count = Annotated[int, msgspec.Meta(ge=0)]

SUPERSEDED: Final = "superseded"
"""The reason for which a record need not arrive: a later one has taken its place."""

SAMPLED: Final = "sampled"
"""The reason for which a span need not arrive: its cycle did nothing, and others stand for it."""

_NO_LOSS: Final = frozenset({SUPERSEDED, SAMPLED})
"""All other reasons are losses."""


class Position(NamedTuple):
    """A place in a journal: between two records of a segment. Positions compare as what lies before them does."""

    segment: Annotated[int, msgspec.Meta(ge=0, le=99_999_999)]
    offset: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


START: Final = Position(0, 0)
"""Before everything."""


class Cursor(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How far one delivery is.

    Attributes:
        at: everything before it is settled.
        sending: where the request begins and ends that is under way; after a crash the same one is made again.
        accepted: records that the destination has.
        rejected: records that it took a request without.
        dropped: records that will not arrive, by the reason.
        down: why nothing gets through at present; ``None`` when all is well.
    """

    at: Position = START
    sending: tuple[Position, Position] | None = None
    accepted: _Count = 0
    rejected: _Count = 0
    dropped: dict[str, _Count] = {}
    down: str | None = None

    @property
    def lost(self) -> int:
        """Records that did not arrive and never will."""
        return sum(self.losses.values())

    @property
    def losses(self) -> dict[str, int]:
        """The same, by reason."""
        found = {reason: count for reason, count in self.dropped.items() if reason not in _NO_LOSS}
        if self.rejected:
            found["refused"] = found.get("refused", 0) + self.rejected
        return found

    def drop(self, reason: str, count: int = 1) -> None:
        """So many records will not arrive."""
        self.dropped = {**self.dropped, reason: self.dropped.get(reason, 0) + count}


class Cursors(msgspec.Struct, kw_only=True):
    """All deliveries of a journal, and what could not be read of it.

    Attributes:
        version: of this format.
        deliveries: by ``destination/signal``.
        damaged: how many stretches of it held no records where there should be some.
        missing: how many of its segments were gone before they were read.
    """

    version: Literal[1] = _VERSION
    deliveries: dict[str, Cursor] = {}
    damaged: _Count = 0
    missing: _Count = 0

    def passed(self, position: Position) -> bool:
        """Whether everything before it is settled, by each destination."""
        return all(cursor.at >= position for cursor in self.deliveries.values())

    @property
    def lost(self) -> int:
        """Records that did not arrive somewhere and never will."""
        return sum(cursor.lost for cursor in self.deliveries.values())


class _Version(msgspec.Struct):
    version: int


def read_cursors(folder: Path) -> Cursors | None:
    """How far the journal in this folder has been sent; ``None`` if no shipper has seen it yet.

    Raises:
        OSError: it cannot be read.
        FormatError: it is damaged.
        NewerFormat: a newer Fleaglass wrote it.
    """
    path = folder / CURSORS
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return None
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version > _VERSION:
            raise NewerFormat(f"{path} is of format {version}, and this Fleaglass reads up to {_VERSION}")
        return msgspec.json.decode(content, type=Cursors)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FormatError(f"{path}: {error}") from error


def write_cursors(folder: Path, cursors: Cursors) -> None:
    """Write it down. For the one shipper that has the journal. Raises ``OSError``."""
    replace_file(folder / CURSORS, msgspec.json.encode(cursors))


def ask_for_hurry(folder: Path, until_ns: int) -> None:
    """Let the shipper send what there is, without waiting for company or for its next attempt. Raises ``OSError``.

    Args:
        folder: of the journal.
        until_ns: until when, in Unix nanoseconds.
    """
    replace_file(folder / HURRY, str(until_ns).encode())


def hurry_until_ns(folder: Path) -> int:
    """Until when somebody waits for the journal, in Unix nanoseconds; 0 if nobody does."""
    with suppress(OSError, ValueError):
        handle = os.open(folder / HURRY, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return int(os.read(handle, 32))
        finally:
            os.close(handle)
    return 0
