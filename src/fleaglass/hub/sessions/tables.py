"""sessions      one row a session, as its last update left it        session_counts      those that came counted"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["session_counts", "sessions"]

sessions = Table(
    "sessions",
    METADATA,
    Column("project", ForeignKey("projects.id"), primary_key=True),
    Column("sid", String(32), primary_key=True),
    Column("release", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("user", Text, nullable=False),  # `did`; "" when none was sent
    Column("status", String(12), nullable=False),  # ok, exited, crashed, abnormal
    Column("inferred", Boolean, nullable=False),  # the hub concluded the status: nothing was heard
    Column("errors", Integer, nullable=False),
    Column("started_ns", Ns, nullable=False),
    Column("seen_ns", Ns, nullable=False),
    Column("duration_s", Float),
    Index(None, "release", "started_ns"),
    Index(None, "status", "seen_ns"),
    Index(None, "started_ns"),
)

session_counts = Table(
    "session_counts",
    METADATA,
    Column("project", ForeignKey("projects.id"), primary_key=True),
    Column("release", Text, primary_key=True),
    Column("environment", Text, primary_key=True),
    Column("started_ns", Ns, primary_key=True),  # to the minute
    Column("exited", BigInteger, nullable=False),
    Column("errored", BigInteger, nullable=False),
    Column("crashed", BigInteger, nullable=False),
    Column("abnormal", BigInteger, nullable=False),
    Index(None, "started_ns"),
)
