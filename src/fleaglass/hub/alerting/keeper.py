"""Standings and incidents in the state, moved by what a round found: one transaction, and none when nothing changed.

    began     a standing
    fired     an incident, one per rule and group, and its first line of activity
    changed   good again or not; the value, now and then, and a line when it has doubled
    escalated the incident becomes critical, once, and says from what and why
    over      the standing goes; its incident is resolved, unless a person has done that

What stands is read from the state each round. So a hub that was killed goes on where it was: what was open neither
fires again nor is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from fleaglass.alerts.judge.machine import Standing
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.words import is_much_worse, is_worse, says, threshold, unit
from fleaglass.alerts.rules.model import Severity
from fleaglass.hub.alerting.labels import incident_labels, kind_of
from fleaglass.hub.alerting.standings import Kept, Move
from fleaglass.hub.alerting.tables import alert_standings, incident_activity, incidents

__all__ = ["Evidence", "escalate", "keep", "standings"]

Evidence = Mapping[str, Mapping[str, Any]]
"""Group hash → what to look at, as JSON."""

_CRITICAL: Final[Severity] = "critical"
_AT: Final = alert_standings.c


def standings(connection: Connection) -> list[Kept]:
    """Everything that stands. Raises StateError."""
    query = select(
        alert_standings,
        incidents.c.worst,
        incidents.c.changed_ns,
        incidents.c.value.label("told"),
        incidents.c.status,
        incidents.c.severity,
        incidents.c.fired_ns,
        incidents.c.acknowledged_ns,
    ).join_from(alert_standings, incidents, incidents.c.id == _AT.incident, isouter=True)
    return [
        Kept(
            row.rule,
            row.group_hash,
            tuple(sorted(row.labels.items())),
            _standing(row),
            row.incident,
            row.worst,
            row.changed_ns or 0,
            is_quiet=row.status == "resolved",
            severity=row.severity,
            fired_ns=row.fired_ns or 0,
            is_acknowledged=row.acknowledged_ns is not None,
        )
        for row in connection.execute(query)
    ]


def _standing(row: Row[Any]) -> Standing:
    value = row.value if row.told is None else row.told
    return Standing(row.began_ns, row.good_ns, value, row.incident is not None, tuple(row.rests_on or ()))


def keep(connection: Connection, moves: Iterable[Move], evidence: Evidence, now_ns: int) -> None:
    """Write what changed. Raises StateError."""
    for move in moves:
        if move.after is None:
            _end(connection, move, now_ns)
        else:
            incident = _incident(connection, move, evidence, now_ns)
            if incident is not None and move.escalation is not None:
                escalate(connection, incident, move.escalation, now_ns)
            _stand(connection, move, move.after, incident)


def _incident(connection: Connection, move: Move, evidence: Evidence, now_ns: int) -> int | None:
    """Its number, once it fires."""
    if move.fires:
        return _fire(connection, move, evidence.get(move.group_hash, {}), now_ns)
    if move.before is None or move.before.incident is None:
        return None
    _tell_value(connection, move, move.before, now_ns)
    return move.before.incident


def _fire(connection: Connection, move: Move, evidence: Mapping[str, Any], now_ns: int) -> int:
    rule, reading, after = move.rule, move.reading, move.after
    assert rule is not None, "what fires has a rule"
    assert reading is not None, "what fires was read"
    assert after is not None, "what fires stands"
    value, line = _number(reading), says(rule, reading)
    begun = connection.execute(
        insert(incidents)
        .values(
            rule=rule.name,
            kind=kind_of(rule),
            severity=rule.severity,
            group_hash=move.group_hash,
            labels=incident_labels(rule, move.group),
            status="open",
            began_ns=after.began_ns,
            fired_ns=now_ns,
            value=value,
            worst=value,
            threshold=threshold(rule),
            unit=unit(rule),
            summary=line,
            evidence=evidence,
            changed_ns=now_ns,
        )
        .returning(incidents.c.id)
    )
    incident: int = begun.scalar_one()
    _note(connection, incident, "fired", line, now_ns)
    return incident


def _tell_value(connection: Connection, move: Move, before: Kept, now_ns: int) -> None:
    if move.reading is None or move.rule is None or before.incident is None:
        return
    value = _number(move.reading)
    if value is None:
        return
    worst = value if is_worse(move.rule, value, before.worst) else before.worst
    changed = update(incidents).where(incidents.c.id == before.incident, incidents.c.status == "open")
    is_open = connection.execute(changed.values(value=value, worst=worst, changed_ns=now_ns)).rowcount
    if is_open and is_much_worse(move.rule, value, before.worst):
        _note(connection, before.incident, "worse", says(move.rule, move.reading), now_ns)


def escalate(connection: Connection, incident: int, why: str, now_ns: int) -> None:
    """An open incident is critical from now on, if it was not, also in its labels: they say who is told.

    Who has acknowledged it has acknowledged less, so that is taken back. Raises StateError.
    """
    is_less = (incidents.c.id == incident) & (incidents.c.status == "open") & (incidents.c.severity != _CRITICAL)
    row = connection.execute(select(incidents.c.severity, incidents.c.labels).where(is_less)).one_or_none()
    if row is None:
        return
    escalated = {"escalated_ns": now_ns, "escalated_from": row.severity, "escalated_why": why}
    now = {"severity": _CRITICAL, "labels": {**row.labels, "severity": _CRITICAL}, "changed_ns": now_ns}
    unseen = {"acknowledged_ns": None, "acknowledged_by": None}
    connection.execute(update(incidents).where(is_less).values(**now, **escalated, **unseen))
    _note(connection, incident, "escalated", f"from {row.severity} to {_CRITICAL} because {why}", now_ns)


def _stand(connection: Connection, move: Move, after: Standing, incident: int | None) -> None:
    value = None if after.value is None else float(after.value)
    values = {
        "began_ns": after.began_ns,
        "good_ns": after.good_ns,
        "value": value,
        "incident": incident,
        "rests_on": list(after.rests_on),
    }
    if move.before is not None:
        connection.execute(update(alert_standings).where(_this(move.before)).values(values))
        return
    assert move.rule is not None, "a rule that is gone begins nothing"
    place = {"rule": move.rule.name, "group_hash": move.group_hash, "labels": dict(move.group)}
    connection.execute(insert(alert_standings).values(place | values))


def _end(connection: Connection, move: Move, now_ns: int) -> None:
    before = move.before
    assert before is not None, "what ends has stood"
    connection.execute(delete(alert_standings).where(_this(before)))
    if before.incident is None:
        return
    ended = update(incidents).where(incidents.c.id == before.incident, incidents.c.status == "open")
    values = {"status": "resolved", "resolved_ns": now_ns, "resolved_by": move.reason, "changed_ns": now_ns}
    if connection.execute(ended.values(values)).rowcount:
        _note(connection, before.incident, "resolved", move.reason or "good again", now_ns)


def _note(connection: Connection, incident: int, kind: str, text: str, now_ns: int) -> None:
    connection.execute(insert(incident_activity).values(incident=incident, at_ns=now_ns, kind=kind, text=text))


def _this(kept: Kept) -> Any:
    return and_(_AT.rule == kept.rule, _AT.group_hash == kept.group_hash)


def _number(reading: Reading) -> float | None:
    return float(reading.value) if isinstance(reading.value, Decimal) else reading.value
