"""`fleaglass alerts schema`: what an editor needs to help with a rules file."""

from __future__ import annotations

import json

import click

from fleaglass.alerts.rules import schema

__all__ = ["command"]


@click.command("schema")
def command() -> None:
    """Print the JSON schema of rules files. Editors that know TOML complete and check by it.

    Such editors take a first line of `#:schema ./alerts.schema.json`. What `fleaglass alerts check` finds beyond kinds
    and bounds, such as a route to nobody, they cannot know.

    Example: fleaglass alerts schema > alerts.schema.json
    """
    click.echo(json.dumps(schema(), indent=2))
