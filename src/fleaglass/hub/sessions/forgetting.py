"""Sessions that are too old to be asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete

from fleaglass.hub.sessions.tables import session_counts, sessions

__all__ = ["KEPT", "forget"]

KEPT: Final = timedelta(days=400)
"""As long as events: how a release fared is asked about when the next one fares badly."""


def forget(connection: Connection, now_ns: int) -> None:
    """Delete sessions that began longer ago, and counts of such. Raises StateError."""
    before_ns = now_ns - KEPT.days * 86_400 * 1_000_000_000
    for table in (sessions, session_counts):
        connection.execute(delete(table).where(table.c.started_ns < before_ns))
