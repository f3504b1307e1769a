"""One delivery of a journal: one signal to one destination, its records in order, none skipped and none forgotten.

::

    gather ──▶ a batch ──▶ under way ──┬─ accepted, refused     the cursor moves behind it, counted
       ▲    (linger, or full)   ▲      ├─ too large             its first half is the next batch
       └────────────────────────│──────┘
                                └───── not now                 the same batch, when the link may be tried again

No thread and no clock of its own. What is under way is in the cursor before it leaves, so after a crash the same
records make the same batch, and its id says that it comes a second time.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.journal.cursors import SAMPLED, SUPERSEDED, Cursor, Position
from fleaglass.journal.fitting import MAX_SPILLED_BYTES
from fleaglass.journal.layout import SPILL
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import Envelope, GivenUp, Opened, Record, SpanEnded, decode
from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
from fleaglass.shipper.batch import KINDS, Batch, Signal
from fleaglass.shipper.tail import Chunk, Tail

__all__ = ["Delivery"]

_MAX_BATCH_BYTES: Final = 4 << 20
_DISK_CAP: Final = "disk_cap"
_LEAVES: Final = "", 0
_offset: Final = attrgetter("offset")


class Delivery:
    """Used by one thread at a time.

    Args:
        name: ``destination/signal``.
        signal: what is sent.
        tail: the journal.
        cursor: how far the delivery is; it is kept up to date.
        agent_id: for a journal that does not say itself whose it is.
        most: most records in one batch.
        linger_s: how long the first record of a batch waits for company, in seconds.
        is_superseded: whether a record of this key, at this place, need not leave any more.
        until: what lies behind this place has to wait.
        sift: whether a span leaves, with the flags of its record; one that stands for others is told so.
    """

    def __init__(
        self,
        name: str,
        signal: Signal,
        tail: Tail,
        cursor: Cursor,
        *,
        agent_id: str,
        most: int,
        linger_s: float,
        is_superseded: Callable[[str, Position], bool],
        until: Callable[[], Position],
        sift: Callable[[SpanEnded, int], bool],
    ) -> None:
        self.name = name
        self.signal: Signal = signal
        self.cursor = cursor
        self.batch: Batch | None = None
        """What is under way, or waits for another attempt."""
        self._tail = tail
        self._agent_id = agent_id
        self._kind = KINDS[signal]
        self._most = 1 if signal == "envelopes" else most  # a server takes envelopes one by one
        self._linger_s = linger_s
        self._is_superseded = is_superseded
        self._until = until
        self._sift = sift
        self._items: list[tuple[Record, int, RawRecord]] = []
        """Records of the delivery's kind that are not settled, each with the number of its segment."""
        self._dropped: list[tuple[Position, str, int]] = []
        """What will not arrive, where it lay: counted when the cursor has passed it, and so only once."""
        self._bytes = 0
        self._begin = cursor.sending[0] if cursor.sending is not None else cursor.at
        self._again_to = cursor.sending[1] if cursor.sending is not None else None
        self.read_to = self._begin
        """What lies before it has been gathered."""
        self._first_at_s: float | None = None

    @property
    def needs(self) -> Position | None:
        """Where it reads on, if it may."""
        return self.read_to if self.read_to < self._until() else None

    @property
    def has_more(self) -> bool:
        """Whether something is there that is not settled, or not looked at."""
        return bool(self._items) or self.read_to < self._tail.front

    def next(self, now_s: float, *, in_a_hurry: bool) -> Batch | None:
        """The batch to send now, the one that did not get through if there is one. Raises `NewerFormat`, ``OSError``.

        Args:
            now_s: the time, by a clock that never goes back.
            in_a_hurry: whether it shall not wait for company.
        """
        if self.batch is None:
            if self._again_to is not None:
                self._gather(self._again_to, sys.maxsize, sys.maxsize)
                is_due = True
            else:
                is_full = self._gather(self._until(), self._most, _MAX_BATCH_BYTES)
                is_due = is_full or in_a_hurry or self._tail.is_over or self._has_lingered(now_s)
            if not self._items:
                self._pass(self.read_to)
            elif is_due:
                self._make_batch(len(self._items) if self._again_to is not None else self._most)
        return self.batch

    def settle(self, answer: Answer) -> None:
        """What came of the batch."""
        assert self.batch is not None
        assert self.cursor.sending is not None
        count = len(self.batch.records)
        if isinstance(answer, NotNow):
            return
        if isinstance(answer, Refused) and answer.too_large and count > 1:
            self._most = count // 2
            self._make_batch(self._most)
            return
        if isinstance(answer, Accepted):
            rejected = min(answer.rejected, count)
            self.cursor.rejected += rejected
            self.cursor.accepted += count - rejected
        else:
            self.cursor.drop("too_large" if answer.too_large else "refused", count)
        self._bytes -= sum(len(raw.payload) for _, _, raw in self._items[:count])
        del self._items[:count]
        self.batch = None
        self._pass(self.cursor.sending[1])

    def _make_batch(self, most: int) -> None:
        """Of the first items."""
        end = self.read_to
        if len(self._items) > most:
            _, segment, raw = self._items[most]
            end = Position(segment, raw.offset)
        self.cursor.sending = self._begin, end
        (first, from_), (last, to) = self._begin, end
        self.batch = Batch(
            id=f"{self._tail.journal.hex()}/{self.signal}/{first}:{from_}-{last}:{to}",
            opened=self._tail.opened or Opened(self._agent_id, {}, 0, "", {}),
            scopes=dict(self._tail.scopes),
            records=[record for record, _, _ in self._items[:most]],
        )

    def _pass(self, position: Position) -> None:
        """Everything before it is settled."""
        self.cursor.sending = self._again_to = self._first_at_s = None
        for at, reason, count in self._dropped:
            if at < position:
                self.cursor.drop(reason, count)
        self._dropped = [each for each in self._dropped if each[0] >= position]
        self.cursor.at = self._begin = position

    def _has_lingered(self, now_s: float) -> bool:
        if self._first_at_s is None:
            self._first_at_s = now_s
        return now_s - self._first_at_s >= self._linger_s

    # Gathering ---------------------------------------------------------------------------------------------------

    def _gather(self, until: Position, most: int, most_bytes: int) -> bool:
        """Read on up to a place, or as much as a batch may hold; whether it holds that much."""
        while self.read_to < until and len(self._items) < most:
            chunk = self._tail.chunk(self.read_to)
            if chunk.end <= self.read_to:
                break
            segment = chunk.segment
            for raw in self._of_this_line(chunk, until):
                if len(self._items) >= most or (self._items and self._bytes + len(raw.payload) > most_bytes):
                    self.read_to = Position(segment, raw.offset)
                    return True
                self._add(raw, segment)
            self.read_to = min(chunk.end, until)
        return len(self._items) >= most

    def _of_this_line(self, chunk: Chunk, until: Position) -> Iterator[RawRecord]:
        """What the chunk has of it that has not been read yet."""
        begin = self.read_to.offset if self.read_to.segment == chunk.segment else 0
        end = until.offset if until.segment == chunk.segment else sys.maxsize
        first = bisect_left(chunk.records, begin, key=_offset)
        kinds = self._kind, GivenUp.kind
        return (raw for raw in islice(chunk.records, first, None) if raw.kind in kinds and raw.offset < end)

    def _add(self, raw: RawRecord, segment: int) -> None:
        try:
            record = decode(raw.kind, raw.payload)
            assert record is not None
            why, count = self._why_not(record, raw, segment)
        except (msgspec.MsgspecError, OSError):
            self._dropped.append((Position(segment, raw.offset), "unreadable", 1))
            return
        if why:
            self._dropped.append((Position(segment, raw.offset), why, count))
        elif raw.kind == self._kind:
            self._items.append((record, segment, raw))
            self._bytes += len(raw.payload)

    def _why_not(self, record: Record, raw: RawRecord, segment: int) -> tuple[str, int]:
        """Why something does not leave, and how much that is; an empty reason if it does, or if it is nothing."""
        if isinstance(record, SpanEnded):
            return _LEAVES if self._sift(record, raw.flags) else (SAMPLED, 1)
        if isinstance(record, GivenUp):
            count = record.counts.get(self._kind, 0)
            return (_DISK_CAP, count) if count else _LEAVES
        if isinstance(record, Envelope):
            if record.supersedes and self._is_superseded(record.supersedes, Position(segment, raw.offset)):
                return SUPERSEDED, 1
            if record.spilled:
                record.item = _spilled(self._tail.folder, record.spilled)
        return _LEAVES


def _spilled(folder: Path, name: str) -> bytes:
    """What lies in a file beside the journal. Raises ``OSError``."""
    if name != Path(name).name:
        raise OSError(f"{name} is no name of a file")
    handle = os.open(folder / SPILL / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with open(handle, "rb") as file:
        return file.read(MAX_SPILLED_BYTES)
