"""Telling people of an alarm: it becomes an event, as if a client had sent it.

So all of one kind about one log is an issue, and the rules that tell of issues tell of it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from hashlib import sha256
from typing import Final

from fleaglass.hub.access.projects import FIRST
from fleaglass.hub.intake.queue import Full, Queue
from fleaglass.ledger.witness import Alarm, AlarmKind

__all__ = ["SAID", "envelope_of", "tell_alarm"]

SAID: Final[dict[AlarmKind, str]] = {
    "fork": "has signed two different histories of the same length: entries were changed after they were cosigned",
    "went_back": "shows an earlier state that was never seen: it was restored, cut, or comes late",
    "unproved": "cannot show that what was cosigned is still in it",
    "other_key": "is announced with another key, which the one before has not signed with",
}
"""What is wrong, behind the name of a ledger."""

_log = logging.getLogger(__name__)


async def tell_alarm(queue: Queue, alarm: Alarm, now_ns: int) -> None:
    """Put it in the queue. Where that takes nothing it is a line in the log: the alarm itself is kept already."""
    _log.warning("ledger alarm %s: %s %s", alarm.kind, alarm.origin, SAID[alarm.kind])
    try:
        await queue.put(FIRST.id, now_ns, envelope_of(alarm, now_ns))
    except (Full, sqlite3.Error) as error:
        _log.error("the ledger alarm did not become an issue: %s", error)


def envelope_of(alarm: Alarm, now_ns: int) -> bytes:
    """It as an envelope of Sentry's protocol."""
    what = f"{alarm.kind} {alarm.origin}"
    event = {
        "event_id": sha256(f"{what} {alarm.shown} {now_ns}".encode()).hexdigest()[:32],
        "timestamp": now_ns / 1e9,
        "level": "fatal" if alarm.kind == "fork" else "error",
        "platform": "other",
        "logger": "fleaglass.witness",
        "message": f"The ledger {alarm.origin} {SAID[alarm.kind]}",
        "fingerprint": [f"witness {what}"],
        "tags": {"ledger.origin": alarm.origin, "ledger.alarm": alarm.kind},
        "contexts": {"ledger": {"held": alarm.held, "shown": alarm.shown}},
    }
    return b"{}\n" + json.dumps({"type": "event"}).encode() + b"\n" + json.dumps(event).encode()
