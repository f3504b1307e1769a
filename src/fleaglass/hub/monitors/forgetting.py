"""Check-ins that are too old to be asked about. An agent's heartbeat alone is half a million of them a year."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete

from fleaglass.hub.monitors.tables import check_ins, monitor_incidents

__all__ = ["KEPT", "forget"]

KEPT: Final = timedelta(days=90)


def forget(connection: Connection, now_ns: int) -> None:
    """Delete runs that ended, and incidents that were over, longer ago. Raises StateError."""
    before_ns = now_ns - KEPT.days * 86_400 * 1_000_000_000
    connection.execute(delete(check_ins).where(check_ins.c.ended_ns < before_ns))
    connection.execute(delete(monitor_incidents).where(monitor_incidents.c.resolved_ns < before_ns))
