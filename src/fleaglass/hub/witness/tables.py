"""witness_logs ◁─ witness_checkpoints      what was trusted and cosigned        witness_alarms      and what was not"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["witness_alarms", "witness_checkpoints", "witness_logs"]

witness_logs = Table(
    "witness_logs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("origin", Text, nullable=False, unique=True),
    Column("vkey", Text, nullable=False),
    Column("added_ns", Ns, nullable=False),
    Column("key_since_ns", Ns, nullable=False),  # later than added_ns after a rotation
)

witness_checkpoints = Table(
    "witness_checkpoints",
    METADATA,
    Column("log", ForeignKey("witness_logs.id"), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),
    Column("note", Text, nullable=False),  # with the signatures that were verified, and ours
    Column("first_ns", Ns, nullable=False),
    Column("last_ns", Ns, nullable=False),
)

witness_alarms = Table(
    "witness_alarms",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("log", ForeignKey("witness_logs.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # fork, went_back, unproved, other_key
    Column("subject", String(90), nullable=False),  # size and root of what was shown, or the digest of a key
    Column("held", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_ns", Ns, nullable=False, index=True),
    Column("last_ns", Ns, nullable=False),
    Column("explained_ns", Ns),  # when it was shown after all that nothing had been changed
    UniqueConstraint("log", "kind", "subject"),
)
