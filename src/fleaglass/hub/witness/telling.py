"""Telling people of an alarm, or of a log that is not as it should be: it becomes an event, as if a client had sent it.

So all of one kind about one log is an issue.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fleaglass.hub.access.projects import FIRST
from fleaglass.hub.intake.queue import Full, Queue
from fleaglass.ledger.witness import Alarm, AlarmKind

__all__ = ["SAID", "Notice", "envelope_of", "notice_of", "tell", "tell_alarm"]

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
    await tell(queue, notice_of(alarm), now_ns)


def notice_of(alarm: Alarm) -> Notice:
    """It for people."""
    return Notice(
        alarm.kind,
        alarm.origin,
        f"The ledger {alarm.origin} {SAID[alarm.kind]}",
        is_proof=alarm.kind == "fork",
        evidence={"held": alarm.held, "shown": alarm.shown},
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a ledger.

    Attributes:
        kind: all of one kind about one ledger is an issue.
        ledger: its origin, or its name here.
        message: a sentence without its full stop.
        is_proof: whether there is no innocent explanation.
        evidence: by name.
    """

    kind: str
    ledger: str
    message: str
    is_proof: bool
    evidence: Mapping[str, str]


async def tell(queue: Queue, notice: Notice, now_ns: int) -> None:
    """Put it in the queue."""
    try:
        await queue.put(FIRST.id, now_ns, envelope_of(notice, now_ns))
    except (Full, sqlite3.Error) as error:
        _log.error("what is wrong with the ledger %s did not become an issue: %s", notice.ledger, error)


def envelope_of(notice: Notice, now_ns: int) -> bytes:
    """It as an envelope of Sentry's protocol."""
    what = f"{notice.kind} {notice.ledger}"
    event = {
        "event_id": sha256(f"{what} {sorted(notice.evidence.items())} {now_ns}".encode()).hexdigest()[:32],
        "timestamp": now_ns / 1e9,
        "level": "fatal" if notice.is_proof else "error",
        "platform": "other",
        "logger": "fleaglass.witness",
        "message": notice.message,
        "fingerprint": [f"witness {what}"],
        "tags": {"ledger.origin": notice.ledger, "ledger.alarm": notice.kind},
        "contexts": {"ledger": dict(notice.evidence)},
    }
    return b"{}\n" + json.dumps({"type": "event"}).encode() + b"\n" + json.dumps(event).encode()
