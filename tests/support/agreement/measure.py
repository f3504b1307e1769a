"""How well the hub and Prometheus agree on a rule, as numbers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import structs

from fleaglass.alerts.judge.plan import SpanRule, span_rules
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import Anomaly, Count, Duration, ErrorRate, Percentile, Selector, SlowSpan
from fleaglass.provision.prometheus.rules import prometheus_verdict
from fleaglass.provision.verdict import EXACT
from scripts.agreement import Agreement
from tests.support.agreement.history import STEP_S, history
from tests.support.agreement.promtool import turns_in_prometheus
from tests.support.agreement.served import series
from tests.support.agreement.turns import steps_apart, turns_in_hub

__all__ = ["HISTORIES", "RULES", "measured"]

HISTORIES: Final = 20
_SPELLS_S: Final = 600
"""How long things happen, apart from the rule's own windows."""

_Known: TypeAlias = tuple[Sequence[Row], Mapping[str, Sequence[str]]]
"""A history's spans, and what is served of them."""

RULES: Final[Sequence[SpanRule]] = (
    *(
        structs.replace(rule, enabled=True)
        for rule in span_rules(default_rules().rules)
        if prometheus_verdict(rule) == EXACT or isinstance(rule, Anomaly)
    ),
    # What the default rules have none of.
    SlowSpan(name="slow-trade-for", span="pf.trade.execute", above_ms=2000, for_=Duration(30), keep=Duration(0)),
    SlowSpan(
        name="slow-btc",
        span="pf.trade.execute",
        above_ms=2000,
        where={"pf.asset": "BTC"},
        group_by=("agent", "pf.asset"),
    ),
    Percentile(
        name="p90-order", span="order.pipeline", above_ms=500, quantile=0.9, window=Duration(60), keep=Duration(20)
    ),
    ErrorRate(name="error-rate", above=0.05, window=Duration(120), minimum=20),
    ErrorRate(
        name="trade-errors",
        among=Selector(span=("pf.trade.execute",)),
        above=0.15,
        resolve_at=0.05,
        window=Duration(90),
        minimum=5,
    ),
    Count(
        name="busy",
        of=Selector(span=("agent.decision_cycle",)),
        above=15,
        window=Duration(60),
        group_by=("agent", "environment"),
    ),
)


def measured() -> dict[str, Agreement]:
    """On each of the rules, by its name. As many are measured at once as there are processors.

    Raises:
        AssertionError: Prometheus' tool does not take a rule.
    """
    known = [_known(seed) for seed in range(HISTORIES)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda rule: _measured(rule, known), RULES)
        return {rule.name: agreement for rule, agreement in zip(RULES, found, strict=True)}


def _measured(rule: SpanRule, known: Sequence[_Known]) -> Agreement:
    steps = _steps(rule)
    ours = [turns_in_hub(rule, rows, steps) for rows, _ in known]
    told = [{name: values[:steps] for name, values in served.items()} for _, served in known]
    with tempfile.TemporaryDirectory() as folder:
        theirs = turns_in_prometheus(rule, told, Path(folder))
    apart = [steps_apart(*pair, steps) for pair in zip(ours, theirs, strict=True)]
    return Agreement(
        histories=len(known),
        turns=sum(len(steps) for turns in ours for steps in turns.values()),
        agreed=sum(each <= 1 for each in apart),
        most_steps_apart=max(apart),
    )


def _steps(rule: SpanRule) -> int:
    return int((_SPELLS_S + rule.window + rule.keep) / STEP_S)


def _known(seed: int) -> _Known:
    """A history that is long enough for every rule, and what is served of it."""
    steps = max(map(_steps, RULES))
    rows = history(seed, steps)
    return rows, series(rows, steps)
