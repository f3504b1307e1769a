"""The issues of a release: those it was the first to have, those it brought back, those it was said to end."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from fleaglass.hub.api.release_shapes import ReleaseIssue
from fleaglass.hub.issues.tables import activity, group_releases, groups, issues

__all__ = ["new_issues", "regressed_issues", "resolved_issues"]

_MOST: Final = 100


def new_issues(connection: Connection, version: str) -> list[ReleaseIssue]:
    """Whose first event was of this release, the latest first; at most 100."""
    return _found(connection, version, issues.c.first_release == version)


def regressed_issues(connection: Connection, version: str) -> list[ReleaseIssue]:
    """That were resolved, and came back with an event of this release."""
    back = select(activity.c.issue).where(
        activity.c.kind == "regressed", activity.c.detail["release"].as_string() == version
    )
    return _found(connection, version, issues.c.id.in_(back))


def resolved_issues(connection: Connection, version: str) -> list[ReleaseIssue]:
    """That somebody resolved in this release, and that still are."""
    return _found(
        connection,
        version,
        issues.c.status == "resolved",
        issues.c.resolution[("rule", "kind")].as_string() == "in_release",
        issues.c.resolution[("rule", "release")].as_string() == version,
    )


def _found(connection: Connection, version: str, *conditions: ColumnElement[bool]) -> list[ReleaseIssue]:
    ours = (
        select(groups.c.issue, func.sum(group_releases.c.events).label("release_events"))
        .join(group_releases, group_releases.c.group == groups.c.id)
        .where(group_releases.c.release == version)
        .group_by(groups.c.issue)
        .subquery()
    )
    query = (
        select(issues, func.coalesce(ours.c.release_events, 0).label("release_events"))
        .outerjoin(ours, ours.c.issue == issues.c.id)
        .where(issues.c.merged_into.is_(None), *conditions)
        .order_by(issues.c.last_seen_ns.desc(), issues.c.id.desc())
        .limit(_MOST)
    )
    return [_words(row) for row in connection.execute(query).mappings()]


def _words(row: RowMapping) -> ReleaseIssue:
    as_they_are = ("id", "project", "kind", "title", "culprit", "level", "substatus", "events")
    told = {
        **{name: row[name] for name in as_they_are},
        "status": "archived" if row["status"] == "ignored" else row["status"],
        "release_events": int(row["release_events"]),
        "first_seen_ns": str(row["first_seen_ns"]),
        "last_seen_ns": str(row["last_seen_ns"]),
    }
    return cast(ReleaseIssue, told)
