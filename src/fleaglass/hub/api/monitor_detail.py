"""GET /monitors/{slug}: one monitor, its check-ins page by page, its incidents and when it is expected next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from fleaglass.hub.api.cursor import Cursor, decode, encode
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.monitor_incidents import latest_incidents
from fleaglass.hub.api.monitor_list import MONITORS_PARAMETERS, MonitorsQuery, answers, monitors_query
from fleaglass.hub.api.monitor_shapes import CheckInAnswer, MonitorDetail
from fleaglass.hub.api.parameters import LIMIT, Parameter, given, text, whole_number
from fleaglass.hub.monitors.check_in import Crontab
from fleaglass.hub.monitors.rows import Lane, Monitor, lanes_of, monitors_named
from fleaglass.hub.monitors.schedule import expected_after
from fleaglass.hub.monitors.tables import check_ins

__all__ = ["DETAIL_PARAMETERS", "DetailQuery", "find_monitor", "monitor_detail", "parse_detail"]

_INCIDENTS: Final = 20
_UPCOMING: Final = 5

DETAIL_PARAMETERS: Final = (
    *MONITORS_PARAMETERS,
    LIMIT,
    Parameter("cursor", "A next_cursor: the check-ins after those of that page."),
)


@dataclass(frozen=True, slots=True)
class DetailQuery:
    """What is asked about one monitor: the range, and which page of its check-ins."""

    about: MonitorsQuery
    limit: int
    cursor: Cursor | None


def parse_detail(pairs: Iterable[tuple[str, str]], now_ns: int) -> DetailQuery:
    """The question in a query string; the last 24 hours where it names no time. Raises Problem."""
    found = given(pairs, DETAIL_PARAMETERS)
    cursor = text(found, "cursor")
    return DetailQuery(
        monitors_query(found, now_ns), whole_number(found, LIMIT), None if cursor is None else decode(cursor)
    )


def find_monitor(connection: Connection, slug: str, project: str | None) -> Monitor:
    """The monitor of this slug, in the project where that is named. Raises Problem when there is none, or several."""
    found = monitors_named(connection, slug, project)
    if len(found) == 1:
        return found[0]
    if found:
        hint = "Say which one you mean by project."
        raise Problem(400, "ambiguous", f"{len(found)} projects have a monitor {slug[:100]!r}", hint)
    hint = "GET /api/v1/monitors lists them all; a job's first check-in makes one."
    raise Problem(404, "unknown_monitor", f"there is no monitor {slug[:100]!r}", hint)


def monitor_detail(connection: Connection, slug: str, query: DetailQuery, now_ns: int) -> MonitorDetail:
    """The answer. Raises Problem, StateError."""
    about = query.about
    monitor = find_monitor(connection, slug, about.project)
    lanes = [lane for lane in lanes_of(connection, monitor.id) if about.environment in (None, lane.environment)]
    shown, following = _check_ins(connection, lanes, query)
    return {
        "from_ns": str(about.time.from_ns),
        "to_ns": str(about.time.to_ns),
        "step_s": about.step_s,
        "monitor": answers(connection, [monitor], about)[0],
        "upcoming_ns": [str(at_ns) for at_ns in _upcoming(monitor, lanes, now_ns)],
        "check_ins": shown,
        "next_cursor": following,
        "incidents": latest_incidents(connection, [lane.id for lane in lanes], _INCIDENTS),
    }


def _upcoming(monitor: Monitor, lanes: Sequence[Lane], now_ns: int) -> list[int]:
    """The next times by the schedule. An interval is counted from a check-in, so before the first it has none."""
    if monitor.config is None or not monitor.enabled:
        return []
    expected = [lane.next_ns for lane in lanes if lane.next_ns is not None]
    if isinstance(monitor.config.schedule, Crontab):
        expected = [expected_after(monitor.config, now_ns)]
    found = [min(expected)] if expected else []
    while found and len(found) < _UPCOMING:
        found.append(expected_after(monitor.config, found[-1]))
    return found


def _check_ins(
    connection: Connection, lanes: Sequence[Lane], query: DetailQuery
) -> tuple[list[CheckInAnswer], str | None]:
    at, time, cursor = check_ins.c, query.about.time, query.cursor
    wanted = select(check_ins).where(
        at.monitor_environment.in_([lane.id for lane in lanes]),
        at.started_ns >= time.from_ns,
        at.started_ns < time.to_ns,
    )
    if cursor is not None:
        before = (at.started_ns == cursor.start_ns) & (at.id < cursor.trace_id.hex())
        wanted = wanted.where((at.started_ns < cursor.start_ns) | before)
    newest_first = wanted.order_by(at.started_ns.desc(), at.id.desc()).limit(query.limit + 1)
    rows = connection.execute(newest_first).all()
    shown, more = rows[: query.limit], rows[query.limit :]
    environments = {lane.id: lane.environment for lane in lanes}
    last = shown[-1] if more else None
    following = None if last is None else encode(Cursor(last.started_ns, bytes.fromhex(last.id)))
    return [_check_in(row, environments[row.monitor_environment]) for row in shown], following


def _check_in(row: Row[Any], environment: str) -> CheckInAnswer:
    return {
        "id": row.id,
        "environment": environment,
        "status": row.status,
        "started_ns": str(row.started_ns),
        "updated_ns": str(row.updated_ns),
        "expected_ns": None if row.expected_ns is None else str(row.expected_ns),
        "timeout_ns": None if row.timeout_ns is None else str(row.timeout_ns),
        "duration_s": row.duration_s,
        "trace_id": row.trace_id or None,
        "release": row.release or None,
    }
