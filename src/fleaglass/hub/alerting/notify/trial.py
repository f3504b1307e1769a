"""A marked test notification: what `alerts fire` sends, at once and past the outbox, to whom the routes name.

It is kept in `notifications` as a test, taken or dead, so that the page of messages shows it. Incidents know nothing of
it. PagerDuty gets its end right after, so that nobody has to close it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, insert, update

from fleaglass.alerts.rules.model import PagerDuty, Rule, RuleBook
from fleaglass.alerts.rules.worse import escalates
from fleaglass.hub.alerting.labels import incident_labels
from fleaglass.hub.alerting.notify.gathering import gather
from fleaglass.hub.alerting.notify.groups import Escalated, Subject
from fleaglass.hub.alerting.notify.messages import Message, message_of
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.routes import Destination
from fleaglass.hub.alerting.notify.sender import told
from fleaglass.hub.alerting.notify.senders.sender import Refused, Sender, Unreachable
from fleaglass.hub.alerting.tables import notifications
from fleaglass.hub.state import State

__all__ = ["Trial", "fire"]

_NOTHING: Final = ("value", "worst", "threshold", "resolved_ns", "escalated_ns")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one test. `problem` is None when the receiver took it."""

    receiver: str
    problem: str | None


async def fire(
    state: State, book: RuleBook, rule: Rule, make: Callable[[str], Sender], hub: str, now_ns: int
) -> list[Trial]:
    """Tell every receiver that would hear of an incident of this rule. `make` as in Notifier. Raises StateError."""
    labels = incident_labels(rule)
    subject = Subject(0, labels, is_open=True, fired_ns=now_ns)
    if escalates(rule):  # whoever would be told of that is there as well
        critical = {**labels, "severity": "critical"}
        subject = replace(subject, labels=critical, escalated=Escalated(now_ns, rule.severity))
    return [
        await _try(state, book, _incident(rule, labels, now_ns), to, make(to.receiver), hub, now_ns)
        for to in (each.destination for each in gather(book.route, [subject]).values())
    ]


async def _try(
    state: State, book: RuleBook, incident: dict[str, Any], to: Destination, sender: Sender, hub: str, now_ns: int
) -> Trial:
    key = hashlib.sha256(f"test {to.key} {now_ns}".encode()).hexdigest()
    note = await state.writing(partial(_keep, note=Note(None, key, to.receiver, "trigger", (), ()), now_ns=now_ns))
    message = message_of(note, dict(to.labels), [incident], [], hub, now_ns, is_test=True)
    try:
        await told(sender, message)
        if isinstance(book.receivers.get(to.receiver), PagerDuty):
            await told(sender, _end_of(message))
        problem = None
    except (Refused, Unreachable) as error:
        problem = str(error)
    await state.writing(partial(_done, note=note, now_ns=now_ns, problem=problem))
    return Trial(to.receiver, problem)


def _incident(rule: Rule, labels: dict[str, str], now_ns: int) -> dict[str, Any]:
    """A row as of an incident that began just now."""
    said = {
        "id": 0,
        "rule": rule.name,
        "severity": rule.severity,
        "summary": f"This is a test. {rule.summary}".strip(),
        "labels": labels,
        "status": "open",
        "fired_ns": now_ns,
        "unit": "",
        "evidence": {},
    }
    return {**said, **dict.fromkeys(_NOTHING)}


def _end_of(message: Message) -> Message:
    return replace(message, action="resolve")


def _keep(connection: Connection, note: Note, now_ns: int) -> Note:
    row = {"key": note.key, "receiver": note.receiver, "action": note.action, "firing": [], "resolved": []}
    times = {"attempts": 1, "next_ns": now_ns, "created_ns": now_ns, "is_test": True, "status": "waiting"}
    kept = insert(notifications).values(**row, **times).returning(notifications.c.id)
    return replace(note, id=connection.execute(kept).scalar_one())


def _done(connection: Connection, note: Note, now_ns: int, problem: str | None) -> None:
    status = {"status": "sent" if problem is None else "dead", "done_ns": now_ns, "problem": problem}
    connection.execute(update(notifications).where(notifications.c.id == note.id).values(**status))
