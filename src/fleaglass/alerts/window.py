"""The last few spans, by number and by age: what sliding rules look at.

Time is what the spans say. They end in several threads, so a little disorder is normal: a span counts as seen at the
latest time known so far. A time from before the whole window means that the machine's clock was set back; the window
begins afresh then, or nothing would enter it until the clock has caught up.
"""

from __future__ import annotations

from collections import deque
from typing import Final

__all__ = ["Window"]

_FOR_EVER_NS: Final = 2**63
"""Longer than what Unix nanoseconds can tell in 64 bits. A whole number, because those are too long for a float."""


class Window:
    """A sliding window of times. Not locked: whoever owns it holds a lock around every call.

    What is known of a span besides its time, the owner keeps: it is told how many fall out, always the oldest.

    Args:
        size: how many fit in.
        seconds: how long one stays; infinity for ever.
    """

    __slots__ = ("_is_ageless", "_length_ns", "_now_ns", "_size", "_sweep_ns", "_times_ns")

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._is_ageless = seconds * 1e9 >= _FOR_EVER_NS
        self._length_ns = round(min(seconds * 1e9, _FOR_EVER_NS))
        self._times_ns: deque[int] = deque(maxlen=size)
        self._now_ns = 0
        self._sweep_ns = 0  # when to look next for what is too old, if nobody asks before

    def __len__(self) -> int:
        return len(self._times_ns)

    def push(self, time_ns: int) -> int:
        """Put one in; gives how many fall out for it. The new one never does."""
        dropped = self.pass_to(time_ns)
        if len(self._times_ns) == self._size:
            dropped += 1  # by itself, below
        self._times_ns.append(self._now_ns)
        return dropped

    def note(self, time_ns: int) -> int:
        """``push``, where nobody looks: what is too old may stay for a while, and what the size drops is not told."""
        if self._is_ageless or self._now_ns <= time_ns < self._sweep_ns:
            self._now_ns = time_ns
            self._times_ns.append(time_ns)
            return 0
        return self.push(time_ns)

    def pass_to(self, time_ns: int) -> int:
        """Let time pass; gives how many are too old then."""
        times_ns, length_ns, dropped = self._times_ns, self._length_ns, 0
        if time_ns >= self._now_ns:
            self._now_ns = time_ns
        elif time_ns < self._now_ns - length_ns:
            self._now_ns = time_ns
            dropped = len(times_ns)
            times_ns.clear()
        self._sweep_ns = self._now_ns + length_ns // 8
        oldest_ns = self._now_ns - length_ns
        while times_ns and times_ns[0] <= oldest_ns:
            times_ns.popleft()
            dropped += 1
        return dropped
