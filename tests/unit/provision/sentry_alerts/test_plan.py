"""Rules as detectors and workflows: within Sentry's limits, whatever the rules file says."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.alerts.rules.model import (
    Absence,
    Count,
    Duration,
    ErrorRate,
    NewIssue,
    Percentile,
    Route,
    Rule,
    RuleBook,
    Selector,
    SlowSpan,
)
from fleaglass.provision.sentry_alerts.bodies import body
from fleaglass.provision.sentry_alerts.plan import plan, sentry_verdict
from fleaglass.provision.verdict import Approximate, Impossible
from tests.unit.provision.books import P99, book

TRADE = "pf.trade.execute"


def source(rule: Rule) -> dict[str, Any]:
    (planned,) = plan(book(rule), "agents")
    assert planned.detector is not None
    found: dict[str, Any] = body(planned.detector)["data_sources"][0]
    return found


@pytest.mark.parametrize(("asked_s", "window_s"), [(30, 60), (60, 60), (61, 300), (86400, 86400)])
def test_a_window_is_the_next_that_sentry_has(asked_s: float, window_s: int) -> None:
    assert source(SlowSpan(name="s", span=TRADE, above_ms=1, window=Duration(asked_s)))["timeWindow"] == window_s


def test_what_a_rule_asks_of_spans_is_a_search() -> None:
    where = {"pf.asset": ("BTC", 'E"TH'), "agent": "a", "environment": "production"}
    found = source(SlowSpan(name="s", span=TRADE, above_ms=1, where=where))
    assert found["query"] == 'span.op:"pf.trade.execute" pf.agent_id:"a" pf.asset:["BTC", "E\\"TH"]'
    assert found["environment"] == "production"


@pytest.mark.parametrize("above", [0, 5])
def test_errors_beyond_trades_are_counted_by_their_class(above: int) -> None:
    found = source(Count(name="c", of=Selector(error=("Timeout",)), above=above))
    assert (found["dataset"], found["query"]) == ("events", 'is:unresolved error.type:"Timeout"')
    assert "extrapolationMode" not in found


def test_a_new_issue_asks_for_the_latest_release_and_youth() -> None:
    (planned,) = plan(book(NewIssue(name="n", levels=("error", "fatal"))), "agents")
    (filter_,) = body(planned.workflow)["action_filters"]
    assert [each["comparison"] for each in filter_["conditions"]] == [
        True,
        {"comparisonType": "newer", "value": 10, "time": "minute"},
        {"level": 40, "match": "gte"},
    ]


@pytest.mark.parametrize(("repeat_s", "minutes"), [(0, 0), (60, 5), (4 * 3600, 720), (7 * 86400, 1440)])
def test_repeating_is_as_seldom_as_sentry_can(repeat_s: float, minutes: int) -> None:
    rules = RuleBook(version=1, rules=(P99,), route=Route(repeat_interval=Duration(repeat_s)))
    (planned,) = plan(rules, "agents")
    assert planned.workflow.config == {"frequency": minutes}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Percentile(name="p", span=TRADE, above_ms=1, quantile=0.42), "no quantile 0.42"),
        (Count(name="c", of=Selector(status="error")), "by its own statuses"),
        (SlowSpan(name="s", span=TRADE, above_ms=1, window=Duration(90_000)), "a day at most"),
        (SlowSpan(name="s", span=TRADE, above_ms=1, where={"pf.risk.passed": True}), "no text"),
        (Absence(name="a", of=Selector(), within=Duration(60)), "without data Sentry does not evaluate"),
    ],
)
def test_what_cannot_be_said_says_why(rule: Rule, why: str) -> None:
    verdict = sentry_verdict(rule)
    assert isinstance(verdict, Impossible)
    assert why in verdict.why
    assert plan(book(rule), "agents") == []


def test_an_error_rate_of_the_last_so_many_is_one_of_five_minutes() -> None:
    rule = ErrorRate(name="e", last=100)
    verdict = sentry_verdict(rule)
    assert isinstance(verdict, Approximate)
    assert "over 5 minutes instead of the last 100" in verdict.why
    assert source(rule)["timeWindow"] == 300
