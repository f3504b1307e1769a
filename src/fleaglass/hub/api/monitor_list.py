"""GET /monitors: every job on a schedule, how it stands in each environment, and how the range went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Connection, select

from fleaglass.hub.access.tables import projects
from fleaglass.hub.api.monitor_incidents import open_incidents
from fleaglass.hub.api.monitor_shapes import ConfigAnswer, EnvironmentAnswer, MonitorAnswer, Monitors
from fleaglass.hub.api.monitor_timeline import Timeline, timelines
from fleaglass.hub.api.parameters import Given, Parameter, given, text
from fleaglass.hub.api.steps import step_seconds
from fleaglass.hub.api.times import SECOND_NS, TIME_PARAMETERS, TimeRange, closed_range
from fleaglass.hub.monitors.check_in import Crontab, MonitorConfig
from fleaglass.hub.monitors.rows import Monitor, monitors_named
from fleaglass.hub.monitors.tables import check_ins, monitor_environments
from fleaglass.hub.monitors.words import schedule_words

__all__ = [
    "MONITORS_PARAMETERS",
    "PROJECT",
    "MonitorsQuery",
    "answers",
    "list_monitors",
    "monitors_query",
    "parse_monitors",
]

DAY_NS: Final = 86_400 * SECOND_NS

PROJECT: Final = Parameter("project", "Slug of the project that it belongs to.")
ENVIRONMENT: Final = Parameter("environment", "Only what happened in this environment.")
MONITORS_PARAMETERS: Final = (*TIME_PARAMETERS, PROJECT, ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class MonitorsQuery:
    """What is asked: a range with two ends for the timelines, and perhaps one project or environment."""

    time: TimeRange
    project: str | None
    environment: str | None

    @property
    def step_s(self) -> int:
        """How long a step of the timelines is."""
        return step_seconds(self.time)


def parse_monitors(pairs: Iterable[tuple[str, str]], now_ns: int) -> MonitorsQuery:
    """The question in a query string; the last 24 hours where it names no time. Raises Problem."""
    return monitors_query(given(pairs, MONITORS_PARAMETERS), now_ns)


def monitors_query(found: Given, now_ns: int) -> MonitorsQuery:
    """The question in parameters that were checked. Raises Problem."""
    return MonitorsQuery(closed_range(found, now_ns, DAY_NS), text(found, "project"), text(found, "environment"))


def list_monitors(connection: Connection, query: MonitorsQuery) -> Monitors:
    """The answer. Raises StateError."""
    found = answers(connection, monitors_named(connection, project=query.project), query)
    if query.environment is not None:
        found = [each for each in found if each["environments"]]
    return {
        "from_ns": str(query.time.from_ns),
        "to_ns": str(query.time.to_ns),
        "step_s": query.step_s,
        "monitors": sorted(found, key=_is_well),
    }


def answers(connection: Connection, monitors: Sequence[Monitor], query: MonitorsQuery) -> list[MonitorAnswer]:
    """Monitors as they are shown, in the order given."""
    slugs = {row.id: row.slug for row in connection.execute(select(projects.c.id, projects.c.slug))}
    lanes = _lanes(connection, [monitor.id for monitor in monitors], query)
    return [_answer(monitor, slugs[monitor.project], lanes[monitor.id]) for monitor in monitors]


def _answer(monitor: Monitor, project: str, lanes: list[EnvironmentAnswer]) -> MonitorAnswer:
    return {
        "slug": monitor.slug,
        "name": monitor.name,
        "project": project,
        "config": None if monitor.config is None else _config(monitor.config),
        "schedule_words": None if monitor.config is None else schedule_words(monitor.config),
        "config_problem": monitor.config_problem,
        "enabled": monitor.enabled,
        "muted": monitor.muted,
        "added_ns": str(monitor.added_ns),
        "environments": lanes,
    }


def _config(config: MonitorConfig) -> ConfigAnswer:
    schedule = config.schedule
    return {
        "schedule_type": "crontab" if isinstance(schedule, Crontab) else "interval",
        "schedule": schedule.value if isinstance(schedule, Crontab) else [schedule.value, schedule.unit],
        "timezone": config.timezone,
        "checkin_margin": config.margin_min,
        "max_runtime": config.max_runtime_min,
        "failure_issue_threshold": config.failure_threshold,
        "recovery_threshold": config.recovery_threshold,
    }


def _lanes(connection: Connection, monitors: list[int], query: MonitorsQuery) -> dict[int, list[EnvironmentAnswer]]:
    """By monitor, its environments in order."""
    at = monitor_environments.c
    newest = (
        select(check_ins.c.status)
        .where(check_ins.c.monitor_environment == at.id)
        .order_by(check_ins.c.started_ns.desc(), check_ins.c.id)
        .limit(1)
    )
    wanted = select(monitor_environments, newest.scalar_subquery().label("last_status")).where(at.monitor.in_(monitors))
    if query.environment is not None:
        wanted = wanted.where(at.environment == query.environment)
    rows = connection.execute(wanted.order_by(at.environment)).all()
    lane_ids = [row.id for row in rows]
    times = timelines(connection, lane_ids, query.time, query.step_s)
    incidents = open_incidents(connection, lane_ids)
    found: dict[int, list[EnvironmentAnswer]] = defaultdict(list)
    for row in rows:
        timeline: Timeline = times[row.id]
        found[row.monitor].append(
            {
                "environment": row.environment,
                "status": row.status,
                "muted": row.muted,
                "last_check_in_ns": _time(row.last_ns),
                "last_status": cast(Any, row.last_status),
                "next_expected_ns": _time(row.next_ns),
                "next_latest_ns": _time(row.next_latest_ns),
                "uptime_percent": timeline.uptime_percent,
                "incident": incidents.get(row.id),
                "timeline": timeline.buckets,
            }
        )
    return found


def _is_well(monitor: MonitorAnswer) -> bool:
    """Those that need somebody come first; the sort keeps the rest by name."""
    return not (monitor["enabled"] and any(lane["status"] == "error" for lane in monitor["environments"]))


def _time(ns: int | None) -> str | None:
    return None if ns is None else str(ns)
