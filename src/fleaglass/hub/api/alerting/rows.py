"""Rows of `incidents` as they are shown, each with who was told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from fleaglass.hub.alerting.tables import incidents, notifications
from fleaglass.hub.api.alerting.shapes import Escalated, IncidentAnswer, NotificationAnswer, Told

__all__ = ["incident_answers", "incidents_by_id", "messages_about", "notification_answer"]

_MOST_MESSAGES: Final = 5_000
"""Messages that are looked through for a page of incidents: the latest since the first of them fired."""


def incidents_by_id(connection: Connection, ids: Sequence[int], now_ns: int) -> list[IncidentAnswer]:
    """These incidents in this order; those that there are not are left out."""
    found = {row.id: row for row in connection.execute(select(incidents).where(incidents.c.id.in_(ids)))}
    return incident_answers(connection, [found[each] for each in ids if each in found], now_ns)


def incident_answers(connection: Connection, rows: Sequence[Row[Any]], now_ns: int) -> list[IncidentAnswer]:
    """The rows of `incidents`, in the order given."""
    told = _told(connection, rows)
    return [_answer(row, told[row.id], now_ns) for row in rows]


def messages_about(connection: Connection, incident: int, since_ns: int) -> list[NotificationAnswer]:
    """Every message that tells of the incident, the newest first."""
    return [
        notification_answer(row)
        for row in _messages(connection, since_ns)
        if incident in row.firing or incident in row.resolved
    ]


def notification_answer(row: Row[Any]) -> NotificationAnswer:
    """A row of `notifications`."""
    return {
        "id": row.id,
        "receiver": row.receiver,
        "action": row.action,
        "status": row.status,
        "firing": row.firing,
        "resolved": row.resolved,
        "is_test": row.is_test,
        "attempts": row.attempts,
        "next_ns": str(row.next_ns) if row.status == "waiting" else None,
        "created_ns": str(row.created_ns),
        "done_ns": _time(row.done_ns),
        "problem": row.problem,
    }


def _messages(connection: Connection, since_ns: int) -> Sequence[Row[Any]]:
    newest_first = select(notifications).where(notifications.c.created_ns >= since_ns, ~notifications.c.is_test)
    ordered = newest_first.order_by(notifications.c.created_ns.desc(), notifications.c.id.desc())
    return connection.execute(ordered.limit(_MOST_MESSAGES)).all()


def _told(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[int, list[Told]]:
    """By incident, who was told that it is open."""
    by_incident: dict[int, dict[str, Told]] = defaultdict(dict)
    if rows:
        sent = [row for row in _messages(connection, min(row.fired_ns for row in rows)) if row.status == "sent"]
        for message in reversed(sent):
            for incident in message.firing:
                told = by_incident[incident].setdefault(
                    message.receiver, {"receiver": message.receiver, "at_ns": str(message.done_ns), "times": 0}
                )
                told["times"] += 1
    return defaultdict(list, {incident: list(receivers.values()) for incident, receivers in by_incident.items()})


def _answer(row: Row[Any], told: list[Told], now_ns: int) -> IncidentAnswer:
    return {
        "id": row.id,
        "rule": row.rule,
        "kind": row.kind,
        "severity": row.severity,
        "escalated": _escalated(row),
        "status": row.status,
        "labels": row.labels,
        "agent": row.labels.get("agent") or None,
        "summary": row.summary,
        "value": row.value,
        "worst": row.worst,
        "threshold": row.threshold,
        "unit": row.unit,
        "began_ns": str(row.began_ns),
        "fired_ns": str(row.fired_ns),
        "resolved_ns": _time(row.resolved_ns),
        "resolved_by": row.resolved_by,
        "acknowledged_ns": _time(row.acknowledged_ns),
        "acknowledged_by": row.acknowledged_by,
        "muted_until_ns": _time(row.muted_until_ns),
        "muted": row.status == "open" and row.muted_until_ns is not None and row.muted_until_ns > now_ns,
        "told": told,
    }


def _escalated(row: Row[Any]) -> Escalated | None:
    if row.escalated_ns is None:
        return None
    return {"at_ns": str(row.escalated_ns), "from": row.escalated_from, "why": row.escalated_why}


def _time(at_ns: int | None) -> str | None:
    return None if at_ns is None else str(at_ns)
