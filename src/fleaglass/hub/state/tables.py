"""What belongs to no room: how far the hub has read, and what clients say they dropped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from fleaglass.hub.state.metadata import METADATA

__all__ = ["client_reports", "marks"]

marks = Table(
    "marks",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

client_reports = Table(
    "client_reports",
    METADATA,
    Column("project", ForeignKey("projects.id"), primary_key=True),
    Column("hour", Integer, primary_key=True),  # hours since 1970
    Column("category", String(64), primary_key=True),
    Column("reason", String(64), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
)
