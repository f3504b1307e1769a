"""Whom a client means by a project: its number, or its slug."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, func, select

from fleaglass.hub.access.tables import projects
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.releases.records import Project

__all__ = ["find_project", "list_projects", "made_projects"]

_SLUG: Final = re.compile(r"(?![0-9]+$)[a-z0-9_][a-z0-9_-]{0,99}")


def list_projects(connection: Connection) -> list[Project]:
    """All of them, by slug."""
    return [
        Project(row.id, row.slug, row.name) for row in connection.execute(select(projects).order_by(projects.c.slug))
    ]


def find_project(connection: Connection, called: str) -> Project | None:
    """The project of that number or slug."""
    by_number = called.isascii() and called.isdigit() and len(called) <= 9
    condition = projects.c.id == int(called) if by_number else projects.c.slug == called
    row = connection.execute(select(projects).where(condition)).first()
    return None if row is None else Project(row.id, row.slug, row.name)


def made_projects(connection: Connection, called: Iterable[str | int], now_ns: int) -> list[int]:
    """Their numbers; a slug that is not known becomes a project. Raises Problem for what can be none."""
    return [_made(connection, str(each), now_ns) for each in called]


def _made(connection: Connection, called: str, now_ns: int) -> int:
    known = find_project(connection, called)
    if known is not None:
        return known.id
    if not _SLUG.fullmatch(called):
        raise Problem(
            400,
            "bad_project",
            f"projects: there is no project {called[:100]!r}, and none can be called so",
            "A slug has up to 100 lower-case letters, digits, - and _, and is no number.",
        )
    # The hub's first project was made with its number given, which PostgreSQL's own counting does not hear of.
    number = connection.execute(select(func.coalesce(func.max(projects.c.id), 0) + 1)).scalar_one()
    connection.execute(projects.insert().values(id=number, slug=called, name=called, added_ns=now_ns))
    return int(number)
