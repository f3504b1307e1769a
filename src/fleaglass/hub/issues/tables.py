"""issues ◁─ groups ◁─ group_hours, group_users, group_releases      issues ◁─ activity      seen_events

A group is a grouping hash: the smallest thing that events are counted by. Merging issues moves groups from one issue to
another and unmerging moves them back, so that no event is touched by either; what an issue counts and shows is that of
its groups together (figures.py). An event is in the store, beside the spans, under the hash that it was counted by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["activity", "group_hours", "group_releases", "group_users", "groups", "issues", "seen_events"]


def _figures() -> Iterator[Column[Any]]:
    """What is counted, and what the earliest and the latest event say: the same of a group and of an issue."""
    yield Column("events", Integer, nullable=False)
    yield Column("first_seen_ns", Ns, nullable=False)
    yield Column("first_release", String(250), nullable=False)
    yield Column("last_seen_ns", Ns, nullable=False)
    yield Column("last_release", String(250), nullable=False)
    yield from (Column(name, Text, nullable=False) for name in ("title", "culprit", "type", "value"))
    yield Column("level", String(8), nullable=False)
    yield Column("platform", String(64), nullable=False)


issues = Table(
    "issues",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("project", ForeignKey("projects.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # error, message, monitor
    *_figures(),
    Column("users", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # unresolved, ignored, resolved
    Column("substatus", String(24)),
    Column("active_at_ns", Ns, nullable=False),  # when it last became unresolved
    Column("changed_ns", Ns, nullable=False),  # when its state last changed
    Column("resolution", JSON(none_as_null=True)),
    Column("archive", JSON(none_as_null=True)),
    Column("assignee", String(200)),
    Column("merged_into", ForeignKey("issues.id")),
    Index(None, "project", "status", "last_seen_ns"),
    Index(None, "last_seen_ns"),
    Index(None, "first_release"),
)

groups = Table(
    "groups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("project", ForeignKey("projects.id"), nullable=False),
    Column("hash", String(32), nullable=False),
    Column("issue", ForeignKey("issues.id"), nullable=False, index=True),
    Column("home", ForeignKey("issues.id"), nullable=False),  # the issue it is in when nothing is merged
    Column("about", Text, nullable=False),  # what it groups by, for a person
    *_figures(),
    UniqueConstraint("project", "hash"),
)

group_hours = Table(
    "group_hours",
    METADATA,
    Column("group", ForeignKey("groups.id"), primary_key=True),
    Column("hour", Integer, primary_key=True),  # hours since 1970
    Column("events", Integer, nullable=False),
)

group_users = Table(
    "group_users",
    METADATA,
    Column("group", ForeignKey("groups.id"), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("last_seen_ns", Ns, nullable=False),
)

group_releases = Table(
    "group_releases",
    METADATA,
    Column("group", ForeignKey("groups.id"), primary_key=True),
    Column("release", String(250), primary_key=True),
    Column("environment", String(200), primary_key=True),
    Column("first_seen_ns", Ns, nullable=False),
    Column("last_seen_ns", Ns, nullable=False),
    Column("events", Integer, nullable=False),
)

activity = Table(
    "activity",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", ForeignKey("issues.id"), nullable=False, index=True),
    Column("at_ns", Ns, nullable=False),
    Column("kind", String(24), nullable=False),  # first_seen, resolved, regressed, archived, escalating, comment, …
    Column("actor", String(200)),  # None: the hub itself
    Column("detail", JSON, nullable=False),
)

seen_events = Table(
    "seen_events",
    METADATA,
    Column("event_id", String(32), primary_key=True),
    Column("project", Integer, primary_key=True),
    Column("received_ns", Ns, nullable=False, index=True),
)
