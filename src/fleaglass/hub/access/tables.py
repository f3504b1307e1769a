"""projects ◁─ ingest_keys      what may send        tokens ◁─ logins      what may ask, and change"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table

from fleaglass.hub.state.metadata import METADATA, Ns

__all__ = ["ingest_keys", "logins", "projects", "tokens"]

projects = Table(
    "projects",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("slug", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("added_ns", Ns, nullable=False),
)

ingest_keys = Table(
    "ingest_keys",
    METADATA,
    Column("public", String(64), primary_key=True),  # it stands in DSNs, so it is no secret
    Column("project", ForeignKey("projects.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("added_ns", Ns, nullable=False),
    Column("revoked_ns", Ns),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256: the token itself is shown once
    Column("hint", String(16), nullable=False),  # its first characters, to tell tokens apart
    Column("scopes", JSON, nullable=False),
    Column("added_ns", Ns, nullable=False),
    Column("used_ns", Ns),
    Column("revoked_ns", Ns),
)

logins = Table(
    "logins",
    METADATA,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the browser's cookie holds
    Column("token", ForeignKey("tokens.id"), nullable=False),
    Column("expires_ns", Ns, nullable=False),
)
