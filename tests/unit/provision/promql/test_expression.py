"""Rules as PromQL: which are said exactly, which nearly, and why the others are not."""

from __future__ import annotations

import pytest

from fleaglass import semconv
from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import (
    Absence,
    Count,
    Duration,
    ErrorRate,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SlowSpan,
    Streak,
)
from fleaglass.provision.prometheus.rules import prometheus_rules, prometheus_verdict
from fleaglass.provision.promql.expression import expression
from fleaglass.provision.verdict import EXACT, Approximate, Impossible
from tests.unit.provision.books import P99, book

TRADE = "pf.trade.execute"


def test_what_came_in_a_window_is_a_difference_and_a_new_series_began_at_0() -> None:
    count = Count(name="c", of=Selector(span=("risk.check",), where={"pf.risk.passed": False}), window=Duration(60))
    series = 'pf_risk_checks_total{pf_risk_passed="false"}'
    assert expression(count).value == (
        f"sum by (agent_id) (last_over_time({series}[60s])"
        f" - (last_over_time({series}[3600s] offset 60s) or last_over_time({series}[60s]) * 0))"
    )


def test_a_percentile_fires_above_one_bound_and_stays_until_another() -> None:
    (group,) = prometheus_rules(book(P99))["groups"]
    figure, alert = group["rules"]
    assert (group["interval"], figure["record"]) == ("5s", "fleaglass:p99_order")
    assert figure["expr"].endswith(" or fleaglass:p99_order"), "too few spans: it stays as it is"
    assert alert == {
        "alert": "p99-order",
        "expr": "fleaglass:p99_order > 2000 or (fleaglass:p99_order > 1000"
        ' and on (agent_id) ALERTS{alertname="p99-order",alertstate="firing"})',
        "keep_firing_for": "60s",
        "labels": {
            "agent": "{{ $labels.agent_id }}",
            "topic": "p99-order",
            "rule": "p99-order",
            "severity": "error",
            "kind": "percentile",
        },
        "annotations": {
            "summary": "Orders are slow.",
            "value": "{{ $value }} ms",
            "threshold": "> 2000 ms",
        },
    }


def test_braces_in_a_summary_are_no_commands() -> None:
    (group,) = prometheus_rules(book(SlowSpan(name="s", span=TRADE, above_ms=2000, summary="a {{ b }}")))["groups"]
    assert group["rules"][1]["annotations"]["summary"] == 'a {{ "{{" }} b }}'


def test_thresholds_of_the_default_rules_are_bounds_of_buckets() -> None:
    bounds = {bound * 1000 for bound in semconv.METRICS[semconv.METRIC_PF_SPAN_DURATION].buckets}
    timed = [rule for rule in default_rules().rules if isinstance(rule, SlowSpan | Percentile)]
    assert timed
    assert {rule.above_ms for rule in timed} <= bounds


RISK = Selector(span=("risk.check",))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (SlowSpan(name="r", span=TRADE, above_ms=1500), "2000 ms is the one after 1500"),
        (Percentile(name="r", span=TRADE, above_ms=2000, for_=Duration(60)), "while there are too few spans"),
        (Ratio(name="r", of=RISK, among=RISK, above=0.1, window=Duration(7200)), "moves in steps of 10 s"),
        (Count(name="r", of=Selector(span=(TRADE,), status="ok")), "in which its process died"),
        (Absence(name="r", of=Selector(span=(TRADE,), status="ok"), within=Duration(60)), "as its process runs"),
    ],
)
def test_what_is_only_near_says_why(rule: Rule, why: str) -> None:
    verdict = prometheus_verdict(rule)
    assert isinstance(verdict, Approximate)
    assert why in verdict.why


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (SlowSpan(name="r", span=TRADE, above_ms=60_000), "beyond 30 s are not told apart"),
        (ErrorRate(name="r", last=100), "not which the last 100 were"),
        (Count(name="r", of=Selector(where={"pf.market": "BTC/USD"})), "apart by pf.market"),
        (Count(name="r", of=Selector(status="error"), group_by=("pf.asset",)), "apart by pf.asset"),
        (Count(name="r", of=Selector(span=("risk.check",), status="ok")), "apart by error.type"),
        (
            Count(name="r", of=Selector(where={"pf.risk.passed": False}, span=("risk.check",)), group_by=("span",)),
            "apart by span",
        ),
        (
            Ratio(name="r", of=Selector(span=(TRADE,)), among=RISK, above=0.1),
            "the two filters take different spans",
        ),
        (Streak(name="r", of=Selector(status="error"), among=Selector()), "one after the other"),
    ],
)
def test_what_cannot_be_said_says_why(rule: Rule, why: str) -> None:
    verdict = prometheus_verdict(rule)
    assert isinstance(verdict, Impossible)
    assert why in verdict.why
    assert prometheus_rules(book(rule)) == {"groups": []}


def test_a_rule_that_is_switched_off_is_not_written() -> None:
    assert prometheus_verdict(P99) == EXACT
    off = SlowSpan(name="off", span=TRADE, above_ms=2000, enabled=False)
    assert prometheus_rules(book(off)) == {"groups": []}
