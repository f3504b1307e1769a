"""Whatever order spans come in, and however often, the verdict is that of a recount."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.alerts.judge.judge import HORIZON_NS, Judge
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Duration,
    ErrorRate,
    Percentile,
    Ratio,
    Selector,
    SlowSpan,
    Streak,
)
from tests.unit.alerts.judge.rows import MINUTE, MS, NOW, SECOND, row

EXECUTE = row(0).name
FAILED = Selector(status="error")
RULES: tuple[SpanRule, ...] = (
    SlowSpan(name="slow", span=EXECUTE, above_ms=50),
    Percentile(name="p90", span=EXECUTE, above_ms=50, resolve_below_ms=20, quantile=0.9, minimum=1),
    ErrorRate(name="errors", window=Duration(120), minimum=1),
    ErrorRate(name="last", last=5, minimum=1),
    Ratio(name="ratio", of=FAILED, among=Selector(span=(EXECUTE,)), above=0.5, minimum=1),
    Count(name="count", of=FAILED, above=2),
    Anomaly(name="strange", times=3, minimum=3, window=Duration(30)),
    Absence(name="silent", of=Selector(status="ok"), within=Duration(60)),
    Streak(name="streak", of=FAILED, among=Selector(), length=2),
)

spans = st.builds(
    row,
    st.integers(0, 60),
    st.floats(0, 590),
    st.sampled_from([1, 19, 20, 50, 50.1, 200]),
    failed=st.booleans(),
    agent=st.sampled_from("ab"),
)
histories = st.lists(spans, max_size=60, unique_by=lambda each: each.span_id)


@given(histories, st.data())
def test_neither_order_nor_repetition_changes_a_verdict(history: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(history + history[::2]))
    straight, shaken = Judge(RULES), Judge(RULES)
    for each in sorted(history, key=lambda each: each.end_ns):
        straight.see(each)
    for number, each in enumerate(shuffled):
        shaken.see(each)
        if number % 10 == 0:
            shaken.at(NOW - SECOND * (60 - number // 10))
    assert _by_group(straight) == _by_group(shaken)


@given(histories, st.lists(st.integers(1, 120), max_size=4))
def test_a_window_that_slid_is_what_a_recount_finds(history: list[Row], steps: list[int]) -> None:
    judge, now_ns = Judge(RULES), NOW
    for each in history:
        judge.see(each)
    for seconds in (0, *steps):
        now_ns += seconds * SECOND
        fresh = Judge(RULES)
        for each in history:
            fresh.see(each)
        assert _sorted(judge.at(now_ns)) == _sorted(fresh.at(now_ns))


@settings(max_examples=200)
@given(histories, st.integers(0, 300))
def test_a_share_and_a_percentile_are_those_of_a_brute_force_recount(history: list[Row], later_s: int) -> None:
    """Buckets are 5 s wide, and the window begins with the bucket in which its beginning lies."""
    now_ns = NOW + later_s * SECOND
    judge = Judge(RULES)
    for each in history:
        judge.see(each)
    read = judge.at(now_ns)
    for agent in "ab":
        mine = [each for each in history if each.agent == agent]
        failed = [each.failed for each in mine if each.end_ns >= _begins(now_ns, 120)]
        assert _value(read["errors"], agent) == (sum(failed) / len(failed) if failed else None)
        durations = sorted(each.duration_ns for each in mine if each.end_ns >= _begins(now_ns, 300))
        quantile = durations[ceil(len(durations) * 9 / 10) - 1] if durations else None
        verdict = next(((r.is_breach, r.is_good) for r in read["p90"] if r.group == (("agent", agent),)), None)
        assert verdict == (None if quantile is None else (quantile > 50 * MS, quantile < 20 * MS))
        if quantile is not None:
            assert _value(read["p90"], agent) == pytest.approx(quantile / MS, rel=0.0101)


def test_a_late_span_counts_where_it_ended() -> None:
    judge = Judge([Count(name="count", of=Selector(), window=Duration(300))])
    judge.at(NOW)
    judge.see(row(1, ago_s=290))
    assert [reading.value for reading in judge.at(NOW)["count"]] == [1]
    assert judge.at(NOW + 20 * SECOND)["count"] == []


def test_a_span_from_before_the_horizon_is_too_late() -> None:
    judge = Judge([Count(name="count", of=Selector(), window=Duration(3600))])
    judge.at(NOW)
    judge.see(row(1, ago_s=HORIZON_NS / SECOND + 61))
    assert judge.at(NOW)["count"] == []


def test_a_window_of_a_day_moves_in_steps_of_two_minutes() -> None:
    judge = Judge([Count(name="count", of=Selector(), window=Duration(86_400))])
    judge.see(row(1, ago_s=0))
    assert len(judge.at(NOW + 86_400 * SECOND)["count"]) == 1
    assert judge.at(NOW + 86_400 * SECOND + 2 * MINUTE)["count"] == []


def _begins(now_ns: int, window_s: int) -> int:
    return (now_ns - window_s * SECOND) // (5 * SECOND) * (5 * SECOND)


def _value(readings: list, agent: str) -> object:
    return next((reading.value for reading in readings if reading.group == (("agent", agent),)), None)


def _by_group(judge: Judge) -> dict:
    return _sorted(judge.at(NOW))


def _sorted(read: dict) -> dict:
    return {name: sorted(readings, key=lambda each: each.group) for name, readings in read.items()}
