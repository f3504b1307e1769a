"""Check-ins that are too old to be asked about. An agent's heartbeat alone is half a million of them a year."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from fleaglass.hub.monitors.tables import check_ins, monitor_incidents

__all__ = ["forget"]


def forget(connection: Connection, before_ns: int) -> int:
    """Delete runs that ended, and incidents that were over, before then; how many runs. Raises StateError."""
    over = monitor_incidents.c.resolved_ns
    connection.execute(delete(monitor_incidents).where(over < before_ns))
    return connection.execute(delete(check_ins).where(check_ins.c.ended_ns < before_ns)).rowcount
