"""A rule book as a file of Prometheus rules.

Each rule is a group of two, evaluated one after the other every 5 s, as the hub does::

    record  fleaglass:p99_order        the figure, by group; the last one, while too few spans make one
    alert   p99-order                  beyond the threshold, or firing and not yet good again

``for`` and ``keep_firing_for`` are the rule's own ``for`` and ``keep``. Labels are those of the hub's incidents, so
that routes and inhibitions mean the same. A worse limit is a group of its own (escalation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.provision.escalation import base_name, enabled, name_with
from fleaglass.provision.promql.expression import Expression, Inexpressible, expression
from fleaglass.provision.promql.series import label_of, seconds
from fleaglass.provision.verdict import Exact, Verdict

__all__ = ["annotations_of", "figure_of", "labels_of", "prometheus_rules", "prometheus_verdict"]

_EVERY: Final = "5s"


def prometheus_verdict(rule: Rule) -> Verdict:
    """How well Prometheus can say it."""
    try:
        return expression(rule).verdict
    except Inexpressible as why:
        return why.verdict


def prometheus_rules(book: RuleBook) -> dict[str, Any]:
    """The content of a rule file: every rule that is enabled, and can be said."""
    groups = []
    for rule in enabled(book):
        try:
            groups.append(_group(rule, expression(rule)))
        except Inexpressible:
            continue
    return {"groups": groups}


def figure_of(rule: Rule) -> str:
    """Name of the series that a rule's figure is recorded as."""
    return f"fleaglass:{name_with(rule, ':').replace('-', '_')}"


def labels_of(rule: Rule) -> dict[str, str]:
    """What the hub's incidents are labelled with; what a rule groups by is taken from its series."""
    groups = {name: f"{{{{ $labels.{label_of(name)} }}}}" for name in rule.group_by}
    named = {name.replace(".", "_"): value for name, value in groups.items() if value}
    own = {"rule": base_name(rule), "severity": rule.severity, "kind": str(rule.__struct_config__.tag)}
    return {"topic": base_name(rule), **named, **rule.labels, **own}


def annotations_of(rule: Rule, found: Expression) -> dict[str, str]:
    """What people read."""
    texts = {
        "summary": _escaped(rule.summary) or rule.name,
        "value": f"{{{{ $value }}}} {found.unit}",
        "threshold": f"{found.operator} {found.bound:g} {found.unit}",
        "runbook_url": _escaped(rule.runbook),
        "compared_with_hub": "" if isinstance(found.verdict, Exact) else _escaped(str(found.verdict)),
    }
    return {name: text for name, text in texts.items() if text}


def _group(rule: Rule, found: Expression) -> Mapping[str, Any]:
    figure = figure_of(rule)
    value = f"({found.value}) or {figure}" if found.keeps else found.value
    alert: dict[str, Any] = {"alert": rule.name, "expr": _beyond(rule, found)}
    if found.for_s:
        alert["for"] = seconds(found.for_s)
    if rule.keep:
        alert["keep_firing_for"] = seconds(rule.keep)
    alert |= {"labels": labels_of(rule), "annotations": annotations_of(rule, found)}
    return {"name": rule.name, "interval": _EVERY, "rules": [{"record": figure, "expr": value}, alert]}


def _beyond(rule: Rule, found: Expression) -> str:
    figure = figure_of(rule)
    beyond = f"{figure} {found.operator} {_number(found.bound)}"
    if found.resolve_at is None:
        return beyond
    labels = ", ".join(map(label_of, rule.group_by))
    firing = f'ALERTS{{alertname="{rule.name}",alertstate="firing"}}'
    return f"{beyond} or ({figure} {found.operator} {_number(found.resolve_at)} and on ({labels}) {firing})"


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    """Text in a template: braces are no commands."""
    return text.replace("{{", '{{ "{{" }}')
