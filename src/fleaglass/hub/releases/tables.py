"""releases ◁─ release_projects, release_environments, deploys, commits"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["commits", "deploys", "release_environments", "release_projects", "releases"]

releases = Table(
    "releases",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("version", String(250), nullable=False, unique=True),
    Column("status", String(16), nullable=False),  # open, archived
    Column("added_ns", Ns, nullable=False, index=True),
    Column("started_ns", Ns),
    Column("released_ns", Ns),  # when it was finalized
    Column("url", Text),
    Column("ref", Text),
    Column("refs", JSON),  # as `set-commits` names repositories
)

release_projects = Table(
    "release_projects",
    METADATA,
    Column("release", ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
    Column("project", ForeignKey("projects.id"), primary_key=True),
)

release_environments = Table(
    "release_environments",
    METADATA,
    Column("release", ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
    Column("project", ForeignKey("projects.id"), primary_key=True),
    Column("environment", String(64), primary_key=True),
    Column("first_seen_ns", Ns, nullable=False),
    Column("last_seen_ns", Ns, nullable=False),
)

deploys = Table(
    "deploys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("release", ForeignKey("releases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("environment", String(64), nullable=False),
    Column("name", String(64)),
    Column("url", Text),
    Column("started_ns", Ns),
    Column("finished_ns", Ns, nullable=False),
)

commits = Table(
    "commits",
    METADATA,
    Column("release", ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),  # 0 is the newest
    Column("sha", String(64), nullable=False),
    Column("repository", String(64), nullable=False),
    Column("author_name", Text),
    Column("author_email", Text),
    Column("message", Text),
    Column("at_ns", Ns),
    Column("files", JSON, nullable=False),
    Index(None, "sha"),
)
