"""monitors ◁─ monitor_environments ◁─ check_ins, monitor_incidents"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["check_ins", "monitor_environments", "monitor_incidents", "monitors"]

monitors = Table(
    "monitors",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("project", ForeignKey("projects.id"), nullable=False),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("config", JSON(none_as_null=True)),  # None until a check-in or a person says when it should run
    Column("config_problem", Text),  # why the one that came last is not used
    Column("enabled", Boolean, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("added_ns", Ns, nullable=False),
    UniqueConstraint("project", "slug"),
)

monitor_environments = Table(
    "monitor_environments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("monitor", ForeignKey("monitors.id"), nullable=False),
    Column("environment", Text, nullable=False),
    Column("status", String(12), nullable=False),  # active (nothing yet), ok, error
    Column("muted", Boolean, nullable=False),
    Column("last_ns", Ns),  # the last check-in that somebody sent
    Column("next_ns", Ns),
    Column("next_latest_ns", Ns, index=True),
    Column("changed_ns", Ns, nullable=False),
    UniqueConstraint("monitor", "environment"),
)

check_ins = Table(
    "check_ins",
    METADATA,
    Column("monitor_environment", ForeignKey("monitor_environments.id"), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("status", String(12), nullable=False),  # in_progress, ok, error, missed, timeout, unknown
    Column("started_ns", Ns, nullable=False),
    Column("updated_ns", Ns, nullable=False),
    Column("ended_ns", Ns, index=True),  # or was given up
    Column("counts", Boolean, nullable=False),  # whether the monitor is judged by it
    Column("expected_ns", Ns),
    Column("timeout_ns", Ns, index=True),  # only while it is in progress
    Column("duration_s", Float),
    Column("trace_id", String(32), nullable=False),
    Column("release", Text, nullable=False),
    Index(None, "monitor_environment", "started_ns"),
    Index(None, "monitor_environment", "ended_ns"),
)

monitor_incidents = Table(
    "monitor_incidents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("monitor_environment", ForeignKey("monitor_environments.id"), nullable=False, index=True),
    Column("hash", String(32), nullable=False),  # the grouping hash of its issue
    Column("started_ns", Ns, nullable=False),
    Column("resolved_ns", Ns),
)
