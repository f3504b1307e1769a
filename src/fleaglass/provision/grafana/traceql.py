"""Rules that Tempo can answer by TraceQL metrics, over the spans themselves.

Grafana calls alerting on Tempo an experiment, and the query's window is its time range divided by its step; so this is
an option, and only the two kinds about durations have it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.rules.model import Percentile, Rule, SlowSpan, Value
from fleaglass.provision.promql.series import Where

__all__ = ["TraceQuery", "traceql"]

_RESOURCE: Final = {
    "agent": semconv.PF_AGENT_ID,
    "environment": semconv.PF_ENVIRONMENT,
    "release": semconv.PF_RELEASE,
    "strategy": semconv.PF_STRATEGY,
}


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """A query, and what a bound in the rule's unit is multiplied by."""

    text: str
    scale: float = 1


def traceql(rule: Rule) -> TraceQuery | None:
    """The query; None if Tempo cannot answer."""
    by = f"by({', '.join(map(_name, rule.group_by))})" if rule.group_by else ""
    match rule:
        case SlowSpan():
            slow = f"{_spans(rule.span, rule.where)} && duration > {round(rule.above_ms * 1000)}us"
            return TraceQuery(f"{{ {slow} }} | count_over_time() {by}".strip())
        case Percentile():
            quantile = f"quantile_over_time(duration, {rule.quantile!r})"
            return TraceQuery(f"{{ {_spans(rule.span, rule.where)} }} | {quantile} {by}".strip(), scale=0.001)
    return None


def _spans(name: str, where: Where) -> str:
    tests = [f"span:name = {json.dumps(name)}"]
    for attribute, value in sorted(where.items()):
        values = value if isinstance(value, tuple | list) else (value,)
        each = [f"{_name(attribute)} = {_literal(one)}" for one in values]
        tests.append(each[0] if len(each) == 1 else f"({' || '.join(each)})")
    return " && ".join(tests)


def _name(name: str) -> str:
    if name == "span":
        return "span:name"
    return f"resource.{_RESOURCE[name]}" if name in _RESOURCE else f"span.{name}"


def _literal(value: Value) -> str:
    """An integer matches no float, so numbers are written as the attribute's type has them: money is a float."""
    return str(value).lower() if isinstance(value, bool) else json.dumps(value)
