"""Items as Sentry's servers read them, cleaned: the last thing that happens to them before they leave.

Field names are those of Sentry's session and check-in payloads.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from fleaglass.recorder.sentry.clean import clean
from fleaglass.recorder.sentry.event import iso
from fleaglass.recorder.sentry.fitting import fitted
from fleaglass.recorder.sentry.items import CheckIn, Event, Item, SessionUpdate

if TYPE_CHECKING:
    from sentry_sdk.envelope import Envelope

__all__ = ["category_of", "check_in_payload", "envelope_of", "payload_of", "session_payload"]


def payload_of(item: Item, exempt: Set[str] = frozenset()) -> dict[str, Any]:
    """An item as plain JSON, without its secrets.

    Args:
        item: an event, a session's update or a check-in.
        exempt: texts that stay as they are: the agent's own id.
    """
    if isinstance(item, SessionUpdate):
        return dict(clean(session_payload(item), exempt))
    if isinstance(item, CheckIn):
        return dict(clean(check_in_payload(item), exempt))
    return fitted(clean(item, exempt))


def envelope_of(item: SessionUpdate | CheckIn, exempt: Set[str] = frozenset()) -> Envelope:
    """An envelope with one item, for an author's own client; ``exempt`` as for ``payload_of``."""
    from sentry_sdk.envelope import Envelope

    envelope, payload = Envelope(), payload_of(item, exempt)
    if isinstance(item, SessionUpdate):
        envelope.add_session(payload)
    else:
        envelope.add_checkin(payload)
    return envelope


def category_of(item: Item) -> str:
    """What a server's rate limits call it."""
    if isinstance(item, SessionUpdate):
        return "session"
    return "monitor" if isinstance(item, CheckIn) else "error"


def session_payload(update: SessionUpdate) -> dict[str, Any]:
    """A session's update as a server reads it."""
    attrs = {"release": update.release, "environment": update.environment}
    payload = {
        "sid": update.sid,
        "init": update.init,
        "started": iso(update.started_ns),
        "timestamp": iso(update.timestamp_ns),
        "status": update.status,
        "errors": update.errors,
        "did": update.did,
        "duration": update.duration_s,
        "attrs": _told(attrs),
    }
    return _told(payload)


def check_in_payload(check_in: CheckIn) -> Event:
    """A check-in as a server reads it."""
    payload = {
        "check_in_id": check_in.check_in_id,
        "monitor_slug": check_in.slug,
        "status": check_in.status,
        "duration": check_in.duration_s,
        "environment": check_in.environment,
        "release": check_in.release,
        "monitor_config": dict(check_in.monitor_config) if check_in.monitor_config is not None else None,
    }
    return _told(payload)


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value is not None}
