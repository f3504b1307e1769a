"""What goes to a Sentry server, as plain data: events, sessions, check-ins.

Shapes are those of Sentry's event, session and check-in payloads; times are Unix nanoseconds until they are encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["CheckIn", "CheckInStatus", "Event", "Item", "Level", "SessionStatus", "SessionUpdate"]

Event: TypeAlias = dict[str, Any]
"""An event by Sentry's event payload: plain JSON values, its ``event_id`` already in it."""

Level: TypeAlias = Literal["debug", "info", "warning", "error", "fatal"]
SessionStatus: TypeAlias = Literal["ok", "exited", "crashed", "abnormal"]
CheckInStatus: TypeAlias = Literal["in_progress", "ok", "error"]


class SessionUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """One update of one session. The first of a session has ``init``; every status but ``ok`` is the last one.

    Attributes:
        sid: id of the session, a UUID.
        init: whether the session begins with this update.
        started_ns: when the session began.
        timestamp_ns: when this was true.
        status: ``ok`` while it runs; ``exited``, ``crashed`` or ``abnormal`` when it is over.
        errors: errors reported so far.
        did: who it is about: the agent's id.
        duration_s: how long it has lasted, in seconds.
        release: release of the agent; a server drops sessions without one.
        environment: deployment environment.
    """

    sid: str
    init: bool
    started_ns: int
    timestamp_ns: int
    status: SessionStatus
    errors: int = 0
    did: str | None = None
    duration_s: float | None = None
    release: str | None = None
    environment: str | None = None


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """One check-in of one monitor.

    Attributes:
        slug: name of the monitor.
        check_in_id: 32 hexadecimal digits; the same for the beginning and the end of one run.
        status: ``in_progress``, ``ok`` or ``error``.
        duration_s: how long the run took, in seconds.
        monitor_config: schedule, margin and thresholds; a server creates or updates the monitor from it.
        environment: deployment environment.
        release: release of the agent.
        heartbeat: whether it only says how things are now, so that the next one takes its place.
    """

    slug: str
    check_in_id: str
    status: CheckInStatus
    duration_s: float | None = None
    monitor_config: Mapping[str, Any] | None = None
    environment: str | None = None
    release: str | None = None
    heartbeat: bool = False


Item: TypeAlias = Event | SessionUpdate | CheckIn
"""Whatever goes to a Sentry server by itself."""
