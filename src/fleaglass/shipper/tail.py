"""Everything in one journal, in order, across its segments, also while it is being written.

::

    look()         what is there now: the segments, and whether the process that wrote them still lives
    follow()       the next chunk at the front, which moves on
    chunk(at)      what lies at a position behind the front: from memory if somebody has just read it

A chunk is at most about a megabyte, so a backlog of any length is read in little memory. Whoever is behind reads the
same chunks later; who keeps up shares them with all others, so that each byte is read once.

What cannot be read is reported, once, and passed over: a damaged stretch, a segment whose header is damaged, one that
is gone. A segment of a newer format is not: the journal is left to a newer Fleaglass (`NewerFormat`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.journal.cursors import START, Position
from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import LEASE, segments_in
from fleaglass.journal.lease import is_held
from fleaglass.journal.reader import Damage, RawRecord, SegmentReader
from fleaglass.journal.records import Opened, Scope, decode

__all__ = ["Chunk", "Tail", "Trouble"]

_CHUNKS_KEPT: Final = 4


class Chunk(msgspec.Struct, frozen=True):
    """What lies between two positions: records of one segment. ``end`` may be where the next one begins."""

    begin: Position
    end: Position
    segment: int
    records: Sequence[RawRecord] = ()


class Trouble(msgspec.Struct, frozen=True):
    """What could not be read: a segment that is missing, or bytes of one from ``begin`` on."""

    segment: int
    begin: int = 0
    is_missing: bool = False

    def __str__(self) -> str:
        return f"segment {self.segment} " + ("is missing" if self.is_missing else f"is damaged at {self.begin}")


class Tail:
    """Reads one journal. Used by one thread at a time.

    Args:
        folder: of the journal.
        report: called once with each trouble.
        front: where to go on.
    """

    def __init__(self, folder: Path, *, report: Callable[[Trouble], None], front: Position = START) -> None:
        self.folder = folder
        self.front = front
        """What lies before it has been read by ``follow``."""
        self.is_over = False
        """Nobody writes it any more, as of the last look."""
        self.journal = bytes(16)
        self.opened: Opened | None = None
        self.scopes: dict[int, Scope] = {}
        self._segments: list[tuple[int, Path]] = []
        self._recent: deque[Chunk] = deque(maxlen=_CHUNKS_KEPT)
        self._report = report
        self._reported: set[Trouble] = set()

    def look(self) -> None:
        """See what is there now. Raises ``OSError``."""
        # In this order: what is found after the process was seen dead is all that it left.
        self.is_over = not _is_alive(self.folder)
        self._segments = segments_in(self.folder)

    @property
    def last_segment(self) -> int:
        """Number of the last segment that there is; 0 if there is none."""
        return self._segments[-1][0] if self._segments else 0

    def segments_before(self, number: int) -> list[tuple[int, Path]]:
        """Number and path of the segments below a number."""
        return [each for each in self._segments if each[0] < number]

    def follow(self) -> Chunk | None:
        """The next chunk at the front; ``None`` if there is nothing new. Raises `NewerFormat`, ``OSError``."""
        chunk = self._read(self.front)
        if chunk.end == self.front:
            return None
        self.front = chunk.end
        self._recent.append(chunk)
        for record in chunk.records:
            if record.kind in (Opened.kind, Scope.kind):
                self._learn(record)
        return chunk

    def would_forget(self, at: Position) -> bool:
        """Whether ``follow`` would push out of memory what somebody at this position has still to read."""
        return len(self._recent) == _CHUNKS_KEPT and at < self._recent[0].end

    def chunk(self, at: Position) -> Chunk:
        """What lies at a position before the front. Raises `NewerFormat`, ``OSError``."""
        for chunk in self._recent:
            if chunk.begin <= at < chunk.end:
                return chunk
        chunk = self._read(at)
        if chunk.end > at:
            self._recent.append(chunk)
        return chunk

    def _learn(self, record: RawRecord) -> None:
        try:
            known = decode(record.kind, record.payload)
        except msgspec.MsgspecError:
            return
        if isinstance(known, Scope):
            self.scopes[known.number] = known
        elif isinstance(known, Opened):
            self.opened = known

    def _read(self, at: Position) -> Chunk:
        following = [each for each in self._segments if each[0] >= at.segment][:2]
        if not following:
            return Chunk(at, at, at.segment)
        number, path = following[0]
        next_number = following[1][0] if len(following) > 1 else None
        if number > at.segment and at != START:
            self._miss(at.segment, number)
        begin = at.offset if number == at.segment else 0
        try:
            with SegmentReader(path) as reader:
                self.journal = reader.header.journal
                end, records = self._records(reader, number, begin)
        except NewerFormat:
            raise
        except FileNotFoundError:
            return Chunk(at, at, number)  # the next look will not show it any more
        except FormatError:
            self._tell(Trouble(number))
            end, records = begin, []
        if end == begin and next_number is not None:  # the writer has gone on, and this one is read
            if next_number > number + 1:
                self._miss(number + 1, next_number)
            return Chunk(at, Position(next_number, 0), number)
        return Chunk(at, Position(number, end), number, records)

    def _records(self, reader: SegmentReader, number: int, begin: int) -> tuple[int, list[RawRecord]]:
        """Where the next piece of a segment ends, and its records."""
        end = begin
        for piece in reader.pieces(begin, is_over=self.is_over):
            if isinstance(piece, Damage):
                self._tell(Trouble(number, piece.offset))
                end = piece.end
            elif piece:
                return piece[-1].end, piece
        return end, []

    def _miss(self, first: int, end: int) -> None:
        for number in range(first, min(end, first + 100)):
            self._tell(Trouble(number, is_missing=True))

    def _tell(self, trouble: Trouble) -> None:
        if trouble not in self._reported and len(self._reported) < 10_000:
            self._reported.add(trouble)
            self._report(trouble)


def _is_alive(folder: Path) -> bool:
    """Whether somebody writes the journal. One without a lease was copied here."""
    try:
        return is_held(folder / LEASE)
    except FileNotFoundError:
        return False
