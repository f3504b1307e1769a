"""When an archived issue happens more often than its own past lets expect."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.escalation import WEEK_HOURS, WEEK_NS, hourly_limit, is_escalating

OLD = WEEK_NS
STEADY = [10] * WEEK_HOURS
ONE_BURST = [0] * (WEEK_HOURS - 1) + [168]
GROWING = [day for day in range(1, 8) for _ in range(24)]


def growing() -> float:
    """avg 4, avg_weighted (1·1 + 2·2 + … + 7·7) / 28 = 5, std 2: the spike is 5 + 5 × 4; cv is 0.5."""
    return max(5 + 5 * 4, 7 * 5 * math.exp(-0.65 * 0.5))


def one_burst() -> float:
    """avg 1, avg_weighted (7 × 168 / 24) / 28 = 1.75, std sqrt(167) = 12.9: the spike's factor is at its top."""
    return max(1.75 + 8 * 1, 168 * 2)


@pytest.mark.parametrize(
    ("hourly", "age_ns", "limit"),
    [
        (STEADY, OLD, 60),  # 10 + 5 × 10, and 10 × 5
        (GROWING, OLD, growing()),
        (ONE_BURST, OLD, one_burst()),
        ([0] * WEEK_HOURS, OLD, 2),
        ([0] * (WEEK_HOURS - 1) + [1], OLD, 2),
        # younger than a week
        ([3, 7, 0], OLD - 1, 70),
        (STEADY, OLD - 1, 100),
        ([0, 0], 0, 10),
        ([], 0, 10),
    ],
)
def test_the_limit_of_an_hour(hourly: list[int], age_ns: int, limit: float) -> None:
    assert hourly_limit(hourly, age_ns=age_ns) == pytest.approx(limit)


def test_a_spike_is_the_limit_where_the_hours_differ_a_little() -> None:
    """avg 10, std 10, weighted 10: the spike's factor is (10 + 50) / 10 = 6; bursty is 20 × 5·e^-0.65."""
    assert hourly_limit([0, 20] * 84, age_ns=OLD) == pytest.approx(max(10 + 6 * 10, 20 * 5 * math.exp(-0.65)))


@pytest.mark.parametrize(("count", "expected"), [(59, False), (60, False), (61, True)])
def test_an_hour_escalates_above_the_limit(count: int, expected: bool) -> None:
    assert is_escalating(count, hourly_limit(STEADY, age_ns=OLD)) is expected


def test_an_old_issue_needs_its_whole_week() -> None:
    with pytest.raises(ValueError, match="needs 168 hourly counts, got 3"):
        hourly_limit([1, 2, 3], age_ns=OLD)


@given(st.lists(st.integers(0, 10**6), min_size=WEEK_HOURS, max_size=WEEK_HOURS))
def test_a_week_like_the_last_never_escalates(hourly: list[int]) -> None:
    assert not is_escalating(max(hourly), hourly_limit(hourly, age_ns=OLD))
