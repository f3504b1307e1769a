"""A rule that escalates, elsewhere: its worse limit is a second rule, and what is lost is said."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from fleaglass.alerts.rules.model import (
    Absence,
    Count,
    Duration,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SlowSpan,
    WalletFloor,
)
from fleaglass.provision.escalation import lost_escalations
from fleaglass.provision.grafana.rules import Sources, grafana_rules
from fleaglass.provision.losses import impossible_rules, lost_rules
from fleaglass.provision.prometheus.rules import prometheus_rules
from fleaglass.provision.sentry_alerts.bodies import body
from fleaglass.provision.sentry_alerts.plan import plan
from fleaglass.provision.verdict import BACKENDS, Backend
from tests.unit.provision.books import P99, book

WORSE = structs.replace(P99, critical_above_ms=5000)
BESIDE = "told beside the first, and over below its own limit"


def alerts(*rules: Rule) -> dict[str, dict[str, Any]]:
    groups = prometheus_rules(book(*rules))["groups"]
    return {group["name"]: group["rules"][1] for group in groups}


def test_in_prometheus_it_is_a_second_alert_with_the_same_labels_but_its_severity() -> None:
    first, critical = alerts(WORSE).values()
    assert (first["alert"], critical["alert"]) == ("p99-order", "p99-order (critical)")
    assert first["expr"].startswith("fleaglass:p99_order > 2000 or ")
    assert critical["expr"].startswith("fleaglass:p99_order:critical > 5000 or ")
    assert first["labels"]["severity"] == "error"
    assert critical["labels"] == {**first["labels"], "severity": "critical"}
    assert first == alerts(P99)["p99-order"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (SlowSpan(name="x", span="order.pipeline", above_ms=2000, critical_above_ms=5000), 'le="5.0"'),
        (Absence(name="x", of=Selector(), within=Duration(60), critical_within=Duration(600)), "offset 600s"),
    ],
)
def test_where_the_limit_is_in_the_figure_each_has_its_own(rule: Rule, said: str) -> None:
    first, critical = (group["rules"][0]["expr"] for group in prometheus_rules(book(rule))["groups"])
    assert said in critical
    assert said not in first


def test_a_balance_is_critical_below_its_worse_limit() -> None:
    floor = WalletFloor(name="floor", below_usd=100, critical_below_usd=20)  # type: ignore[arg-type]
    assert alerts(floor)["floor (critical)"]["expr"] == "fleaglass:floor:critical < 20"


def test_a_rule_that_is_named_like_another_ones_worse_limit_stays_apart() -> None:
    named = structs.replace(P99, name="p99-order-critical")
    grafana = grafana_rules(book(WORSE, named), Sources())
    assert [each["uid"] for each in grafana] == [
        "fleaglass-p99-order",
        "fleaglass-p99-order_critical",
        "fleaglass-p99-order-critical",
    ]
    figures = [group["rules"][0]["record"] for group in prometheus_rules(book(WORSE, named))["groups"]]
    assert len(set(figures)) == 3


def test_in_grafana_it_is_a_second_rule_of_that_severity() -> None:
    first, critical = grafana_rules(book(WORSE), Sources())
    assert (first["title"], critical["title"]) == ("p99-order", "p99-order (critical)")
    assert critical["data"][1]["model"]["conditions"][0]["evaluator"]["params"] == [5000.0]
    assert (first["labels"]["severity"], critical["labels"]["severity"]) == ("error", "critical")


def test_in_sentry_it_is_the_high_priority_of_the_same_detector() -> None:
    (planned,) = plan(book(WORSE), "agents")
    assert planned.detector is not None
    conditions = body(planned.detector)["condition_group"]["conditions"]
    assert [(each["type"], each["comparison"], each["conditionResult"]) for each in conditions] == [
        ("gt", 5000, 75),
        ("gt", 2000, 50),
        ("lte", 1000, 0),
    ]
    (filter_,) = body(planned.workflow)["action_filters"]
    assert [each["comparison"] for each in filter_["conditions"]] == [50]


SLOW = SlowSpan(name="slow", span="order.pipeline", above_ms=2000, critical_above_ms=5000)
RATIO = Ratio(name="r", of=Selector(status="error"), among=Selector(), above=0.2, critical_above=0.5)
FAILURES = Count(
    name="f", of=Selector(span=("pf.trade.execute",), error=("OrderRejectedError",)), above=0, critical_above=9
)


@pytest.mark.parametrize(
    ("backend", "rule", "said"),
    [
        ("prometheus", WORSE, f"p99-order (critical): approximate: {BESIDE}"),
        ("grafana", SLOW, f"slow (critical): approximate: evaluated every 10 s; {BESIDE}"),
        (
            "sentry",
            WORSE,
            "p99-order (critical): approximate: its issue becomes one of high priority, of which Sentry need not tell",
        ),
        ("sentry", RATIO, "r (critical): impossible: the rule is no detector there"),
        ("sentry", FAILURES, "f (critical): impossible: the rule is no detector there"),
    ],
)
def test_what_is_lost_of_it_is_said(backend: Backend, rule: Rule, said: str) -> None:
    assert any(line.startswith(said) for line in lost_rules(book(rule), backend))
    assert ("(critical)" in " ".join(impossible_rules(book(rule), backend))) is ("impossible" in said)


@pytest.mark.parametrize("backend", BACKENDS)
def test_that_nothing_becomes_critical_by_time_is_said(backend: Backend) -> None:
    seen = Percentile(name="p", span="order.pipeline", above_ms=2000, escalate_after=Duration(900))
    assert lost_escalations(book(seen, P99), backend) == [
        f"p: escalate_after: {backend} knows nobody's acknowledgement, so nothing becomes critical by time"
    ]
