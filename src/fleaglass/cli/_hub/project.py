"""`fleaglass hub project`: make and list what events are sent to."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from fleaglass.cli._hub._state import json_option, opened, state_options, when
from fleaglass.hub.access.projects import BadSlug, SlugTaken, add_project, all_projects

__all__ = ["command"]


@click.group("project")
def command() -> None:
    """Make and list projects. Each has keys of its own; every hub has the project 1, agents."""


@command.command("create")
@click.argument("slug")
@click.option("--name", help="For people.  [default: the slug]")
@state_options
def create(slug: str, name: str | None, data: Path, state: str | None) -> None:
    """Make a project and print its number.

    Example: fleaglass hub project create web --name "Web pages"
    """
    try:
        with opened(data, state) as found, found.write() as connection:
            made = add_project(connection, slug, (name or slug)[:200], time.time_ns())
    except (BadSlug, SlugTaken) as error:
        raise click.UsageError(str(error)) from None
    click.echo(str(made.id))


@command.command("list")
@state_options
@json_option
def list_(data: Path, state: str | None, as_json: bool) -> None:
    """List the projects.

    Example: fleaglass hub project list
    """
    with opened(data, state) as found, found.read() as connection:
        projects = all_projects(connection)
    if as_json:
        click.echo(json.dumps([asdict(project) for project in projects]))
        return
    for project in projects:
        click.echo(f"{project.id:4}  {project.slug:20}  made {when(project.added_ns)}  {project.name}")
