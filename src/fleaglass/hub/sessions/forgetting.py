"""Sessions that are too old to be asked about."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from fleaglass.hub.sessions.tables import session_counts, sessions

__all__ = ["forget"]


def forget(connection: Connection, before_ns: int) -> int:
    """Delete sessions that began before then, and counts of such; how many rows. Raises StateError."""
    return sum(
        connection.execute(delete(table).where(table.c.started_ns < before_ns)).rowcount
        for table in (sessions, session_counts)
    )
