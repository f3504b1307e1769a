"""Better, worse or alike: what two samples allow to be said, and nothing where they are too small.

    z = (b - a) / sqrt(variance of a + variance of b)        a verdict from |z| = 2.576 on

That is a difference which chance alone makes once in a hundred comparisons. Errors come in bursts and decisions follow
the market, so the real chance is larger: a verdict is a reason to look, not a proof.

    rate     events per exposure      square root, whose spread is known: 1 / (4 exposure)
    share    so many of so many       as if one more of each had been seen, so that 0 of 30 is not certain
    mean     of a sum and its squares
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.api.release_shapes import Better, Verdict

__all__ = ["Sample", "mean", "rate", "share", "verdict"]

_SURE: Final = 2.576


@dataclass(frozen=True, slots=True)
class Sample:
    """What one side shows: a value, how far it may be off, and of how many it is."""

    value: float
    variance: float
    size: int


def rate(count: int, exposure: float, size: int) -> Sample | None:
    """`count` events in so much time, or so many thousand decisions; None without any."""
    return Sample(math.sqrt(count / exposure), 1 / (4 * exposure), size) if exposure > 0 else None


def share(part: int, whole: int) -> Sample | None:
    """`part` of `whole`; None of nothing."""
    if not whole:
        return None
    likely = (part + 1) / (whole + 2)
    return Sample(part / whole, likely * (1 - likely) / whole, whole)


def mean(total: float, squares: float, size: int) -> Sample | None:
    """The mean of `size` numbers of which the sum and the sum of squares are known; None of none."""
    if not size:
        return None
    middle = total / size
    return Sample(middle, max(0.0, squares / size - middle * middle) / size, size)


def verdict(a: Sample | None, b: Sample | None, better: Better, least: int) -> Verdict:
    """Of b against a, where both are of `least` at least."""
    if a is None or b is None or min(a.size, b.size) < least:
        return "too_few"
    difference = b.value - a.value
    if abs(difference) <= _SURE * math.sqrt(a.variance + b.variance):
        return "alike"
    return "better" if (difference < 0) == (better == "lower") else "worse"
