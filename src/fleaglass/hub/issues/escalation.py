"""When an archived issue speaks up again: more events in an hour than its own past week lets expect.

::

    at least 7 days old     max(spike, bursty)
        spike               avg_weighted + avg × (how far 5 std reach above avg, as a factor from 5 to 8)
        bursty              max_hourly × (5 · e^(-0.65 cv), as a factor from 2 to 5)
    younger                 max_hourly × 10

The words, over the 168 hours before the current one:

- `avg` and `std`: mean and standard deviation over all hours, also those without an event (the whole week is known, so
  it is divided by 168 and not by 167).
- `cv` = std / avg. An issue that comes in bursts has a high one, and its highest hour tells less about the next.
- `avg_weighted`: mean of the seven days' hourly averages, the oldest day with weight 1, the newest with weight 7: what
  it grew to lately counts more.
- `max_hourly`: the busiest hour.

A week without any event counts as one with a single event in it: silence forecasts silence, but one event after it is
no escalation.

Source: Sentry's documentation of escalating issues; the definitions of the words are ours.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Final

__all__ = ["WEEK_HOURS", "WEEK_NS", "hourly_limit", "is_escalating"]

WEEK_HOURS: Final = 168
WEEK_NS: Final = WEEK_HOURS * 3_600 * 1_000_000_000

_DAY_HOURS: Final = 24
_YOUNG_FACTOR: Final = 10.0


def hourly_limit(hourly: Sequence[int], *, age_ns: int) -> float:
    """The most events in one hour that are no escalation.

    Args:
        hourly: events in each of the hours before the current one, the oldest first, hours without an event as 0: the
            168 of a week, or for an issue younger than that as many as there are.
        age_ns: since the issue was first seen.

    Raises:
        ValueError: an issue of a week or more, and other than 168 hours.
    """
    busiest = max(hourly, default=0) or 1
    if age_ns < WEEK_NS:
        return busiest * _YOUNG_FACTOR
    if len(hourly) != WEEK_HOURS:
        raise ValueError(f"the limit of an issue of a week or more needs {WEEK_HOURS} hourly counts, got {len(hourly)}")
    counts = hourly if any(hourly) else (*hourly[:-1], 1)
    avg = statistics.fmean(counts)
    std = statistics.pstdev(counts, avg)
    spike = _weighted(counts) + _clamp((avg + 5 * std) / avg, 5, 8) * avg
    bursty = busiest * _clamp(5 * math.exp(-0.65 * std / avg), 2, 5)
    return max(spike, bursty)


def is_escalating(count_this_hour: int, limit: float) -> bool:
    """Whether the events of the current hour so far are more than the limit."""
    return count_this_hour > limit


def _weighted(hourly: Sequence[int]) -> float:
    days = [statistics.fmean(hourly[start : start + _DAY_HOURS]) for start in range(0, WEEK_HOURS, _DAY_HOURS)]
    return statistics.fmean(days, weights=range(1, len(days) + 1))


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
