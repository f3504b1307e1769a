"""GET /issues/{id}: all about an issue but its events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.issue_history import activity_of, archive_of, resolution_of
from fleaglass.hub.api.issue_rows import HOURS, agents_of, groups_of, issue_link, issue_row
from fleaglass.hub.api.issue_shapes import GroupSummary, IssueDetail, IssueLink, ReleaseSeen
from fleaglass.hub.api.issue_tags import tags_of
from fleaglass.hub.api.issue_users import users_hourly
from fleaglass.hub.issues.counting import HOUR_NS, events_in_hours, hour_of
from fleaglass.hub.issues.tables import group_releases, groups, issues
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["issue_detail", "no_issue", "the_issue"]

_DAYS: Final = 14
_MOST_SIMILAR: Final = 10


async def issue_detail(store: Store, state: State, issue: int, now_ns: int) -> IssueDetail:
    """The issue; of one that was merged, the one that it is part of. Raises Problem, EngineError, StateError."""
    found, of = await state.reading(lambda connection: _read(connection, issue, now_ns))
    agents = await agents_of(store, of)
    found["agents"] = agents.get(found["id"], [])
    found["users_hourly"] = await users_hourly(store, of, now_ns)
    found["tags"] = await tags_of(store, of)
    return found


def the_issue(connection: Connection, issue: int) -> dict[str, Any]:
    """The row of an issue; of one that was merged, of the one that it is part of. Raises Problem."""
    row = connection.execute(select(issues).where(issues.c.id == issue)).one_or_none()
    if row is None:
        raise no_issue(f"there is no issue {issue}")
    return row._asdict() if row.merged_into is None else the_issue(connection, row.merged_into)


def no_issue(message: str) -> Problem:
    """An issue that there is not."""
    return Problem(404, "unknown_issue", message, "See them all: GET /api/v1/issues")


def _read(connection: Connection, issue: int, now_ns: int) -> tuple[IssueDetail, Mapping[tuple[int, str], int]]:
    row = the_issue(connection, issue)
    last = hour_of(now_ns)
    first_day = last // 24 - _DAYS + 1
    counts = events_in_hours(connection, [row["id"]], first_day * 24, last)[row["id"]]
    seen = _releases(connection, row["id"])
    return {
        **issue_row(row, [counts[hour] for hour in range(last - HOURS + 1, last + 1)], ()),
        "hourly_from_ns": str((last - HOURS + 1) * HOUR_NS),
        "users_hourly": [],
        "daily": _daily(counts, first_day),
        "daily_from_ns": str(first_day * 24 * HOUR_NS),
        "tags": [],
        "releases": [release for release in seen if release["release"]],
        "environments": sorted({name for release in seen for name in release["environments"]}),
        "groups": _groups(connection, row["id"]),
        "activity": activity_of(connection, row),
        "resolution": resolution_of(row),
        "archive": archive_of(row),
        "merged_from": _links(connection, issues.c.merged_into == row["id"]),
        "similar": _similar(connection, row),
    }, groups_of(connection, [row["id"]])


def _daily(counts: Counter[int], first_day: int) -> list[int]:
    days = Counter[int]()
    for hour, events in counts.items():
        days[hour // 24] += events
    return [days[day] for day in range(first_day, first_day + _DAYS)]


def _releases(connection: Connection, issue: int) -> list[ReleaseSeen]:
    query = (
        select(group_releases)
        .join(groups, groups.c.id == group_releases.c.group)
        .where(groups.c.issue == issue)
        .order_by(group_releases.c.last_seen_ns.desc(), group_releases.c.release.desc())
    )
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.release].append(row)
    return [
        {
            "release": release,
            "environments": sorted({row.environment for row in found} - {""}),
            "events": sum(row.events for row in found),
            "first_seen_ns": str(min(row.first_seen_ns for row in found)),
            "last_seen_ns": str(max(row.last_seen_ns for row in found)),
        }
        for release, found in rows.items()
    ]


def _groups(connection: Connection, issue: int) -> list[GroupSummary]:
    query = select(groups).where(groups.c.issue == issue).order_by(groups.c.events.desc(), groups.c.id)
    return [
        {
            "hash": row.hash,
            "about": row.about,
            "events": row.events,
            "first_seen_ns": str(row.first_seen_ns),
            "last_seen_ns": str(row.last_seen_ns),
            "home": row.home,
        }
        for row in connection.execute(query)
    ]


def _similar(connection: Connection, row: Mapping[str, Any]) -> list[IssueLink]:
    alike = [issues.c[name] == row[name] for name in ("type", "culprit") if row[name]]
    if not alike:
        return []
    others = (issues.c.id != row["id"], issues.c.project == row["project"], issues.c.merged_into.is_(None))
    return _links(connection, *others, or_(*alike))


def _links(connection: Connection, *conditions: Any) -> list[IssueLink]:
    query = select(issues).where(*conditions).order_by(issues.c.last_seen_ns.desc(), issues.c.id.desc())
    return [issue_link(row._asdict()) for row in connection.execute(query.limit(_MOST_SIMILAR))]
