"""What is known of a run does not depend on the order in which its check-ins come; how a monitor stands is a table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.monitors.check_in import CheckIn, CheckInStatus, Crontab, MonitorConfig
from fleaglass.hub.monitors.config import MINUTE_NS
from fleaglass.hub.monitors.rules import Run, RunStatus, Standing, judged, missed, taken, timed_out

T = 1_780_000_000_000_000_000
CONFIG = MonitorConfig(schedule=Crontab("0 0 * * *"), max_runtime_min=10)


def said(status: CheckInStatus, minute: int, duration_s: float | None = None) -> tuple[CheckIn, int]:
    return CheckIn(slug="job", check_in_id="1" * 32, status=status, duration_s=duration_s), T + minute * MINUTE_NS


def settled(check_ins: Sequence[tuple[CheckIn, int]], run: Run | None = None) -> Run:
    for check_in, at_ns in check_ins:
        run = taken(run, check_in, at_ns, check_in.check_in_id, CONFIG, T)
    assert run is not None
    return run


SIGNS = st.lists(st.integers(0, 20).map(lambda minute: said("in_progress", minute)), max_size=5)
ENDS = st.builds(said, st.sampled_from(["ok", "error"]), st.integers(0, 30), st.none() | st.floats(0, 1e9))


@given(st.tuples(SIGNS, ENDS).flatmap(lambda some: st.permutations([*some[0], some[1]])))
def test_the_check_ins_of_a_run_may_come_in_any_order(check_ins: list[tuple[CheckIn, int]]) -> None:
    assert settled(check_ins) == settled(sorted(check_ins, key=lambda each: each[1]))


@given(st.lists(SIGNS.filter(bool), min_size=1).map(lambda some: some[0]).flatmap(st.permutations))
def test_so_may_those_of_a_run_that_goes_on(check_ins: list[tuple[CheckIn, int]]) -> None:
    run = settled(check_ins)
    assert run == settled(sorted(check_ins, key=lambda each: each[1]))
    assert run.timeout_ns == max(at_ns for _, at_ns in check_ins) + 10 * MINUTE_NS


OPEN = settled([said("in_progress", 0)])
UNKNOWN = timed_out(OPEN, listened=False, outlived=False)


@pytest.mark.parametrize(
    ("run", "then", "status", "counts"),
    [
        (None, said("in_progress", 0), "in_progress", False),
        (None, said("ok", 0), "ok", True),
        (None, said("error", 0), "error", True),
        (OPEN, said("ok", 5), "ok", True),
        (settled([said("ok", 5)]), said("error", 6), "ok", True),
        (settled([said("error", 5)]), said("ok", 6), "error", True),
        (settled([said("ok", 5)]), said("in_progress", 6), "ok", True),
        (timed_out(OPEN, listened=True, outlived=False), said("ok", 11), "timeout", True),
        (timed_out(OPEN, listened=True, outlived=False), said("in_progress", 11), "timeout", True),
        (timed_out(OPEN, listened=True, outlived=True), said("error", 11), "timeout", False),
        (UNKNOWN, said("ok", 60), "ok", True),
        (UNKNOWN, said("in_progress", 60), "in_progress", False),
        (missed("1" * 32, T, T, listened=True), said("ok", 11), "missed", True),
    ],
)
def test_what_a_check_in_makes_of_a_run(
    run: Run | None, then: tuple[CheckIn, int], status: RunStatus, counts: bool
) -> None:
    found = settled([then], run)
    assert (found.status, found.counts) == (status, counts)


def test_a_run_began_when_it_said_so_or_its_duration_says() -> None:
    assert settled([said("ok", 5, duration_s=120)]).started_ns == T + 3 * MINUTE_NS
    assert settled([said("in_progress", 1), said("ok", 5, duration_s=120)]).started_ns == T + MINUTE_NS
    assert settled([said("ok", 5, duration_s=1e18)]).started_ns == 0


@pytest.mark.parametrize(
    ("standing", "newest_first", "failures", "recoveries", "expected"),
    [
        ("active", [], 1, 1, "active"),
        ("active", ["ok"], 1, 1, "ok"),
        ("active", ["error"], 1, 1, "error"),
        ("active", ["missed"], 1, 1, "error"),
        ("ok", ["timeout"], 1, 1, "error"),
        ("active", ["error", "error"], 3, 1, "active"),  # the full count is required
        ("ok", ["error", "missed", "timeout"], 3, 1, "error"),
        ("ok", ["error", "ok", "error"], 3, 1, "ok"),
        ("error", ["ok"], 1, 1, "ok"),
        ("error", ["ok"], 1, 2, "error"),
        ("error", ["ok", "ok"], 1, 2, "ok"),
        ("error", ["ok", "missed", "ok"], 1, 2, "error"),
        ("error", ["error"], 3, 1, "error"),
    ],
)
def test_how_a_monitor_stands(
    standing: Standing, newest_first: list[RunStatus], failures: int, recoveries: int, expected: Standing
) -> None:
    config = MonitorConfig(schedule=Crontab("0 0 * * *"), failure_threshold=failures, recovery_threshold=recoveries)
    assert judged(standing, newest_first, config) == expected
