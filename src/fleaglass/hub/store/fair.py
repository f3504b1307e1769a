"""Who is next: what waits to be committed, taken from its senders in turn by rows.

    sender     waits (rows)        ends its turn at      a group takes the lowest ends first
    runaway    512 512 512 …       512 1024 1536 …
    quiet      5                   5                     ◀── said little of late, so it is in the next group

Each entry ends where its sender's last one ended, or where the queue is by now, and its rows later: whoever has had
much comes later, nobody is passed over for ever, and what one sender sent stays in order. Kinds of entries, which do
not mix in a group, take turns.

A long commit is cheap by the row, and everybody waits for it. So a sender's share of a group is bounded as long as
somebody is about who sends little; a sender alone, or several that all send much, get whole groups.

A sender may have as much waiting as is still free, in bytes. One alone so fills half of the queue, two a third each:
what is left is for those who have nothing waiting yet.

Source: self-clocked fair queueing (Golestani, INFOCOM 1994); dynamic thresholds (Choudhury and Hahne, 1998).
"""

from __future__ import annotations

import heapq
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Generic, TypeVar

__all__ = ["ABOUT_S", "Entry", "FairQueue"]

T = TypeVar("T")

ABOUT_S: Final = 30.0
"""A sender counts as being about for so long after it last sent something: exporters send every five seconds."""
_MOST_ABOUT: Final = 10_000
"""Senders that are remembered as being about."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """What waits: `rows`, at least one, is what it counts in a group, `size` what it takes of the queue, in bytes."""

    what: T
    kind: str
    sender: str
    rows: int
    size: int


@dataclass(slots=True, eq=False)
class _Line(Generic[T]):
    """One sender's entries of a kind, oldest first, each with where it ends."""

    sender: str
    entries: deque[tuple[int, Entry[T]]] = field(default_factory=deque)
    rows: int = 0


class _Turn(Generic[T]):
    """What waits of one kind."""

    def __init__(self, share_rows: int) -> None:
        self.much = 0
        """How many senders have at least a share waiting."""
        self.now = 0
        """Where the queue is: where the last entry that was taken ended."""
        self.rows = 0
        self.lines: dict[str, _Line[T]] = {}
        self._heads: list[tuple[int, int, _Line[T]]] = []
        self._share_rows = share_rows
        self._ends: dict[str, int] = {}
        self._number = count()

    def put(self, entry: Entry[T]) -> None:
        end = max(self.now, self._ends.get(entry.sender, 0)) + entry.rows
        self._ends[entry.sender] = end
        line = self.lines.setdefault(entry.sender, _Line(entry.sender))
        line.entries.append((end, entry))
        self._count(line, entry.rows)
        if len(line.entries) == 1:
            self._stand(line)

    def take(self, most_rows: int, most_of_one: int) -> Iterator[Entry[T]]:
        """The next entries: one, or so many rows; of one sender one, or `most_of_one` rows."""
        rows, taken, had_theirs = 0, Counter[str](), []
        while self._heads and (not rows or rows + self._next.rows <= most_rows):
            line = heapq.heappop(self._heads)[2]
            end, entry = line.entries[0]
            if taken[line.sender] and taken[line.sender] + entry.rows > most_of_one:
                had_theirs.append(line)
                continue
            line.entries.popleft()
            self.now = max(self.now, end)
            rows += entry.rows
            taken[line.sender] += entry.rows
            self._count(line, -entry.rows)
            if line.entries:
                self._stand(line)
            else:
                del self.lines[line.sender]
            yield entry
        for line in had_theirs:
            self._stand(line)
        if len(self._ends) > 2 * len(self.lines) + 64:
            self._ends = {sender: end for sender, end in self._ends.items() if end > self.now}

    @property
    def _next(self) -> Entry[T]:
        return self._heads[0][2].entries[0][1]

    def _count(self, line: _Line[T], rows: int) -> None:
        self.much -= line.rows >= self._share_rows
        line.rows += rows
        self.much += line.rows >= self._share_rows
        self.rows += rows

    def _stand(self, line: _Line[T]) -> None:
        heapq.heappush(self._heads, (line.entries[0][0], next(self._number), line))


class FairQueue(Generic[T]):
    """The queue. It has no clock and no lock of its own.

    Args:
        most_bytes: what may wait, in bytes.
        group_rows: what one group may hold, in rows.
        share_rows: what of it one sender may have, as long as somebody is about who sends less than that.
    """

    def __init__(self, most_bytes: int, group_rows: int, share_rows: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._group_rows = group_rows
        self._share_rows = share_rows
        self._turns: OrderedDict[str, _Turn[T]] = OrderedDict()
        self._bytes_of = Counter[str]()
        self._about: OrderedDict[str, float] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def bytes_of(self, sender: str) -> int:
        """What waits of one sender."""
        return self._bytes_of[sender]

    def has_room(self, sender: str, size: int) -> bool:
        """Whether a sender may put so many bytes."""
        return self._bytes_of[sender] + size <= self.most_bytes - self.bytes

    def put(self, entry: Entry[T], now_s: float) -> None:
        """Have it wait; `now_s` is the time, by a clock that never goes back."""
        self._turns.setdefault(entry.kind, _Turn(self._share_rows)).put(entry)
        self._length += 1
        self.bytes += entry.size
        self._bytes_of[entry.sender] += entry.size
        if entry.sender:  # what the hub itself has digested has no name, and nobody waits for it
            self._about[entry.sender] = now_s
            self._about.move_to_end(entry.sender)

    def next_kind(self) -> str:
        """The kind whose turn it is. Something must wait."""
        return next(kind for kind, turn in self._turns.items() if turn.rows)

    def is_ripe(self, kind: str, now_s: float) -> bool:
        """Whether a group of this kind would be no better for waiting for more."""
        turn = self._turns[kind]
        if turn.rows >= self._group_rows:
            return True
        return self._share(turn, now_s) < self._group_rows and turn.much > 0

    def take(self, kind: str, now_s: float) -> list[T]:
        """The next group of this kind, which then waits until the others have had theirs."""
        turn = self._turns[kind]
        group = list(turn.take(self._group_rows, self._share(turn, now_s)))
        self._turns.move_to_end(kind)
        for entry in group:
            self._length -= 1
            self.bytes -= entry.size
            self._bytes_of[entry.sender] -= entry.size
            if not self._bytes_of[entry.sender]:
                del self._bytes_of[entry.sender]
        return [entry.what for entry in group]

    def _share(self, turn: _Turn[T], now_s: float) -> int:
        while self._about and (len(self._about) > _MOST_ABOUT or next(iter(self._about.values())) < now_s - ABOUT_S):
            self._about.popitem(last=False)
        return self._share_rows if len(self._about) > turn.much else self._group_rows
