"""Whom a client means by a project: its number, or its slug."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from fleaglass.hub.access.projects import BadSlug, Project, add_project, all_projects
from fleaglass.hub.api.errors import Problem

__all__ = ["find_project", "made_projects"]


def find_project(connection: Connection, called: str) -> Project | None:
    """The project of that number or slug."""
    return next((each for each in all_projects(connection) if called in (each.slug, str(each.id))), None)


def made_projects(connection: Connection, called: Iterable[str | int], now_ns: int) -> list[int]:
    """Their numbers; a slug that is not known becomes a project. Raises Problem for what can be none."""
    return [_made(connection, str(each), now_ns).id for each in called]


def _made(connection: Connection, called: str, now_ns: int) -> Project:
    try:
        return find_project(connection, called) or add_project(connection, called, called, now_ns)
    except BadSlug as error:
        raise Problem(400, "bad_project", f"projects: {error}", "Name a project of the hub, or a new one.") from None
