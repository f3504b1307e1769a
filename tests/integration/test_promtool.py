"""Prometheus' own tool finds that the exported rules are well formed, and that they fire and resolve when ours do.

1. Histories of an agent are made by a seeded generator, quiet and bad minutes in turn.
2. The shipper's own code makes metrics of them, and what it serves is what the tool is told, step by step.
3. The hub's own judge says when each rule fires and resolves; the tool must agree but for one step.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fleaglass import semconv
from fleaglass.alerts.judge.replay import replay, shown
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import (
    Count,
    Duration,
    ErrorRate,
    Percentile,
    Rule,
    RuleBook,
    Selector,
    SlowSpan,
)
from fleaglass.journal.records import Opened
from fleaglass.provision.grafana.dashboards import dashboards
from fleaglass.provision.prometheus.rules import prometheus_rules, prometheus_verdict
from fleaglass.provision.verdict import EXACT
from fleaglass.provision.yaml import yaml
from fleaglass.shipper.metrics import HistogramPoint, Metric, NumberPoint, Totals, metrics_of
from fleaglass.shipper.metrics.exposition import exposition
from tests.unit.shipper.metrics.spans import T0, span, totals_of

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed"),
]

STEP_S = 5
SECOND_NS = 1_000_000_000
STEP_NS = STEP_S * SECOND_NS
SPELLS_S = 600
"""How long things happen, apart from the rule's own windows."""
HISTORIES = 20
SAMPLE = re.compile(r"^(\w+\{.*\}) (\S+)(?: #.*)?$", re.MULTILINE)
TRADE, CYCLE, RISK, PIPELINE = "pf.trade.execute", "agent.decision_cycle", "risk.check", "order.pipeline"
ORDER_ERRORS = ("OrderRejectedError", "InsufficientMarginError")

RULES: Sequence[Rule] = (
    # The default rules, and what they have none of.
    SlowSpan(name="slow-trade-for", span=TRADE, above_ms=2000, for_=Duration(30), keep=Duration(0)),
    SlowSpan(name="slow-btc", span=TRADE, above_ms=2000, where={"pf.asset": "BTC"}, group_by=("agent", "pf.asset")),
    Percentile(name="p90-order", span=PIPELINE, above_ms=500, quantile=0.9, window=Duration(60), keep=Duration(20)),
    ErrorRate(name="error-rate", above=0.05, window=Duration(120), minimum=20),
    ErrorRate(
        name="trade-errors", among=Selector(span=(TRADE,)), above=0.15, resolve_at=0.05, window=Duration(90), minimum=5
    ),
    Count(name="busy", of=Selector(span=(CYCLE,)), above=15, window=Duration(60), group_by=("agent", "environment")),
    *(rule for rule in default_rules().rules if prometheus_verdict(rule) == EXACT),
)


def history(seed: int, steps: int) -> list[Row]:
    """An agent's work, in spells of half a minute to two, each of its own kind."""
    dice = random.Random(seed)
    rows: list[Row] = []
    now_s = 7.3
    while now_s < steps * STEP_S:
        until_s, every_s, slow = now_s + dice.uniform(30, 120), dice.uniform(1.5, 30), dice.random() ** 3
        bad = dice.choice((0.0, 0.0, 0.04, 0.15, 0.6))
        while now_s < until_s:
            # Off the steps: whether a window holds what ended at its very edge is nobody's promise.
            if 0.1 < now_s % STEP_S < STEP_S - 0.1:
                rows += _cycle(dice, round(now_s * SECOND_NS), slow, bad)
            now_s += dice.uniform(0.5, 1.5) * every_s
    return rows


def _cycle(dice: random.Random, end_ns: int, slow: float, bad: float) -> Iterator[Row]:
    def ended(name: str, ms: float, error: str = "", **attributes: Any) -> Row:
        named = {f"pf.{key.replace('__', '.')}": value for key, value in attributes.items()}
        ids = {"trace_id": f"{dice.getrandbits(128):032x}", "span_id": f"{dice.getrandbits(64):016x}"}
        about = {"agent": "vol-arb-1", "environment": "production", "attributes": named}
        took_ns = round(ms * 1e6)
        return Row(name=name, end_ns=end_ns, duration_ns=took_ns, failed=bool(error), error_type=error, **ids, **about)

    def ms() -> float:
        return dice.uniform(600, 4000) if dice.random() < slow else dice.uniform(5, 450)

    error = dice.choice((*ORDER_ERRORS, "Timeout")) if dice.random() < bad else ""
    passed = dice.random() > bad
    # Each kind of span has its own threshold, which some must be below and some beyond.
    yield ended("pf.wallet.balance_check", ms())
    yield ended("pf.signal.analysis", ms() / 5)
    yield ended("pf.escrow.create", ms())
    yield ended(RISK, 1, risk__check="net_vega", risk__passed=passed)
    if passed:
        yield ended(TRADE, ms(), error, asset=dice.choice(("BTC", "ETH")), side="buy", order_type="market")
        yield ended(PIPELINE, ms(), error)
    yield ended(CYCLE, ms(), error, cycle_outcome="failed" if error else "completed")


def open_by_judge(rule: Any, rows: Sequence[Row], steps: int) -> list[bool]:
    """Whether the hub has an incident open after each step."""
    open_ = [False] * steps
    for episode in replay(rule, shown(rule, rows), 0, (steps - 1) * STEP_NS, STEP_NS):
        until = steps if episode.resolved_ns is None else episode.resolved_ns // STEP_NS
        open_[episode.fired_ns // STEP_NS : until] = [True] * (until - episode.fired_ns // STEP_NS)
    return open_


def series(rows: Sequence[Row], names: frozenset[str], steps: int) -> list[dict[str, str]]:
    """What the shipper serves of the metrics with these names, as input of the tool."""
    found: dict[str, list[str]] = {}
    totals, opened = Totals(), Opened("vol-arb-1", {}, T0, "0.1.0", {"pf.environment": "production"})
    for step in range(steps):
        ended = [row for row in rows if (step - 1) * STEP_NS < row.end_ns <= step * STEP_NS]
        totals = totals_of(*map(recorded, ended), before=totals)
        metrics = [each for each in metrics_of(totals, started_ns=T0, now_ns=T0) if _serves(each.name, names)]
        served = exposition([(opened, "j", metrics)]).decode()
        for name, value in SAMPLE.findall(served):
            if name.partition("{")[0] in names:
                found.setdefault(name, ["_"] * step).append(value)
    return [{"series": name, "values": " ".join(values)} for name, values in found.items()]


def _serves(metric: str, names: frozenset[str]) -> bool:
    return any(name.startswith(metric.replace(".", "_")) for name in names)


def recorded(row: Row) -> Any:
    failed = {"error.type": row.error_type} if row.failed else {}
    return span(row.name, {**row.attributes, **failed}, ms=row.duration_ns / 1e6, status=2 if row.failed else 0)


def promtool(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        ["promtool", *arguments], cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_prometheus_fires_and_resolves_when_the_rule_says_so(rule: Rule, tmp_path: Path) -> None:
    assert prometheus_verdict(rule) == EXACT
    rules = prometheus_rules(RuleBook(version=1, rules=(rule,)))
    (tmp_path / "rules.yml").write_text(yaml(rules))
    promtool("check", "rules", "rules.yml", folder=tmp_path)
    names = frozenset(re.findall(r"pf_\w+(?=[{\[])", yaml(rules)))
    steps = int((SPELLS_S + rule.window + rule.keep) / STEP_S)
    tests, turns = [], 0
    for seed in range(HISTORIES):
        rows = history(seed, steps)
        open_ = open_by_judge(rule, rows, steps)
        turns += sum(before != after for before, after in pairwise(open_))
        expected = [
            _expected(rule, step, is_open)
            for step, is_open in enumerate(open_)
            if all(open_[other] == is_open for other in (max(0, step - 1), min(steps - 1, step + 1)))
        ]
        tests.append(
            {"interval": f"{STEP_S}s", "input_series": series(rows, names, steps), "promql_expr_test": expected}
        )
    assert turns >= HISTORIES // 2, "too little happens in these histories"
    (tmp_path / "tests.yml").write_text(
        yaml({"rule_files": ["rules.yml"], "evaluation_interval": f"{STEP_S}s", "tests": tests})
    )
    promtool("test", "rules", "tests.yml", folder=tmp_path)


def _expected(rule: Rule, step: int, is_open: bool) -> dict[str, Any]:
    firing = f'count(ALERTS{{alertname="{rule.name}",alertstate="firing"}})'
    samples = [{"labels": "{}", "value": 1}] if is_open else []
    return {"expr": firing, "eval_time": f"{step * STEP_S}s", "exp_samples": samples}


def test_every_query_of_the_dashboards_is_promql_over_metrics_that_the_shipper_serves(tmp_path: Path) -> None:
    queries = [
        (target["expr"].replace("$__rate_interval", "5m").replace("$__range", "6h").replace("$agent", ".*"))
        for board in dashboards()
        for panel in board["panels"]
        for target in panel["targets"]
    ]
    rules = [{"record": f"dashboards:query_{number}", "expr": expr} for number, expr in enumerate(queries)]
    (tmp_path / "rules.yml").write_text(yaml({"groups": [{"name": "dashboards", "rules": rules}]}))
    assert f"{len(queries)} rules found" in promtool("check", "rules", "rules.yml", folder=tmp_path)
    assert used_metrics(" ".join(queries)) <= SERVED


def test_every_rule_asks_for_metrics_that_the_shipper_serves() -> None:
    assert used_metrics(yaml(prometheus_rules(everything_enabled()))) <= SERVED


def test_every_default_rule_that_prometheus_has_is_well_formed(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(yaml(prometheus_rules(everything_enabled())))
    assert "SUCCESS" in promtool("check", "rules", "rules.yml", folder=tmp_path)


def everything_enabled() -> RuleBook:
    rules = tuple(msgspec.structs.replace(rule, enabled=True) for rule in default_rules().rules)
    return RuleBook(version=1, rules=rules)


def used_metrics(text: str) -> set[str]:
    """Names of metrics in PromQL: what a matcher or a range follows, or nothing that makes it a label."""
    return {name for name in re.findall(r"\bpf_\w+(?=[{\[ )])", text) if name not in LABELS}


LABELS = {
    attribute.replace(".", "_")
    for metric in semconv.METRICS.values()
    for attribute in (*metric.required, *metric.recommended)
}


def _served() -> set[str]:
    """Every name of a sample that the shipper serves, for an agent of which each metric has a point."""
    opened = Opened("vol-arb-1", {}, T0, "0.1.0", {})
    metrics = [
        Metric(name=name, started_ns=T0, time_ns=T0, points=(_point(known),)) for name, known in semconv.METRICS.items()
    ]
    return {name.partition("{")[0] for name, _ in SAMPLE.findall(exposition([(opened, "j", metrics)]).decode())}


def _point(known: semconv.MetricType) -> Any:
    if known.instrument != "histogram":
        return NumberPoint(value=1)
    counts = (1,) * (len(known.buckets) + 1)
    return HistogramPoint(bounds=known.buckets, counts=counts, sum=1.0, least=0.0, most=1.0)


SERVED = _served()
