"""The labels of a rule's incidents, by which they are routed and grouped."""

from __future__ import annotations

from fleaglass.alerts.judge.reading import Labels
from fleaglass.alerts.rules.model import Rule

__all__ = ["incident_labels", "kind_of"]


def incident_labels(rule: Rule, group: Labels = ()) -> dict[str, str]:
    """The rule's own labels, its group's, and what it is; its topic is its name where it has no other."""
    own = {"rule": rule.name, "severity": rule.severity, "kind": kind_of(rule)}
    return {"topic": rule.name, **rule.labels, **dict(group), **own}


def kind_of(rule: Rule) -> str:
    """What the rules file calls its kind."""
    return str(type(rule).__struct_config__.tag)
