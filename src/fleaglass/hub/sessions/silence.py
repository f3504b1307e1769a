"""Sessions that ended without a word: nobody says so, so the hub concludes it from silence.

    ok        ── its agent has said nothing at all for ten minutes            ──▶ abnormal, inferred
    inferred  ── its agent speaks again, and has begun no other session since ──▶ ok

A session is `ok` until its last update. A killed or hanging agent sends none; nor does it send check-ins or spans. Only
agents are judged so: those that have ever sent a span or a liveness check-in. A browser's session may rightly stay `ok`
for ever. And nobody is judged by what the hub could not hear: the ten minutes begin anew after it was down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select, update

from fleaglass.hub.monitors.tables import monitor_environments, monitors
from fleaglass.hub.sessions.forgetting import forget
from fleaglass.hub.sessions.keeper import ACCEPTED_NS
from fleaglass.hub.sessions.tables import sessions
from fleaglass.hub.state.ticks import take_tick
from fleaglass.monitor_slugs import liveness_slug

__all__ = ["SILENT_NS", "LastHeard", "tick"]

SILENT_NS: Final = 10 * 60 * 1_000_000_000
"""Ten heartbeats: longer than a restart or a slow network, short enough to act on."""

_TICKS: Final = "sessions"
_LIVENESS: Final = liveness_slug("")
"""What the slugs of all liveness monitors begin with."""

DEFAULT_ENVIRONMENT: Final = "production"
"""What an agent's check-ins name that names none."""

LastHeard = Mapping[tuple[str, str], int]
"""(agent, environment) -> when it last sent anything, Unix nanoseconds."""


def tick(connection: Connection, now_ns: int, last_heard: LastHeard) -> list[str]:
    """Conclude, once a minute, and forget what is old; the ids of the sessions that changed. Raises StateError.

    `last_heard` names the newest span of each agent. Call it when everything received before `now_ns` has been taken.
    """
    minute = take_tick(connection, _TICKS, now_ns)
    if minute is None:
        return []
    spans = {(agent, environment or DEFAULT_ENVIRONMENT): ns for (agent, environment), ns in last_heard.items()}
    heartbeats = _heartbeats(connection)
    changed, newest = [], set()
    for row in connection.execute(_judged(now_ns)).all():
        agent = (row.user, row.environment or DEFAULT_ENVIRONMENT)
        is_newest = (row.project, *agent) not in newest
        newest.add((row.project, *agent))
        heard = (spans.get(agent), heartbeats.get((liveness_slug(row.user), agent[1])))
        heard_ns = max((ns for ns in heard if ns is not None), default=None)
        if heard_ns is None:
            continue
        silent_ns = now_ns - max(row.seen_ns, minute.listening_since_ns, heard_ns if is_newest else 0)
        if row.status == "ok" and silent_ns > SILENT_NS:
            # What is heard of an agent that has begun another session is of that one.
            seen_ns = max(row.seen_ns, heard_ns) if is_newest else row.seen_ns
            changed.append(_conclude(connection, row, status="abnormal", inferred=True, seen_ns=seen_ns))
        elif row.inferred and is_newest and heard_ns > row.seen_ns:
            changed.append(_conclude(connection, row, status="ok", inferred=False))
    forget(connection, now_ns)
    return changed


def _judged(now_ns: int) -> Select[Any]:
    """Sessions that may still be spoken of, the newest of an agent first."""
    at = sessions.c
    wanted = select(at.project, at.sid, at.user, at.environment, at.status, at.inferred, at.seen_ns)
    return wanted.where(at.user != "", at.started_ns > now_ns - ACCEPTED_NS).order_by(at.started_ns.desc(), at.sid)


def _conclude(connection: Connection, row: Row[Any], **values: Any) -> str:
    at = sessions.c
    connection.execute(update(sessions).where(at.project == row.project, at.sid == row.sid).values(values))
    return str(row.sid)


def _heartbeats(connection: Connection) -> LastHeard:
    """(liveness monitor, environment) -> its last check-in."""
    lane = monitor_environments.c
    rows = connection.execute(
        select(monitors.c.slug, lane.environment, lane.last_ns)
        .join_from(monitors, monitor_environments)
        .where(monitors.c.slug.startswith(_LIVENESS), lane.last_ns.is_not(None))
    )
    return {(row.slug, row.environment): row.last_ns for row in rows}
