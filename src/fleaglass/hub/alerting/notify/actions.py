"""What people do with incidents and messages: acknowledge, mute, note, resolve, send again.

Each leaves a line in the activity. Times are Unix nanoseconds. The notifier sees the change in its next round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from fleaglass.hub.alerting.notify import outbox
from fleaglass.hub.alerting.notify.rows import incident_rows
from fleaglass.hub.alerting.notify.words import clock
from fleaglass.hub.alerting.tables import incident_activity, incidents, notifications

__all__ = ["FOREVER_NS", "ActionError", "NoSuchIncident", "acknowledge", "add_note", "mute", "resend", "resolve"]

FOREVER_NS: Final = 2**63 - 1
"""A mute until then lasts until the incident is resolved."""


class NoSuchIncident(LookupError):
    """There is no such incident, or message; the text says which."""


class ActionError(ValueError):
    """What cannot be done; the text says why."""


def acknowledge(connection: Connection, incident: int, at_ns: int, *, actor: str | None = None) -> None:
    """Somebody takes care of it: it is not repeated. Raises NoSuchIncident; ActionError if it is over."""
    row = _open(connection, incident, "acknowledged")
    if row["acknowledged_ns"] is None:
        _change(connection, incident, {"acknowledged_ns": at_ns, "acknowledged_by": actor}, at_ns)
        _write(connection, incident, at_ns, "acknowledged", actor, "")


def mute(connection: Connection, incident: int, until_ns: int, at_ns: int, *, actor: str | None = None) -> None:
    """Nobody is told of it until then; a moment that has passed ends the mute. Raises as `acknowledge`."""
    _open(connection, incident, "muted")
    is_over = until_ns <= at_ns
    words = "until it is resolved" if until_ns == FOREVER_NS else f"until {clock(until_ns)}"
    _change(connection, incident, {"muted_until_ns": None if is_over else until_ns}, at_ns)
    _write(connection, incident, at_ns, "muted", actor, "no longer" if is_over else words)


def add_note(connection: Connection, incident: int, text: str, at_ns: int, *, actor: str | None = None) -> int:
    """Somebody says something about it; the number of that entry. Raises NoSuchIncident, and ActionError if empty."""
    _found(connection, incident)
    if not text.strip():
        raise ActionError("a note needs a text")
    return _write(connection, incident, at_ns, "note", actor, text.strip())


def resolve(connection: Connection, incident: int, at_ns: int, *, actor: str) -> None:
    """It is over, whatever its rule reads; the same breach fires no other (standings.py). Raises as `acknowledge`."""
    _open(connection, incident, "resolved")
    _change(connection, incident, {"status": "resolved", "resolved_ns": at_ns, "resolved_by": actor}, at_ns)
    _write(connection, incident, at_ns, "resolved", actor, "")


def resend(connection: Connection, message: int, at_ns: int, *, actor: str | None = None) -> None:
    """Try a dead message again, for another day: it says what is true by then.

    Raises NoSuchIncident; ActionError if it is not dead, is a test, or something newer waits for the same group.
    """
    query = select(notifications.c.status, notifications.c.is_test).where(notifications.c.id == message)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchIncident(f"there is no message {message}")
    if row.is_test:
        raise ActionError("a test is not sent again: fire another one")
    if row.status != "dead":
        raise ActionError(f"message {message} is not dead: it is {row.status}")
    note = outbox.note(connection, message)
    if note.key in outbox.waiting(connection):
        raise ActionError(f"message {message} is out of date: a newer one waits for the same group")
    outbox.revive(connection, note, at_ns)
    for incident in note.all:
        _write(connection, incident, at_ns, "note", actor, f"message {message} to {note.receiver} is sent again")


def _open(connection: Connection, incident: int, done: str) -> Mapping[str, Any]:
    row = _found(connection, incident)
    if row["status"] != "open":
        raise ActionError(f"incident {incident} is over: it cannot be {done}")
    return row


def _found(connection: Connection, incident: int) -> Mapping[str, Any]:
    for row in incident_rows(connection, [incident]):
        return row
    raise NoSuchIncident(f"there is no incident {incident}")


def _change(connection: Connection, incident: int, values: Mapping[str, Any], at_ns: int) -> None:
    connection.execute(update(incidents).where(incidents.c.id == incident).values(**values, changed_ns=at_ns))


def _write(connection: Connection, incident: int, at_ns: int, kind: str, actor: str | None, text: str) -> int:
    row = {"incident": incident, "at_ns": at_ns, "kind": kind, "actor": actor, "text": text}
    return int(connection.execute(insert(incident_activity).values(row).returning(incident_activity.c.id)).scalar_one())
