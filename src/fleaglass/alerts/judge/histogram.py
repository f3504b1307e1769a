"""Durations in bins that grow by 2 %: a quantile read from them is within 1 % of the one that happened.

Only what is shown rests on them, and baselines. Whether a threshold is exceeded is counted exactly (durations.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import Final

__all__ = ["Bins", "bin_of", "merge", "quantile_ns", "take_away"]

Bins = dict[int, int]
"""Number of a bin → how many durations are in it."""

_PER_E: Final = 1 / log(1.02)


def bin_of(duration_ns: int) -> int:
    """Number of the bin of a duration; all below a nanosecond share the first."""
    return int(log(duration_ns) * _PER_E) if duration_ns > 1 else 0


def quantile_ns(bins: Mapping[int, int], rank: int) -> float:
    """The duration of this rank, 1 the shortest, to within 1 %. There must be as many."""
    for number in sorted(bins):
        rank -= bins[number]
        if rank <= 0:
            return exp((number + 0.5) / _PER_E)
    raise ValueError("fewer durations than the rank asks for")


def merge(into: Bins, more: Mapping[int, int]) -> None:
    """Add what another has."""
    for number, count in more.items():
        into[number] = into.get(number, 0) + count


def take_away(bins: Bins, less: Mapping[int, int]) -> None:
    """Remove what was once added."""
    for number, count in less.items():
        left = bins[number] - count
        if left:
            bins[number] = left
        else:
            del bins[number]
