"""The value around an incident is drawn as its rule saw it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    Duration,
    ErrorRate,
    InFlightAtDeath,
    MissedSchedule,
    NewIssue,
    Percentile,
    Ratio,
    Rule,
    RuleBook,
    Selector,
    SessionCrash,
    SlowSpan,
    Streak,
    WalletFloor,
)
from fleaglass.hub.api.alerting.chart import steps_around
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from tests.support.otlp import traces
from tests.unit.hub.api.alerting.conftest import Api
from tests.unit.hub.api.alerting.made import MINUTE, NOW, in_force, make_incident

SECOND = 1_000_000_000
MS = 1_000_000
ORDERS = Selector(span=("order",))

Put = Callable[..., None]


class Story:
    """Spans of one agent, told by the second: `s` seconds before now."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._trace = count(1)

    def __call__(self, s: float, ms: float = 10, *, failed: bool = False, agent: str = "vol-arb", **more: Any) -> None:
        end_ns = NOW - round(s * SECOND)
        span = {"name": "order", "end_time_unix_nano": end_ns, "start_time_unix_nano": end_ns - round(ms * MS), **more}
        request = traces(
            span | {"status": 2 if failed else 0}, resource={"pf.agent_id": agent}, trace=next(self._trace)
        )
        self._put(request, request)  # what is sent twice counts once


@pytest.fixture
def put(engine: Any) -> Put:
    def store(*requests: Any) -> None:
        for request in requests:
            engine.insert("traces", request.SerializeToString())

    return store


@pytest.fixture
def tell(put: Put) -> Story:
    return Story(put)


async def drawn(store: Store, state: State, rule: Rule, **more: Any) -> dict[int, float]:
    """The chart's values by how many seconds before now they are, of an incident that began a minute ago."""
    kind = type(rule).__struct_config__.tag
    make_incident(state, 1, rule=rule.name, kind=kind, began_ns=NOW - MINUTE, **more)
    api = Api(store, state, in_force(RuleBook(version=1, rules=(rule,))))
    chart = await api.get("incidents/1/chart")
    await api.close()
    points = {(NOW - int(point["t_ns"])) // SECOND: point["value"] for point in chart["points"]}
    return {s: value for s, value in points.items() if value is not None}


def moments(first: int, last: int) -> Iterator[int]:
    """Seconds before now, every five."""
    return iter(range(first, last - 1, -5))


async def test_a_slow_span_is_seen_for_its_window(store: Store, state: State, tell: Story) -> None:
    tell(58, 2500)
    tell(40, 700)
    tell(40, 9000, agent="momentum")
    tell(40, 9000, name="other")
    values = await drawn(store, state, SlowSpan(name="slow", span="order", above_ms=2000, window=Duration(20)))
    assert values == dict.fromkeys(moments(55, 40), 2500.0) | dict.fromkeys(moments(35, 25), 700.0)


async def test_a_span_leaves_the_window_as_it_came_at_the_moment_it_ends(
    store: Store, state: State, tell: Story
) -> None:
    tell(60)
    values = await drawn(store, state, Count(name="count", of=ORDERS, window=Duration(10)))
    assert {s: value for s, value in values.items() if value} == {60: 1.0, 55: 1.0}
    assert values[65] == values[50] == 0.0


async def test_a_percentile_is_the_nearest_rank_and_needs_its_minimum(store: Store, state: State, tell: Story) -> None:
    for number in range(1, 11):
        tell(60 - (number > 4), number * 100)
    rule = Percentile(name="p", span="order", quantile=0.9, above_ms=1, window=Duration(10), minimum=10)
    assert await drawn(store, state, rule) == {55: 900.0}


async def test_a_share_is_of_those_in_the_window(store: Store, state: State, tell: Story) -> None:
    tell(60, failed=True)
    tell(60)
    tell(57)
    tell(57)
    rule = ErrorRate(name="errors", among=ORDERS, window=Duration(10), minimum=1)
    assert await drawn(store, state, rule) == {60: 0.5, 55: 0.25, 50: 0.0}


async def test_a_ratio_asks_for_attributes_of_their_own_type(store: Store, state: State, tell: Story) -> None:
    tell(60, attributes={"pf.risk.passed": False, "n": 30.0})
    tell(60, attributes={"pf.risk.passed": True, "n": 30})
    tell(60, attributes={"n": 31})
    of, among = Selector(where={"pf.risk.passed": False}), Selector(span=("order",), where={"n": 30})
    rule = Ratio(name="ratio", of=of, among=among, above=0.1, window=Duration(5), minimum=1)
    assert await drawn(store, state, rule) == {60: 0.5}


async def test_a_share_of_the_last_so_many_stays_until_the_next(store: Store, state: State, tell: Story) -> None:
    for s, failed in ((70, True), (65, True), (60, False), (50, False), (50, False)):
        tell(s, failed=failed)
    values = await drawn(store, state, ErrorRate(name="errors", among=ORDERS, last=2, minimum=2))
    assert [values[s] for s in moments(65, 45)] == [1.0, 0.5, 0.5, 0.0, 0.0]
    assert 70 not in values
    assert values[0] == 0.0


async def test_an_absence_grows_until_something_ends(store: Store, state: State, tell: Story) -> None:
    tell(3600)
    tell(60)
    values = await drawn(store, state, Absence(name="absence", of=ORDERS, within=Duration(60)))
    assert [values[s] for s in moments(65, 50)] == [3535.0, 0.0, 5.0, 10.0]


async def test_an_absence_of_days_is_drawn_from_the_last_that_was_there(
    store: Store, state: State, tell: Story
) -> None:
    tell(2 * 86_400 + 60)
    values = await drawn(store, state, Absence(name="absence", of=ORDERS, within=Duration(2 * 86_400)))
    assert [values[s] for s in moments(65, 55)] == [2 * 86_400.0 - 5, 2 * 86_400.0, 2 * 86_400.0 + 5]


async def test_earnings_fall_below_their_highest(store: Store, state: State, tell: Story) -> None:
    for s, usd in ((3000, 50.0), (640, -20.0), (340, -15.5), (40, 30.0)):
        tell(s, 0, name="pf.trade.close", attributes={"pf.pnl_usd": usd})
    tell(340, 0, name="pf.trade.close", attributes={"pf.pnl_usd": -900.0}, agent="momentum")
    rule = Drawdown(name="drop", above_usd=Decimal(30), window=Duration(3600))
    values = await drawn(store, state, rule)
    assert [values[s] for s in (650, 640, 350, 340, 50, 40, 0)] == [0.0, 20.0, 20.0, 35.5, 35.5, 5.5, 5.5]


async def test_a_streak_is_broken_by_what_is_none(store: Store, state: State, tell: Story) -> None:
    for s, failed in ((70, True), (65, True), (60, False), (55, True), (50, True)):
        tell(s, failed=failed)
    rule = Streak(name="streak", of=Selector(status="error"), among=ORDERS)
    values = await drawn(store, state, rule)
    assert [values[s] for s in moments(70, 45)] == [1.0, 2.0, 0.0, 1.0, 2.0, 2.0]


async def test_a_balance_is_what_was_read_last(store: Store, state: State, tell: Story) -> None:
    tell(60, name="pf.wallet.balance_check", attributes={"pf.balance_usd": 90.5})
    tell(50)
    values = await drawn(store, state, WalletFloor(name="floor", below_usd=Decimal(100)))
    assert (values[60], values[0]) == (90.5, 90.5)


async def test_an_anomaly_is_held_against_the_median_before_it_began(store: Store, state: State, tell: Story) -> None:
    for s in range(3):
        tell(1000 + s, 10)
    tell(60, 120)
    tell(60, 500, name="other")
    rule = Anomaly(name="anomaly", window=Duration(5), minimum=3, group_by=())
    assert await drawn(store, state, rule, labels={"span": "order"}) == {60: 12.0}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (SessionCrash(name="r"), "An agent came back or it did not: there is no value in between."),
        (MissedSchedule(name="r"), "A schedule is kept or it is not: there is no value in between."),
        (NewIssue(name="r"), "An issue appeared once: there is no value that goes on."),
        (InFlightAtDeath(name="r"), "What is in flight is known of now, not of the past."),
        (Anomaly(name="r"), "Too few of its spans are stored to say what was usual, or to be held against it."),
        (SlowSpan(name="r", span="order", above_ms=1), "Too few of its spans are stored to judge."),
        (Count(name="r", of=ORDERS), None),
    ],
)
async def test_where_there_is_nothing_to_draw_the_answer_says_why(
    store: Store, state: State, rule: Rule, why: str | None
) -> None:
    make_incident(state, 1, rule="r", kind=type(rule).__struct_config__.tag)
    api = Api(store, state, in_force(RuleBook(version=1, rules=(rule,))))
    assert (await api.get("incidents/1/chart"))["no_course"] == why
    await api.close()


async def test_the_chart_tells_the_threshold_and_where_it_is_good_again(api: Api, state: State) -> None:
    make_incident(state, 1, status="resolved", resolved_ns=NOW - MINUTE // 2)
    chart = await api.get("incidents/1/chart")
    assert {name: value for name, value in chart.items() if name != "points"} == {
        "from_ns": str(NOW - 12 * MINUTE),
        "to_ns": str(NOW),
        "step_s": 5,
        "unit": "ms",
        "what": "P99 of order.pipeline",
        "no_course": "Too few of its spans are stored to judge.",
        "threshold": 2000.0,
        "resolve_at": 1000.0,
        "critical_at": None,
        "beyond": "above",
        "began_ns": str(NOW - 2 * MINUTE),
        "fired_ns": str(NOW - MINUTE),
        "resolved_ns": str(NOW - MINUTE // 2),
    }
    assert len(chart["points"]) == 145


async def test_a_rule_that_is_gone_leaves_the_incident_without_a_course(api: Api, state: State) -> None:
    make_incident(state, 1, rule="gone")
    make_incident(state, 2, rule="refused")  # its name is now another kind's
    for number in (1, 2):
        chart = await api.get(f"incidents/{number}/chart")
        assert (chart["points"], chart["what"], chart["threshold"]) == ([], None, 2000.0)
        assert chart["no_course"] == "Its rule is not in force any more."


@pytest.mark.parametrize(
    ("ago_min", "lasted_min", "window_min", "expected"),
    [
        (1, None, 1, (11, 5, 0)),  # ten minutes before, at least
        (60, None, 1, (90, 30, 0)),  # as long again
        (600, 10, 1, (610, 10, 580)),  # and after it
        (5, None, 60, (125, 60, 0)),  # two windows, in steps of a sixtieth of one
        (10_000, None, 1, (15_000, 7200, 0)),  # a week
    ],
)
def test_the_steps_fit_the_incident(
    ago_min: int, lasted_min: int | None, window_min: int, expected: tuple[int, int, int]
) -> None:
    resolved_ns = None if lasted_min is None else NOW - (ago_min - lasted_min) * MINUTE
    steps = steps_around(NOW - ago_min * MINUTE, resolved_ns, NOW, window_min * MINUTE)
    step_ns = steps.step_ns
    begins = (NOW - expected[0] * MINUTE) // step_ns * step_ns
    assert (steps.from_ns, step_ns // SECOND) == (begins, expected[1])
    assert NOW - expected[2] * MINUTE - step_ns < steps.to_ns <= NOW - expected[2] * MINUTE
