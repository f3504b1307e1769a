"""Prometheus' own tool finds that the exported rules are well formed, and that they fire and resolve when ours do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fleaglass import semconv
from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.journal.records import Opened
from fleaglass.provision.grafana.dashboards import dashboards
from fleaglass.provision.prometheus.rules import prometheus_rules, prometheus_verdict
from fleaglass.provision.verdict import EXACT
from fleaglass.provision.yaml import yaml
from fleaglass.shipper.metrics import HistogramPoint, Metric, NumberPoint
from fleaglass.shipper.metrics.exposition import exposition
from scripts import agreement
from scripts.agreement import Agreement
from tests.support.agreement.measure import RULES, measured
from tests.support.agreement.promtool import promtool
from tests.support.agreement.served import SAMPLE
from tests.unit.shipper.metrics.spans import T0

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed"),
]


@pytest.fixture(scope="module")
def found() -> Mapping[str, Agreement]:
    """What is measured of all rules at once, now."""
    return measured()


@pytest.mark.timeout(300)  # the first waits until all are measured
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_prometheus_fires_and_resolves_as_the_table_says(rule: Rule, found: Mapping[str, Agreement]) -> None:
    assert found[rule.name] == agreement.read()[rule.name], "`make alerts-table` writes down what is so now"
    assert found[rule.name].is_exact or prometheus_verdict(rule) != EXACT


def test_the_table_knows_of_these_rules_and_no_others() -> None:
    assert list(agreement.read()) == [rule.name for rule in RULES]


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
