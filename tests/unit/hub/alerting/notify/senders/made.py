"""Messages for the tests of senders."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.alerting.notify.groups import Action
from fleaglass.hub.alerting.notify.messages import Message, message_of
from fleaglass.hub.alerting.notify.outbox import Note
from tests.support.incidents import HUB, START_NS, incident_row, seconds

__all__ = ["KEY", "message"]

KEY = "ab" * 32


def message(action: Action = "trigger", count: int = 1, **row: Any) -> Message:
    """One of so many incidents: that fire; or that are over, where the action says so."""
    is_over = action in ("resolve", "passed")
    end = {"status": "resolved", "resolved_ns": START_NS + seconds(720)} if is_over else {}
    labels = {"rule": "slow-order", "agent": "a-1", "span": "order.pipeline"}
    rows = [incident_row(START_NS + each, id=each + 1, **{"labels": labels, **end, **row}) for each in range(count)]
    note = Note(7, KEY, "team", action, (), ())
    shared = {"rule": "slow-order"}
    return message_of(note, shared, [] if is_over else rows, rows if is_over else [], HUB, START_NS + seconds(90))
