"""What people change about monitors. A job's own check-ins may change its schedule again: the last word counts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from fleaglass.hub.monitors.check_in import MonitorConfig
from fleaglass.hub.monitors.keeper import expect, reconfigure
from fleaglass.hub.monitors.rows import Monitor, ensure_monitor, lanes_of, update_lane, update_monitor
from fleaglass.hub.monitors.tables import check_ins, monitor_environments, monitor_incidents, monitors

__all__ = ["add_monitor", "drop_monitor", "mute_lanes", "switch_monitor"]


def add_monitor(
    connection: Connection, project: int, slug: str, name: str, config: MonitorConfig | None, now_ns: int
) -> Monitor | None:
    """A new monitor of a project, which expects nothing until its first check-in. None if there is one already."""
    taken = select(monitors.c.id).where(monitors.c.project == project, monitors.c.slug == slug)
    if connection.execute(taken).first():
        return None
    monitor = update_monitor(connection, ensure_monitor(connection, project, slug, now_ns), name=name)
    return monitor if config is None else reconfigure(connection, monitor, config, now_ns)


def switch_monitor(connection: Connection, monitor: Monitor, enabled: bool, now_ns: int) -> Monitor:
    """On or off. A monitor that is off keeps its check-ins and expects none; on again, it expects the next from now."""
    monitor = update_monitor(connection, monitor, enabled=enabled)
    for lane in lanes_of(connection, monitor.id):
        if lane.last_ns is not None:
            update_lane(connection, lane, **expect(monitor, now_ns))
    return monitor


def mute_lanes(connection: Connection, monitor: Monitor, muted: Mapping[str, bool]) -> list[str]:
    """Mute or unmute environments; returns those that the monitor has never been heard of in."""
    lanes = {lane.environment: lane for lane in lanes_of(connection, monitor.id)}
    for environment in muted.keys() & lanes.keys():
        update_lane(connection, lanes[environment], muted=muted[environment])
    return sorted(muted.keys() - lanes.keys())


def drop_monitor(connection: Connection, monitor: Monitor) -> None:
    """Forget a monitor and all its check-ins. The next check-in of its job makes it again."""
    lanes = select(monitor_environments.c.id).where(monitor_environments.c.monitor == monitor.id)
    for table in (check_ins, monitor_incidents):
        connection.execute(delete(table).where(table.c.monitor_environment.in_(lanes)))
    connection.execute(delete(monitor_environments).where(monitor_environments.c.monitor == monitor.id))
    connection.execute(delete(monitors).where(monitors.c.id == monitor.id))
