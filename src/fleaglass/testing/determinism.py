"""Time and ids that are the same in every run."""

from __future__ import annotations

from typing import Final

__all__ = ["CountingIds", "TickingClock"]

_START_NS: Final = 1_795_168_800_000_000_000  # 2026-11-20T10:00:00Z


class TickingClock:
    """A clock that moves only when it is read: one step for each look at the monotonic time.

    Args:
        start_ns: wall time at the beginning, in Unix nanoseconds.
        step_ns: how far each reading moves it; a millisecond by default.
    """

    def __init__(self, start_ns: int = _START_NS, step_ns: int = 1_000_000) -> None:
        self._start_ns = start_ns
        self._step_ns = step_ns
        self._passed_ns = 0

    def wall_ns(self) -> int:
        """Unix nanoseconds. Looking does not move it."""
        return self._start_ns + self._passed_ns

    def monotonic_ns(self) -> int:
        """Nanoseconds since the beginning."""
        self._passed_ns += self._step_ns
        return self._passed_ns

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._passed_ns += round(seconds * 1e9)

    def sleep(self, seconds: float) -> None:
        """Let time pass while the machine is suspended: on the wall, and not for the monotonic clock."""
        self._start_ns += round(seconds * 1e9)


class CountingIds:
    """Ids that count from 1."""

    def __init__(self) -> None:
        self._traces = 0
        self._spans = 0
        self._cycles = 0
        self._events = 0

    def trace_id(self) -> int:
        """1, 2, 3, …"""
        self._traces += 1
        return self._traces

    def span_id(self) -> int:
        """1, 2, 3, …"""
        self._spans += 1
        return self._spans

    def cycle_id(self) -> str:
        """1, 2, 3, … in 32 hexadecimal digits."""
        self._cycles += 1
        return f"{self._cycles:032x}"

    def event_id(self) -> str:
        """1, 2, 3, … in 32 hexadecimal digits."""
        self._events += 1
        return f"{self._events:032x}"
