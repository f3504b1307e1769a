"""Ingest keys: what a DSN shows in order to send to its project. They open nothing else, so they may be public."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from fleaglass.hub.access.tables import ingest_keys, projects

__all__ = ["IngestKey", "NoSuchProject", "add_key", "all_keys", "dsn", "new_key", "revoke_key", "rotate_key"]


class NoSuchProject(ValueError):
    """A key can only be made for a project that is there."""


@dataclass(frozen=True, slots=True)
class IngestKey:
    """A key of a project. Times are Unix nanoseconds."""

    public: str
    project: int
    name: str
    added_ns: int
    revoked_ns: int | None = None


def new_key() -> str:
    """A new key's text: 32 hex digits, as Sentry's clients expect one."""
    return secrets.token_hex(16)


def dsn(server: str, key: IngestKey) -> str:
    """What a Sentry client is given; `server` is the scheme, host and port that it reaches the hub by."""
    parts = urlsplit(server)
    return f"{parts.scheme}://{key.public}@{parts.netloc}{parts.path.rstrip('/')}/{key.project}"


def all_keys(connection: Connection) -> list[IngestKey]:
    """In the order they were made, the revoked ones too."""
    order = ingest_keys.c.added_ns, ingest_keys.c.public
    return [IngestKey(**row) for row in connection.execute(select(ingest_keys).order_by(*order)).mappings()]


def add_key(connection: Connection, project: int, name: str, public: str, now_ns: int) -> IngestKey:
    """Make a key for a project. Raises NoSuchProject."""
    if connection.execute(select(projects.c.id).where(projects.c.id == project)).first() is None:
        raise NoSuchProject(f"there is no project {project}")
    connection.execute(ingest_keys.insert().values(public=public, project=project, name=name, added_ns=now_ns))
    return IngestKey(public, project, name, now_ns)


def revoke_key(connection: Connection, public: str, now_ns: int) -> IngestKey | None:
    """Let a key open nothing from now on; None if there is no such key that opens something."""
    where = ingest_keys.c.public == public, ingest_keys.c.revoked_ns.is_(None)
    row = connection.execute(select(ingest_keys).where(*where)).mappings().first()
    connection.execute(ingest_keys.update().where(*where).values(revoked_ns=now_ns))
    return IngestKey(**{**row, "revoked_ns": now_ns}) if row is not None else None


def rotate_key(connection: Connection, public: str, fresh: str, now_ns: int) -> IngestKey | None:
    """Put another key of the same project and name in a key's place; None if there is no such key."""
    old = revoke_key(connection, public, now_ns)
    return add_key(connection, old.project, old.name, fresh, now_ns) if old is not None else None
