"""Sliding windows as sparse buckets: what is kept depends on the window's length, never on how many spans there were.

    window   ≤ 1 h       buckets of 5 s
    window   longer      buckets of window / 720, so that a day moves in steps of two minutes

A span counts in the bucket of its own end, whenever it comes. A window that ends now holds all that ended in it, and up
to one bucket more: at a moment that divides by the bucket's width it is exact.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Generic, TypeVar

__all__ = ["BUCKET_NS", "Sliding", "Telling", "most_telling", "note", "width_ns"]

BUCKET_NS: Final = 5_000_000_000
MOST_BUCKETS: Final = 720
MOST_TRACES: Final = 5

T = TypeVar("T")


def width_ns(length_ns: int, most: int = MOST_BUCKETS) -> int:
    """How wide the buckets of a window are that may have so many."""
    return max(BUCKET_NS, -(-length_ns // most))


class Sliding(Generic[T]):
    """Buckets of whatever is counted.

    Args:
        length_ns: how long what happened counts.
        new: makes an empty bucket.
        most: how many buckets the window may have.
    """

    __slots__ = ("_buckets", "_length_ns", "_new", "_oldest", "_width_ns")

    def __init__(self, length_ns: int, new: Callable[[], T], most: int = MOST_BUCKETS) -> None:
        self._length_ns = length_ns
        self._width_ns = width_ns(length_ns, most)
        self._new = new
        self._buckets: dict[int, T] = {}
        self._oldest = 0

    def __len__(self) -> int:
        return len(self._buckets)

    def __iter__(self) -> Iterator[T]:
        return iter(self._buckets.values())

    def at(self, time_ns: int) -> T:
        """The bucket of a moment."""
        index = time_ns // self._width_ns
        bucket = self._buckets.get(index)
        if bucket is None:
            self._oldest = min(self._oldest, index) if self._buckets else index
            bucket = self._buckets[index] = self._new()
        return bucket

    def pass_time(self, now_ns: int) -> Iterable[tuple[int, T]]:
        """Let go of what no longer counts; the moments at which those buckets began, and they."""
        first = (now_ns - self._length_ns) // self._width_ns
        if not self._buckets or self._oldest >= first:
            return ()
        gone = [(index * self._width_ns, self._buckets.pop(index)) for index in sorted(self._buckets) if index < first]
        self._oldest = min(self._buckets, default=0)
        return gone

    def in_order(self) -> list[T]:
        """All buckets, the oldest first."""
        return [self._buckets[index] for index in sorted(self._buckets)]


Telling = list[tuple[int, str]]
"""The few traces worth a look: (how telling, trace id), the least telling first."""


def note(telling: Telling, weight: int, trace_id: str) -> None:
    """Keep a trace if it is among the most telling, whatever order they come in."""
    insort(telling, (weight, trace_id))
    if len(telling) > MOST_TRACES:
        del telling[0]


def most_telling(kept: Iterable[Telling], above: float = -1) -> tuple[str, ...]:
    """Ids of the most telling traces of all that weigh more than `above`, each once."""
    ranked = sorted((each for telling in kept for each in telling if each[0] > above), reverse=True)
    return tuple(dict.fromkeys(trace_id for _, trace_id in ranked))[:MOST_TRACES]
