"""GET /alerts/rules: every rule in force, how it stands, and how often it fired in the last 7 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.hub.alerting.labels import kind_of
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.alerting.tables import alert_standings, incidents, notifications
from fleaglass.hub.api.alerting.incident_filters import IncidentFilters
from fleaglass.hub.api.alerting.incident_list import list_incidents
from fleaglass.hub.api.alerting.recipients import recipients
from fleaglass.hub.api.alerting.rule_named import known_rule
from fleaglass.hub.api.alerting.rule_shapes import ReceiverAnswer, RuleAnswer, RuleDetail, Rules, RuleState
from fleaglass.hub.api.alerting.rule_words import receiver_words, rule_words
from fleaglass.hub.api.times import SECOND_NS

__all__ = ["list_rules", "rule_detail"]

_DAYS: Final = 7
_DAY_NS: Final = 86_400 * SECOND_NS
_ORDER: Final[dict[RuleState, int]] = {"firing": 0, "pending": 1, "ok": 2, "not_judged": 3}


@dataclass(frozen=True, slots=True)
class _Standing:
    """By rule: what is open, what is pending, when it fired last, and how often on each day."""

    open: Mapping[str, int]
    pending: Mapping[str, int]
    last_fired_ns: Mapping[str, int]
    by_day: Mapping[tuple[str, int], int]
    first_day: int


def list_rules(connection: Connection, rules: Rulebook, now_ns: int) -> Rules:
    """The answer. Raises StateError."""
    standing = _standing(connection, now_ns)
    answers = [_answer(rule, rules.book, standing) for rule in rules.book.rules]
    problem = rules.problem
    return {
        "file": {
            "path": None if rules.path is None else str(rules.path),
            "loaded_ns": None if rules.loaded_ns is None else str(rules.loaded_ns),
            "problem": None if problem is None else problem.says,
            "problem_since_ns": None if problem is None else str(problem.since_ns),
        },
        "from_ns": str(standing.first_day * _DAY_NS),
        "rules": sorted(answers, key=lambda answer: _ORDER[answer["state"]]),
        "receivers": _receivers(connection, rules.book),
    }


def rule_detail(connection: Connection, rules: Rulebook, name: str, now_ns: int) -> RuleDetail:
    """The answer. Raises Problem and StateError."""
    rule = known_rule(rules.book, name)
    latest = IncidentFilters(status="all", rule=name, limit=20)
    return {
        "rule": _answer(rule, rules.book, _standing(connection, now_ns)),
        "incidents": list_incidents(connection, latest, now_ns)["incidents"],
    }


def _standing(connection: Connection, now_ns: int) -> _Standing:
    at = incidents.c
    first_day = now_ns // _DAY_NS - _DAYS + 1
    open_ = select(at.rule, func.count()).where(at.status == "open").group_by(at.rule)
    waits = select(alert_standings.c.rule, func.count()).where(alert_standings.c.incident.is_(None))
    day = (at.fired_ns // _DAY_NS).label("day")
    recent = select(at.rule, day, func.count()).where(at.fired_ns >= first_day * _DAY_NS).group_by(at.rule, "day")
    last = select(at.rule, func.max(at.fired_ns)).group_by(at.rule)
    return _Standing(
        dict(connection.execute(open_).all()),
        dict(connection.execute(waits.group_by(alert_standings.c.rule)).all()),
        dict(connection.execute(last).all()),
        {(rule, number): times for rule, number, times in connection.execute(recent)},
        first_day,
    )


def _answer(rule: Rule, book: RuleBook, standing: _Standing) -> RuleAnswer:
    last_ns = standing.last_fired_ns.get(rule.name)
    days = range(standing.first_day, standing.first_day + _DAYS)
    return {
        "name": rule.name,
        "kind": kind_of(rule),
        "severity": rule.severity,
        "words": rule_words(rule),
        "summary": rule.summary,
        "runbook": rule.runbook,
        "enabled": rule.enabled,
        "state": _state(rule, standing),
        "open_incidents": standing.open.get(rule.name, 0),
        "last_fired_ns": None if last_ns is None else str(last_ns),
        "fired_by_day": [standing.by_day.get((rule.name, day), 0) for day in days],
        "told": recipients(book.route, rule),
    }


def _state(rule: Rule, standing: _Standing) -> RuleState:
    if standing.open.get(rule.name):
        return "firing"
    if not rule.enabled:
        return "not_judged"
    return "pending" if standing.pending.get(rule.name) else "ok"


def _receivers(connection: Connection, book: RuleBook) -> list[ReceiverAnswer]:
    at = notifications.c
    counted = select(at.receiver, at.status, func.count(), func.max(at.done_ns)).group_by(at.receiver, at.status)
    found = {(receiver, status): (number, done) for receiver, status, number, done in connection.execute(counted)}
    answers: list[ReceiverAnswer] = []
    for name, receiver in book.receivers.items():
        _, sent_ns = found.get((name, "sent"), (0, None))
        answers.append(
            {
                "name": name,
                "type": str(type(receiver).__struct_config__.tag),
                "words": receiver_words(receiver),
                "last_sent_ns": None if sent_ns is None else str(sent_ns),
                "waiting": found.get((name, "waiting"), (0, None))[0],
                "dead": found.get((name, "dead"), (0, None))[0],
            }
        )
    return answers
