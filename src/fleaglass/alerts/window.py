"""The last few values, by number and by age: what sliding rules look at.

Time is what the spans say. They end in several threads, so a little disorder is normal: a value counts as seen at the
latest time known so far. A time from before the whole window means that the machine's clock was set back; the window
begins afresh then, or nothing would enter it until the clock has caught up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import isfinite

__all__ = ["Window"]


class Window:
    """A sliding window of numbers. Not locked: whoever owns it holds a lock around every call.

    Args:
        size: how many values fit in.
        seconds: how long a value stays; infinity for ever.

    Attributes:
        total: the sum of the values in it. It runs along, so a value costs the same in any window.
    """

    __slots__ = ("_length_ns", "_now_ns", "_size", "_values", "total")

    def __init__(self, size: int, seconds: float) -> None:
        self.total = 0
        self._size = size
        # As a whole number where it is one: times in Unix nanoseconds are too long for a float.
        self._length_ns = round(seconds * 1e9) if isfinite(seconds) else seconds
        self._values: deque[tuple[int, int]] = deque()
        self._now_ns = 0

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[int]:
        return (value for _, value in self._values)

    def push(self, time_ns: int, value: int) -> tuple[int, ...]:
        """Put a value in; gives what falls out for it, the oldest first. The new value never does."""
        values = self._values
        dropped: tuple[int, ...] = ()
        if values and time_ns >= self._now_ns and values[0][0] > time_ns - self._length_ns:
            self._now_ns = time_ns  # as nearly always: nothing is out of order, or too old
        else:
            dropped = self.pass_to(time_ns)
        values.append((self._now_ns, value))
        if value:  # mostly it is none: that a span has not failed
            self.total += value
        if len(values) <= self._size:
            return dropped
        _, fallen = values.popleft()  # then nothing was too old, or it would not be full
        if fallen:
            self.total -= fallen
        return (fallen,)

    def pass_to(self, time_ns: int) -> tuple[int, ...]:
        """Let time pass; gives what is too old then, the oldest first."""
        values = self._values
        is_set_back = time_ns < self._now_ns - self._length_ns
        if is_set_back or time_ns > self._now_ns:
            self._now_ns = time_ns
        dropped = []
        while values and (is_set_back or values[0][0] <= self._now_ns - self._length_ns):
            dropped.append(self._pop())
        return tuple(dropped)

    def _pop(self) -> int:
        _, value = self._values.popleft()
        self.total -= value
        return value
