"""Keeps the sessions: a row each, as its updates leave it, and counts of those that came counted.

    ok ──▶ exited | crashed | abnormal      the first end is the last word
    ok ──▶ abnormal, inferred               what silence.py concluded; any later word from the session corrects it

Errors never decrease, and a crash is at least one. A session is known by its id, whichever of its updates comes first:
a client that sends one update at the end is as good as one that sends many, and their order makes no difference.

Source: the rules of Sentry's release health.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection, select

from fleaglass.hub.sessions.tables import session_counts, sessions
from fleaglass.hub.sessions.update import SessionCounts, SessionStatus, SessionUpdate
from fleaglass.hub.state import insert

__all__ = ["ACCEPTED_NS", "Session", "after", "take_session", "take_session_counts"]

ACCEPTED_NS: Final = 5 * 24 * 3600 * 1_000_000_000
"""For so long after its start a session may be spoken of."""

_MINUTE_NS: Final = 60_000_000_000
_COUNTED: Final = ("exited", "errored", "crashed", "abnormal")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session. Times are Unix nanoseconds; `seen_ns` is the last that it said was true."""

    release: str
    environment: str
    user: str
    status: SessionStatus
    inferred: bool
    errors: int
    started_ns: int
    seen_ns: int
    duration_s: float | None


def after(known: Session | None, update: SessionUpdate) -> Session:
    """The session after an update."""
    if known is None:
        known = Session(
            release=update.release,
            environment=update.environment,
            user=update.did,
            status="ok",
            inferred=False,
            errors=0,
            started_ns=update.started_ns,
            seen_ns=update.started_ns,
            duration_s=None,
        )
    if known.status != "ok" and not known.inferred:
        return known
    is_news = update.status != "ok" or update.timestamp_ns > known.seen_ns
    errors = max(known.errors, update.errors, 1 if update.status == "crashed" else 0)
    return msgspec.structs.replace(
        known,
        user=known.user or update.did,
        status=update.status if is_news else known.status,
        inferred=known.inferred and not is_news,
        errors=errors,
        started_ns=min(known.started_ns, update.started_ns),
        seen_ns=max(known.seen_ns, update.timestamp_ns),
        duration_s=update.duration_s if is_news and update.duration_s is not None else known.duration_s,
    )


def take_session(connection: Connection, project: int, update: SessionUpdate, received_ns: int) -> bool:
    """Keep an update. False if it is not taken: it names no release, or began more than five days before it came.

    `project` is the project's number, `received_ns` when the hub got it, Unix nanoseconds: nothing it says can have
    been later. Raises StateError.
    """
    if not _is_taken(update, received_ns):
        return False
    update = msgspec.structs.replace(
        update,
        started_ns=min(update.started_ns, received_ns),
        timestamp_ns=min(update.timestamp_ns, received_ns),
    )
    at = sessions.c
    known = connection.execute(
        select(*(at[name] for name in Session.__struct_fields__)).where(at.project == project, at.sid == update.sid)
    ).one_or_none()
    before = None if known is None else Session(**known._asdict())
    session = after(before, update)
    if session != before:
        values = msgspec.structs.asdict(session)
        put = insert(connection, sessions).values(project=project, sid=update.sid, **values)
        connection.execute(put.on_conflict_do_update(index_elements=["project", "sid"], set_=values))
    return True


def take_session_counts(connection: Connection, project: int, counts: SessionCounts, received_ns: int) -> bool:
    """Add counts to what is known of their minute, as `take_session` does. Raises StateError."""
    if not _is_taken(counts, received_ns):
        return False
    added = {name: getattr(counts, name) for name in _COUNTED}
    put = insert(connection, session_counts).values(
        project=project,
        release=counts.release,
        environment=counts.environment,
        started_ns=min(counts.started_ns, received_ns) // _MINUTE_NS * _MINUTE_NS,
        **added,
    )
    more = {name: session_counts.c[name] + value for name, value in added.items()}
    key = ["project", "release", "environment", "started_ns"]
    connection.execute(put.on_conflict_do_update(index_elements=key, set_=more))
    return True


def _is_taken(told: SessionUpdate | SessionCounts, received_ns: int) -> bool:
    return bool(told.release) and received_ns - told.started_ns <= ACCEPTED_NS
