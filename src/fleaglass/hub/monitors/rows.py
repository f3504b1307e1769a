"""Monitors, their lanes and runs as rows: read them, write them, decide nothing.

A lane is a monitor in one environment: each is judged by itself.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, select, update

from fleaglass.hub.access.tables import projects
from fleaglass.hub.monitors.check_in import MonitorConfig
from fleaglass.hub.monitors.rules import Run, RunStatus, Standing
from fleaglass.hub.monitors.tables import check_ins, monitor_environments, monitor_incidents, monitors
from fleaglass.hub.state import insert

__all__ = [
    "Incident",
    "Lane",
    "Monitor",
    "ensure_lane",
    "ensure_monitor",
    "lanes_of",
    "latest_in_progress",
    "latest_statuses",
    "monitors_named",
    "open_incident",
    "outlived",
    "overdue_lanes",
    "overdue_runs",
    "read_run",
    "read_watched",
    "update_lane",
    "update_monitor",
    "write_run",
]


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor; `config` is None until somebody says when it should run."""

    id: int
    project: int
    slug: str
    name: str
    config: MonitorConfig | None
    config_problem: str | None
    enabled: bool
    muted: bool
    added_ns: int


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor in one environment. Times are Unix nanoseconds."""

    id: int
    monitor: int
    environment: str
    status: Standing
    muted: bool
    last_ns: int | None
    next_ns: int | None
    next_latest_ns: int | None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A run of failures that is not over."""

    id: int
    hash: str
    started_ns: int


def ensure_monitor(connection: Connection, project: int, slug: str, now_ns: int) -> Monitor:
    """The monitor of this name, made if there is none."""
    wanted = select(*_MONITOR).where(monitors.c.project == project, monitors.c.slug == slug)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        values = {"project": project, "slug": slug, "name": slug, "enabled": True, "muted": False, "added_ns": now_ns}
        connection.execute(monitors.insert().values(values))
        row = connection.execute(wanted).one()
    return _monitor(row)


def update_monitor(connection: Connection, monitor: Monitor, **changes: Any) -> Monitor:
    """The monitor with these attributes changed, stored."""
    values = dict(changes)
    if "config" in values:
        values["config"] = msgspec.to_builtins(values["config"])
    connection.execute(update(monitors).where(monitors.c.id == monitor.id).values(values))
    return msgspec.structs.replace(monitor, **changes)


def monitors_named(connection: Connection, slug: str | None = None, project: str | None = None) -> list[Monitor]:
    """Every monitor, by name and project; of this slug, or of the project with this slug, where they are named."""
    wanted = select(*_MONITOR).join(projects, projects.c.id == monitors.c.project)
    if slug is not None:
        wanted = wanted.where(monitors.c.slug == slug)
    if project is not None:
        wanted = wanted.where(projects.c.slug == project)
    rows = connection.execute(wanted.order_by(monitors.c.name, monitors.c.slug, monitors.c.project))
    return [_monitor(row) for row in rows]


def ensure_lane(connection: Connection, monitor: int, environment: str, now_ns: int) -> Lane:
    """The lane of this environment, made if there is none."""
    at = monitor_environments.c
    wanted = select(*_LANE).where(at.monitor == monitor, at.environment == environment)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        values = {"monitor": monitor, "environment": environment, "status": "active", "muted": False}
        connection.execute(monitor_environments.insert().values(values | {"changed_ns": now_ns}))
        row = connection.execute(wanted).one()
    return _lane(row)


def lanes_of(connection: Connection, monitor: int) -> list[Lane]:
    """Every lane of a monitor, by environment."""
    at = monitor_environments.c
    rows = connection.execute(select(*_LANE).where(at.monitor == monitor).order_by(at.environment))
    return [_lane(row) for row in rows]


def read_watched(connection: Connection, lane: int) -> tuple[Monitor, Lane]:
    """A lane that there is, and its monitor."""
    found = connection.execute(select(*_LANE).where(monitor_environments.c.id == lane)).one()
    return _monitor(connection.execute(select(*_MONITOR).where(monitors.c.id == found.monitor)).one()), _lane(found)


def update_lane(connection: Connection, lane: Lane, **changes: Any) -> Lane:
    """The lane with these attributes changed, stored."""
    connection.execute(update(monitor_environments).where(monitor_environments.c.id == lane.id).values(changes))
    known = {name: value for name, value in changes.items() if name in Lane.__struct_fields__}
    return msgspec.structs.replace(lane, **known)


def overdue_lanes(connection: Connection, tick_ns: int) -> list[int]:
    """The lanes of enabled monitors whose next run has not begun in time, the longest overdue first."""
    at = monitor_environments.c
    wanted = select(at.id).join_from(monitors, monitor_environments)
    return list(
        connection.execute(
            wanted.where(monitors.c.enabled, at.next_latest_ns <= tick_ns).order_by(at.next_latest_ns, at.id)
        ).scalars()
    )


def overdue_runs(connection: Connection, tick_ns: int) -> list[tuple[int, Run]]:
    """The runs in progress whose time is up, in the order in which it was up, each with its lane."""
    at = check_ins.c
    wanted = select(at.monitor_environment, *_RUN).where(at.timeout_ns <= tick_ns)
    rows = connection.execute(wanted.order_by(at.timeout_ns, at.id))
    return [(row.monitor_environment, _run(row)) for row in rows]


def read_run(connection: Connection, lane: int, run_id: str) -> Run | None:
    """The run with this id."""
    return _one_run(connection, select(*_RUN).where(check_ins.c.monitor_environment == lane, check_ins.c.id == run_id))


def latest_in_progress(connection: Connection, lane: int) -> Run | None:
    """The run that began last, of those in progress."""
    at = check_ins.c
    wanted = select(*_RUN).where(at.monitor_environment == lane, at.status == "in_progress")
    return _one_run(connection, wanted.order_by(at.started_ns.desc(), at.id).limit(1))


def latest_statuses(connection: Connection, lane: int, count: int) -> list[RunStatus]:
    """How the last runs ended that the monitor is judged by, the newest first."""
    at = check_ins.c
    wanted = select(at.status).where(at.monitor_environment == lane, at.counts)
    return list(
        connection.execute(wanted.order_by(at.ended_ns.desc(), at.started_ns.desc(), at.id).limit(count)).scalars()
    )


def outlived(connection: Connection, lane: int, run: Run) -> bool:
    """Whether a run that began later than this one has ended, well or badly."""
    at = check_ins.c
    wanted = select(func.count()).where(
        at.monitor_environment == lane, at.started_ns > run.started_ns, at.status.in_(("ok", "error"))
    )
    return bool(connection.execute(wanted).scalar())


def write_run(connection: Connection, lane: int, run: Run) -> None:
    """Store a run, new or known."""
    values = msgspec.structs.asdict(run)
    put = insert(connection, check_ins).values(monitor_environment=lane, **values)
    connection.execute(put.on_conflict_do_update(index_elements=["monitor_environment", "id"], set_=values))


def open_incident(connection: Connection, lane: int) -> Incident | None:
    """The incident that is not over."""
    at = monitor_incidents.c
    row = connection.execute(
        select(at.id, at.hash, at.started_ns).where(at.monitor_environment == lane, at.resolved_ns.is_(None))
    ).one_or_none()
    return None if row is None else Incident(**row._asdict())


_MONITOR = [monitors.c[name] for name in Monitor.__struct_fields__]
_LANE = [monitor_environments.c[name] for name in Lane.__struct_fields__]
_RUN = [check_ins.c[name] for name in Run.__struct_fields__]


def _monitor(row: Row[Any]) -> Monitor:
    values = {name: row._mapping[monitors.c[name]] for name in Monitor.__struct_fields__}
    config = values["config"]
    values["config"] = None if config is None else msgspec.convert(config, MonitorConfig)
    return Monitor(**values)


def _lane(row: Row[Any]) -> Lane:
    return Lane(**{name: row._mapping[monitor_environments.c[name]] for name in Lane.__struct_fields__})


def _run(row: Row[Any]) -> Run:
    return Run(**{name: row._mapping[check_ins.c[name]] for name in Run.__struct_fields__})


def _one_run(connection: Connection, wanted: Select[Any]) -> Run | None:
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _run(row)
