"""A rule as Grafana has it: a query, and a threshold on what it gives.

::

    A  PromQL in Prometheus           C  threshold on A, with another for its end where the rule has one
    A  TraceQL in Tempo, if asked for B  the last value of A           C  threshold on B, in seconds

Every rule has a uid that follows from its name, so that a second time changes the first. A worse limit is a rule of its
own (escalation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.provision.escalation import enabled, name_with
from fleaglass.provision.grafana.traceql import traceql
from fleaglass.provision.prometheus.rules import annotations_of, labels_of
from fleaglass.provision.promql.expression import Expression, Inexpressible, expression
from fleaglass.provision.promql.series import seconds
from fleaglass.provision.verdict import Approximate, Exact, Impossible, Verdict

__all__ = ["EVERY_S", "MANAGED_BY", "Sources", "grafana_rules", "grafana_verdict"]

EVERY_S: Final = 10
"""The shortest that Grafana allows unless it is told otherwise."""
MANAGED_BY: Final = {"managed_by": "fleaglass"}
_UID_CHARS: Final = 40
_WINDOW_S: Final = 600


@dataclass(frozen=True, slots=True)
class Sources:
    """Uids of data sources. ``tempo`` is asked instead, by TraceQL, where it is named and can answer."""

    prometheus: str = "prometheus"
    tempo: str = ""


def grafana_verdict(rule: Rule) -> Verdict:
    """How well Grafana can say it, over Prometheus."""
    try:
        found = expression(rule)
    except Inexpressible as why:
        return Impossible(why.verdict.why)
    if not isinstance(found.verdict, Exact):
        return found.verdict
    if found.keeps:
        return Approximate(f"evaluated every {EVERY_S} s; a group with too few spans may be resolved")
    return Approximate(f"evaluated every {EVERY_S} s")


def grafana_rules(book: RuleBook, sources: Sources) -> list[dict[str, Any]]:
    """Every rule that is enabled, and can be said, in the form of a file for provisioning."""
    found = []
    for rule in enabled(book):
        try:
            found.append(_rule(rule, expression(rule), sources))
        except Inexpressible:
            continue
    return found


def _rule(rule: Rule, found: Expression, sources: Sources) -> dict[str, Any]:
    query = traceql(rule) if sources.tempo else None
    if query is None:
        data = [_prometheus(found.value, sources.prometheus), _threshold(found, "A", 1)]
    else:
        last = {"type": "reduce", "reducer": "last", "expression": "A"}
        data = [_tempo(query.text, sources.tempo), _expression("B", last), _threshold(found, "B", query.scale)]
    return {
        "uid": _uid(name_with(rule, "_")),
        "title": rule.name,
        "condition": "C",
        "data": data,
        "noDataState": "KeepLast" if found.keeps else "OK",
        "execErrState": "KeepLast",
        "for": seconds(found.for_s),
        "keepFiringFor": seconds(rule.keep),
        "annotations": {name: text for name, text in annotations_of(rule, found).items() if name != "value"},
        "labels": {**labels_of(rule), **MANAGED_BY},
        "isPaused": False,
    }


def _uid(name: str) -> str:
    uid = f"fleaglass-{name}"
    return uid if len(uid) <= _UID_CHARS else f"fleaglass-{sha256(name.encode()).hexdigest()[:24]}"


def _prometheus(expr: str, uid: str) -> dict[str, Any]:
    return _query("A", uid, {"expr": expr, "instant": True, "range": False})


def _tempo(query: str, uid: str) -> dict[str, Any]:
    return _query("A", uid, {"query": query, "queryType": "traceql", "limit": 20, "tableType": "traces"})


def _threshold(found: Expression, of: str, scale: float) -> dict[str, Any]:
    beyond, back = ("gt", "lt") if found.operator == ">" else ("lt", "gt")
    condition: dict[str, Any] = {"evaluator": {"type": beyond, "params": [found.bound * scale]}}
    if found.resolve_at is not None:
        condition["unloadEvaluator"] = {"type": back, "params": [found.resolve_at * scale]}
    return _expression("C", {"type": "threshold", "expression": of, "conditions": [condition]})


def _expression(ref: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return _query(ref, "__expr__", model)


def _query(ref: str, uid: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "refId": ref,
        "relativeTimeRange": {"from": _WINDOW_S, "to": 0},
        "datasourceUid": uid,
        "model": {"refId": ref, "intervalMs": 1000, "maxDataPoints": 43200, **model},
    }
