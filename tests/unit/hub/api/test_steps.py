"""A range in about sixty steps of a length that people count in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleaglass.hub.api.steps import step_seconds, steps
from fleaglass.hub.api.times import TimeRange

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("seconds", "step"),
    [
        (1, 1),
        (60, 1),
        (61, 2),
        (900, 15),
        (3600, 60),
        (21_600, 600),
        (86_400, 1800),
        (604_800, 10_800),
        (10**8, 1_728_000),
    ],
)
def test_the_usual_ranges(seconds: int, step: int) -> None:
    assert step_seconds(TimeRange(0, seconds * SECOND)) == step


@given(some.integers(0, 2**62), some.integers(1, 2**61))
def test_steps_cover_the_range_and_are_few(from_ns: int, length_ns: int) -> None:
    time = TimeRange(from_ns, from_ns + length_ns)
    step_s = step_seconds(time)
    found = steps(time, step_s)
    assert 1 <= len(found) <= 61
    assert found[0] <= time.from_ns
    assert time.to_ns <= found[-1] + step_s * SECOND
    assert all(begin % (step_s * SECOND) == 0 for begin in found)
