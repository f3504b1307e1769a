"""What happened to an issue, and how it was resolved or archived, as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from fleaglass.hub.api.issue_shapes import ActivityEntry, Archive, Resolution
from fleaglass.hub.issues.kept import archived_in, resolved_in
from fleaglass.hub.issues.tables import activity

__all__ = ["activity_of", "archive_of", "entry_of", "resolution_of"]

_MOST: Final = 200


def activity_of(connection: Connection, issue: Mapping[str, Any]) -> list[ActivityEntry]:
    """The latest first; that it was first seen is at the end."""
    query = select(activity).where(activity.c.issue == issue["id"])
    rows = connection.execute(query.order_by(activity.c.at_ns.desc(), activity.c.id.desc()).limit(_MOST))
    found = [entry_of(row._asdict()) for row in rows]
    first = {"release": issue["first_release"] or None}
    first_seen = {"id": 0, "at_ns": issue["first_seen_ns"], "kind": "first_seen", "actor": None, "detail": first}
    return [*found, entry_of(first_seen)]


def entry_of(row: Mapping[str, Any]) -> ActivityEntry:
    """A row of `activity`."""
    return {
        "id": row["id"],
        "at_ns": str(row["at_ns"]),
        "kind": row["kind"],
        "actor": row["actor"],
        "text": row["detail"].get("text"),
        "detail": {name: value for name, value in row["detail"].items() if name != "text"},
    }


def resolution_of(issue: Mapping[str, Any]) -> Resolution | None:
    """How it was resolved, while it is."""
    resolved = resolved_in(issue)
    if resolved is None:
        return None
    rule = resolved.rule
    return {
        "kind": "now" if rule.kind == "now" else "release" if rule.kind == "in_release" else "next_release",
        "release": rule.release or rule.newest_release or None,
        "at_ns": str(rule.at_ns),
        "actor": resolved.actor,
    }


def archive_of(issue: Mapping[str, Any]) -> Archive | None:
    """Until when it is archived, while it is."""
    archived = archived_in(issue)
    if archived is None:
        return None
    rule = archived.rule
    return {
        "kind": rule.until,
        "events": rule.events,
        "users": rule.users,
        "until_ns": None if rule.duration_ns is None else str(rule.at_ns + rule.duration_ns),
        "limit": None if archived.limit is None else int(archived.limit),
        "at_ns": str(rule.at_ns),
        "actor": archived.actor,
    }
