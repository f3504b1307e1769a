"""Incidents of monitors, each with the issue that its events are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from fleaglass.hub.api.monitor_shapes import IncidentAnswer
from fleaglass.hub.issues.tables import groups
from fleaglass.hub.monitors.tables import monitor_environments, monitor_incidents, monitors

__all__ = ["latest_incidents", "open_incidents"]


def open_incidents(connection: Connection, lanes: Sequence[int]) -> dict[int, IncidentAnswer]:
    """By lane, the incident that is not over."""
    wanted = _incidents(lanes).where(monitor_incidents.c.resolved_ns.is_(None))
    return {row.monitor_environment: _answer(row) for row in connection.execute(wanted)}


def latest_incidents(connection: Connection, lanes: Sequence[int], count: int) -> list[IncidentAnswer]:
    """The last of these lanes, the newest first."""
    newest_first = _incidents(lanes).order_by(monitor_incidents.c.started_ns.desc(), monitor_incidents.c.id.desc())
    return [_answer(row) for row in connection.execute(newest_first.limit(count))]


def _incidents(lanes: Sequence[int]) -> Select[Any]:
    lane = monitor_environments
    same = (groups.c.project == monitors.c.project) & (groups.c.hash == monitor_incidents.c.hash)
    return (
        select(monitor_incidents, lane.c.environment, groups.c.issue)
        .join(lane, lane.c.id == monitor_incidents.c.monitor_environment)
        .join(monitors, monitors.c.id == lane.c.monitor)
        .outerjoin(groups, same)
        .where(lane.c.id.in_(lanes))
    )


def _answer(row: Row[Any]) -> IncidentAnswer:
    return {
        "id": row.id,
        "environment": row.environment,
        "started_ns": str(row.started_ns),
        "resolved_ns": None if row.resolved_ns is None else str(row.resolved_ns),
        "issue": row.issue,
    }
