"""How long somebody is sent away for is how long what waits takes, within bounds, and not the same for all."""

from __future__ import annotations

import pytest

from fleaglass.hub.store.pace import LONGEST_S, SHORTEST_S, Pace


def steady(bytes_per_s: int) -> Pace:
    pace = Pace()
    for _ in range(100):
        pace.committed(bytes_per_s, 1.0)
    return pace


@pytest.mark.parametrize(
    ("waiting", "wait_s"),
    [(0, SHORTEST_S), (500, SHORTEST_S), (5_000, 5.0), (10**9, LONGEST_S)],
)
def test_the_wait_is_what_the_queue_takes_to_empty(waiting: int, wait_s: float) -> None:
    assert steady(1_000).wait_s(waiting, chance=0.0) == pytest.approx(wait_s, rel=1e-3)


def test_those_who_wait_do_not_come_back_at_one_moment() -> None:
    assert steady(1_000).wait_s(5_000, chance=1.0) == pytest.approx(6.0, rel=1e-3)


def test_the_latest_commits_count_most() -> None:
    pace = steady(1_000)
    for _ in range(20):
        pace.committed(10_000, 1.0)
    assert pace.wait_s(50_000, chance=0.0) == pytest.approx(5.0, rel=0.05)


def test_a_commit_that_took_no_time_is_no_division_by_zero() -> None:
    Pace().committed(1, 0.0)
