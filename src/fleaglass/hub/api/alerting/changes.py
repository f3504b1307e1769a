"""What people do to incidents: acknowledge, mute, unmute, note. Each leaves a line in its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from fleaglass.hub.alerting.tables import incident_activity, incidents
from fleaglass.hub.api.alerting.incident_detail import no_incident, the_incident
from fleaglass.hub.api.alerting.rows import incidents_by_id
from fleaglass.hub.api.alerting.shapes import IncidentAnswer
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.times import LATEST_NS, SECOND_NS

__all__ = ["acknowledge", "mute", "note", "unmute"]

_UNIT_S: Final = {"m": 60, "h": 3600, "d": 86_400}
_UNIT_WORD: Final = {"m": "minute", "h": "hour", "d": "day"}


def acknowledge(connection: Connection, ids: Sequence[int], now_ns: int, actor: str) -> list[IncidentAnswer]:
    """Somebody looks after all of these, or nothing is changed; who said so first stays. Raises Problem, StateError."""
    wanted = list(dict.fromkeys(ids))
    found = {row.id: row for row in connection.execute(select(incidents).where(incidents.c.id.in_(wanted)))}
    for incident in wanted:
        if incident not in found:
            raise no_incident(str(incident))
        if found[incident].status != "open":
            raise _is_over(incident, "acknowledged")
    for incident in wanted:
        if found[incident].acknowledged_ns is None:
            _change(connection, incident, now_ns, acknowledged_ns=now_ns, acknowledged_by=actor)
            _say(connection, incident, now_ns, "acknowledged", actor, "")
    return incidents_by_id(connection, wanted, now_ns)


def mute(connection: Connection, incident: int, span: str, now_ns: int, actor: str) -> IncidentAnswer:
    """Nobody is told of it for `span`, as in Muting. Raises Problem and StateError."""
    if the_incident(connection, incident).status != "open":
        raise _is_over(incident, "muted")
    if span == "resolved":
        until_ns, words = LATEST_NS, "until it is resolved"
    else:
        number, unit = int(span[:-1]), span[-1]
        until_ns = now_ns + number * _UNIT_S[unit] * SECOND_NS
        words = f"for {number} {_UNIT_WORD[unit]}{'' if number == 1 else 's'}"
    _change(connection, incident, now_ns, muted_until_ns=until_ns)
    _say(connection, incident, now_ns, "muted", actor, words)
    return incidents_by_id(connection, [incident], now_ns)[0]


def unmute(connection: Connection, incident: int, now_ns: int, actor: str) -> IncidentAnswer:
    """Who should be told of it is told again. Raises Problem and StateError."""
    row = the_incident(connection, incident)
    if row.muted_until_ns is not None and row.muted_until_ns > now_ns:
        _say(connection, incident, now_ns, "unmuted", actor, "")
    _change(connection, incident, now_ns, muted_until_ns=None)
    return incidents_by_id(connection, [incident], now_ns)[0]


def note(connection: Connection, incident: int, text: str, now_ns: int, actor: str) -> IncidentAnswer:
    """Somebody says something about it, also when it is over. Raises Problem and StateError."""
    the_incident(connection, incident)
    _say(connection, incident, now_ns, "note", actor, text)
    return incidents_by_id(connection, [incident], now_ns)[0]


def _is_over(incident: int, what: str) -> Problem:
    hint = "Nothing was changed. A note can still be added."
    return Problem(400, "is_resolved", f"incident {incident} is resolved, and cannot be {what}", hint)


def _change(connection: Connection, incident: int, now_ns: int, **values: Any) -> None:
    connection.execute(update(incidents).where(incidents.c.id == incident).values(changed_ns=now_ns, **values))


def _say(connection: Connection, incident: int, now_ns: int, kind: str, actor: str, text: str) -> None:
    said = {"incident": incident, "at_ns": now_ns, "kind": kind, "actor": actor, "text": text}
    connection.execute(insert(incident_activity).values(said))
