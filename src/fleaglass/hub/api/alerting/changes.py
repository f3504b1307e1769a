"""What people say about incidents and messages over the API, as the action that does it; a refusal as a Problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, select

from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.alerting.tables import notifications
from fleaglass.hub.api.alerting.incident_detail import no_incident
from fleaglass.hub.api.alerting.rows import incidents_by_id, notification_answer
from fleaglass.hub.api.alerting.shapes import IncidentAnswer, NotificationAnswer
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.times import SECOND_NS

__all__ = ["acknowledge", "mute", "note", "resend", "resolve", "unmute"]

_UNIT_S: Final = {"m": 60, "h": 3600, "d": 86_400}


def acknowledge(connection: Connection, ids: Sequence[int], now_ns: int, actor: str) -> list[IncidentAnswer]:
    """Somebody looks after all of these, or nothing is changed. Raises Problem and StateError."""
    with _refusals():
        for incident in ids:
            actions.acknowledge(connection, incident, now_ns, actor=actor)
    return incidents_by_id(connection, list(dict.fromkeys(ids)), now_ns)


def mute(connection: Connection, incident: int, span: str, now_ns: int, actor: str) -> IncidentAnswer:
    """Nobody is told of it for `span`, as in Muting. Raises Problem and StateError."""
    if span == "resolved":
        return _muted_until(connection, incident, actions.FOREVER_NS, now_ns, actor)
    length_ns = int(span[:-1]) * _UNIT_S[span[-1]] * SECOND_NS
    return _muted_until(connection, incident, now_ns + length_ns, now_ns, actor)


def unmute(connection: Connection, incident: int, now_ns: int, actor: str) -> IncidentAnswer:
    """Who should be told of it is told again. Raises Problem and StateError."""
    return _muted_until(connection, incident, now_ns, now_ns, actor)


def note(connection: Connection, incident: int, text: str, now_ns: int, actor: str) -> IncidentAnswer:
    """Somebody says something about it, also when it is over. Raises Problem and StateError."""
    with _refusals():
        actions.add_note(connection, incident, text, now_ns, actor=actor)
    return incidents_by_id(connection, [incident], now_ns)[0]


def resolve(connection: Connection, incident: int, now_ns: int, actor: str) -> IncidentAnswer:
    """Somebody says that it is over. Raises Problem and StateError."""
    with _refusals():
        actions.resolve(connection, incident, now_ns, actor=actor)
    return incidents_by_id(connection, [incident], now_ns)[0]


def resend(connection: Connection, message: int, now_ns: int, actor: str) -> NotificationAnswer:
    """Let a message that was given up be tried again. Raises Problem and StateError."""
    try:
        actions.resend(connection, message, now_ns, actor=actor)
    except actions.NoSuchIncident as error:
        raise Problem(404, "unknown_notification", str(error), "GET /api/v1/alerts/notifications lists them.") from None
    except actions.ActionError as error:
        raise _cannot_be_done(error) from None
    return notification_answer(connection.execute(select(notifications).where(notifications.c.id == message)).one())


def _muted_until(connection: Connection, incident: int, until_ns: int, now_ns: int, actor: str) -> IncidentAnswer:
    with _refusals():
        actions.mute(connection, incident, until_ns, now_ns, actor=actor)
    return incidents_by_id(connection, [incident], now_ns)[0]


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except actions.NoSuchIncident as error:
        raise no_incident(str(error)) from None
    except actions.ActionError as error:
        raise _cannot_be_done(error) from None


def _cannot_be_done(error: actions.ActionError) -> Problem:
    return Problem(400, "cannot_be_done", str(error), "Nothing was changed.")
