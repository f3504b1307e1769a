"""A quota is kept on average, lets a burst through, and says exactly for how long it is used up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.quota import BURST_S, Quota


class Clock:
    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_ten_seconds_worth_comes_at_once_and_then_one_waits() -> None:
    clock = Clock()
    quota = Quota(100, clock)
    assert quota.wait_s("a") == 0
    quota.spend("a", int(100 * BURST_S) + 50)
    assert quota.wait_s("a") == pytest.approx(0.5)
    assert quota.wait_s("b") == 0
    clock.now_s += 0.5
    assert quota.wait_s("a") == pytest.approx(0)


def test_without_a_quota_nobody_waits() -> None:
    quota = Quota(None, Clock())
    quota.spend("a", 10**9)
    assert quota.wait_s("a") == 0


@given(
    steps=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 500)), max_size=60),
    per_s=st.floats(0.5, 200),
)
def test_nobody_has_more_than_the_quota_and_one_request(steps: list[tuple[float, int]], per_s: float) -> None:
    clock, taken, largest = Clock(), 0, 0
    began, quota = clock.now_s, Quota(per_s, clock)
    for later_s, rows in steps:
        clock.now_s += later_s
        if quota.wait_s("a") == 0:
            quota.spend("a", rows)
            taken, largest = taken + rows, max(largest, rows)
        assert taken <= (clock.now_s - began + BURST_S) * per_s + largest + 1e-6


@given(rows=st.integers(1, 100_000), per_s=st.floats(0.5, 1_000))
def test_whoever_waits_as_told_is_let_in(rows: int, per_s: float) -> None:
    clock = Clock()
    quota = Quota(per_s, clock)
    quota.spend("a", rows)
    clock.now_s += quota.wait_s("a") + 1e-6
    assert quota.wait_s("a") == 0
