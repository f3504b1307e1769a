"""The last few values, by number and by age: what sliding rules look at.

Time is what the spans say. They end in several threads, so a little disorder is normal: a value counts as seen at the
latest time known so far. A time from before the whole window means that the machine's clock was set back; the window
begins afresh then, or nothing would enter it until the clock has caught up.
"""

from __future__ import annotations

from collections import deque
from math import isfinite
from typing import Generic, TypeVar

__all__ = ["Window"]

T = TypeVar("T")


class Window(Generic[T]):
    """A sliding window. Not locked: whoever owns it holds a lock around every call.

    Args:
        size: how many values fit in.
        seconds: how long a value stays; infinity for ever.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        # As a whole number where it is one: times in Unix nanoseconds are too long for a float.
        self._length_ns = round(seconds * 1e9) if isfinite(seconds) else seconds
        self._values: deque[tuple[int, T]] = deque()
        self._now_ns = 0

    def __len__(self) -> int:
        return len(self._values)

    def push(self, time_ns: int, value: T) -> tuple[T, ...]:
        """Put a value in; gives what falls out for it, the oldest first. The new value never does."""
        values = self._values
        dropped: tuple[T, ...] = ()
        if values and time_ns >= self._now_ns and values[0][0] > time_ns - self._length_ns:
            self._now_ns = time_ns  # as nearly always: nothing is out of order, or too old
        else:
            dropped = self.pass_to(time_ns)
        values.append((self._now_ns, value))
        return dropped if len(values) <= self._size else (*dropped, values.popleft()[1])

    def pass_to(self, time_ns: int) -> tuple[T, ...]:
        """Let time pass; gives what is too old then, the oldest first."""
        values = self._values
        dropped: list[T] = []
        if time_ns < self._now_ns - self._length_ns:
            dropped = [value for _, value in values]
            values.clear()
            self._now_ns = time_ns
        elif time_ns > self._now_ns:
            self._now_ns = time_ns
        while values and values[0][0] <= self._now_ns - self._length_ns:
            dropped.append(values.popleft()[1])
        return tuple(dropped)
