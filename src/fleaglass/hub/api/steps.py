"""How a time range is cut into steps: about sixty, of a length people count in, at whole multiples of it."""

from __future__ import annotations

from typing import Final

from fleaglass.hub.api.times import SECOND_NS, TimeRange

__all__ = ["step_seconds", "steps"]

ABOUT: Final = 60
_LENGTHS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


def step_seconds(time: TimeRange) -> int:
    """The shortest of the usual lengths that cuts the range into at most 60 whole steps; whole days beyond."""
    wanted = -(-(time.to_ns - time.from_ns) // (ABOUT * SECOND_NS))
    for length in _LENGTHS:
        if length >= wanted:
            return length
    return -(-wanted // 86_400) * 86_400


def steps(time: TimeRange, step_s: int) -> range:
    """Where each step begins, in nanoseconds; the first and the last may lie partly outside the range."""
    step_ns = step_s * SECOND_NS
    return range(time.from_ns // step_ns * step_ns, time.to_ns, step_ns)
