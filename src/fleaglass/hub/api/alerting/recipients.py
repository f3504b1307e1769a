"""Who hears of a rule's incidents, as far as that can be said before there is one.

An incident's labels of its group (agent, environment, …) are known once it is there. A route that asks for one of
those is a maybe: its receivers are told of some incidents, and the routes after it of the others.
Who hears of an incident only once it has escalated is told "when severity = critical".
"""

from __future__ import annotations

from collections.abc import Mapping

from fleaglass.alerts.rules.model import Route, Rule
from fleaglass.alerts.rules.worse import escalates
from fleaglass.hub.alerting.labels import incident_labels
from fleaglass.hub.api.alerting.rule_shapes import RecipientAnswer

__all__ = ["recipients"]


def recipients(route: Route, rule: Rule) -> list[RecipientAnswer]:
    """The receivers that the route tree names, each once for each condition."""
    labels = incident_labels(rule)
    found, _ = _walk(route, labels, rule.group_by, (), ())
    if escalates(rule):
        critical, _ = _walk(route, {**labels, "severity": "critical"}, rule.group_by, ("severity = critical",), ())
        known = {receiver for receiver, conditions in found if not conditions}
        found += [each for each in critical if each[0] not in known]
    return [
        {"receiver": receiver, "when": ", ".join(conditions) or None} for receiver, conditions in dict.fromkeys(found)
    ]


_Found = list[tuple[str, tuple[str, ...]]]


def _walk(
    route: Route, labels: Mapping[str, str], group_by: tuple[str, ...], above: tuple[str, ...], told: tuple[str, ...]
) -> tuple[_Found, bool]:
    """Receivers with conditions, and whether the route takes every incident of the rule that gets to it."""
    conditions = _conditions(route, labels, group_by)
    if conditions is None:
        return [], False
    here, receivers = (*above, *conditions), route.receivers or told
    found: _Found = []
    for child in route.routes:
        below, takes_all = _walk(child, labels, group_by, here, receivers)
        found += below
        if takes_all and not child.continue_:
            return found, not conditions
    if not any(_takes_all(child, labels, group_by) for child in route.routes):
        found += [(receiver, here) for receiver in receivers]
    return found, not conditions


def _takes_all(route: Route, labels: Mapping[str, str], group_by: tuple[str, ...]) -> bool:
    return _conditions(route, labels, group_by) == ()


def _conditions(route: Route, labels: Mapping[str, str], group_by: tuple[str, ...]) -> tuple[str, ...] | None:
    """What an incident's group must be for the route to take it; None when it never does."""
    found = []
    for name, wanted in route.match.items():
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if name in labels:
            if labels[name] not in values:
                return None
        elif name in group_by:
            found.append(f"{name} = {' or '.join(values)}")
        elif "" not in values:
            return None
    return tuple(found)
