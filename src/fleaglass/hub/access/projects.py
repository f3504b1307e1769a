"""Projects: what events are sent to, and what a DSN ends in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from fleaglass.hub.access.tables import projects

__all__ = ["FIRST", "BadSlug", "Project", "SlugTaken", "add_first_project", "add_project", "all_projects", "rename"]

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class BadSlug(ValueError):
    """A slug that could not stand in an address."""


class SlugTaken(ValueError):
    """Another project has the slug."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project. Its number is in DSNs, its slug in addresses for people and for sentry-cli."""

    id: int
    slug: str
    name: str
    added_ns: int


FIRST: Final = Project(1, "agents", "Agents", 0)
"""The project that every hub has."""


def all_projects(connection: Connection) -> list[Project]:
    """In the order they were made."""
    return [Project(**row) for row in connection.execute(select(projects).order_by(projects.c.id)).mappings()]


def add_first_project(connection: Connection, now_ns: int) -> None:
    """Make the project that every hub has, if it is not there."""
    if connection.execute(select(projects.c.id).where(projects.c.id == FIRST.id)).first() is None:
        connection.execute(projects.insert().values(id=FIRST.id, slug=FIRST.slug, name=FIRST.name, added_ns=now_ns))


def add_project(connection: Connection, slug: str, name: str, now_ns: int) -> Project:
    """Make a project. Raises BadSlug, SlugTaken."""
    _check(connection, slug, but=None)
    # Not the database's own sequence: PostgreSQL's would not know of the first project, whose number was given.
    number = (connection.execute(select(func.max(projects.c.id))).scalar() or 0) + 1
    project = Project(number, slug, name, now_ns)
    connection.execute(
        projects.insert().values(id=project.id, slug=project.slug, name=project.name, added_ns=project.added_ns)
    )
    return project


def rename(connection: Connection, number: int, slug: str, name: str) -> Project | None:
    """Give a project another slug and name; None if there is no such project. Raises BadSlug, SlugTaken."""
    _check(connection, slug, but=number)
    where = projects.c.id == number
    connection.execute(projects.update().where(where).values(slug=slug, name=name))
    row = connection.execute(select(projects).where(where)).mappings().first()
    return Project(**row) if row is not None else None


def _check(connection: Connection, slug: str, but: int | None) -> None:
    if not _SLUG.fullmatch(slug) or slug.isdigit():  # a number would be taken for the project's own
        raise BadSlug(f"a slug has small letters, digits, - and _, and is no number, got {slug[:100]!r}")
    holder = connection.execute(select(projects.c.id).where(projects.c.slug == slug)).scalar()
    if holder is not None and holder != but:
        raise SlugTaken(f"project {holder} has the slug {slug!r}")
