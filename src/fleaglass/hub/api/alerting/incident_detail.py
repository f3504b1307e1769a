"""GET /incidents/{id}: one incident with its history, its messages and what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from fleaglass.alerts.rules.model import RuleBook
from fleaglass.hub.alerting.tables import incident_activity, incidents
from fleaglass.hub.api.alerting.evidence import evidence_of
from fleaglass.hub.api.alerting.incident_filters import IncidentFilters
from fleaglass.hub.api.alerting.incident_list import list_incidents
from fleaglass.hub.api.alerting.rows import incident_answers, messages_about
from fleaglass.hub.api.alerting.rule_named import rule_named
from fleaglass.hub.api.alerting.rule_words import rule_words
from fleaglass.hub.api.alerting.shapes import ActivityAnswer, IncidentAnswer, IncidentDetail, NotificationAnswer
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["activity_answer", "incident_detail", "no_incident", "the_incident"]

_MOST_OTHERS: Final = 20


@dataclass(frozen=True, slots=True)
class _Known:
    incident: IncidentAnswer
    activity: list[ActivityAnswer]
    notifications: list[NotificationAnswer]
    others: list[IncidentAnswer]
    evidence: Mapping[str, Any]


async def incident_detail(store: Store, state: State, book: RuleBook, incident: int, now_ns: int) -> IncidentDetail:
    """The answer. Raises Problem, EngineError and StateError."""
    known = await state.reading(lambda connection: _known(connection, incident, now_ns))
    rule = rule_named(book, known.incident["rule"])
    return {
        "incident": known.incident,
        "rule_words": None if rule is None else rule_words(rule),
        "rule_summary": "" if rule is None else rule.summary,
        "runbook": "" if rule is None else rule.runbook,
        "activity": known.activity,
        "notifications": known.notifications,
        "others": known.others,
        "evidence": await evidence_of(store, state, known.evidence),
    }


def the_incident(connection: Connection, incident: int) -> Row[Any]:
    """Its row. Raises Problem when there is none."""
    row = connection.execute(select(incidents).where(incidents.c.id == incident)).one_or_none()
    if row is None:
        raise no_incident(f"there is no incident {incident}")
    return row


def no_incident(message: str) -> Problem:
    """There is none such."""
    return Problem(404, "unknown_incident", message, "GET /api/v1/incidents?status=all lists them.")


def activity_answer(row: Row[Any]) -> ActivityAnswer:
    """A row of `incident_activity`."""
    return {"id": row.id, "at_ns": str(row.at_ns), "kind": row.kind, "actor": row.actor, "text": row.text}


def _known(connection: Connection, incident: int, now_ns: int) -> _Known:
    row = the_incident(connection, incident)
    (answer,) = incident_answers(connection, [row], now_ns)
    at = incident_activity.c
    history = connection.execute(select(incident_activity).where(at.incident == incident).order_by(at.at_ns, at.id))
    return _Known(
        answer,
        [activity_answer(each) for each in history],
        messages_about(connection, incident, row.fired_ns),
        _others(connection, answer, now_ns),
        row.evidence,
    )


def _others(connection: Connection, incident: IncidentAnswer, now_ns: int) -> list[IncidentAnswer]:
    if incident["agent"] is None:
        return []
    filters = IncidentFilters(agent=incident["agent"], sort="severity", limit=_MOST_OTHERS)
    found = list_incidents(connection, filters, now_ns)["incidents"]
    return [each for each in found if each["id"] != incident["id"]]
