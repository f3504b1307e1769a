"""`fleaglass hub key`: make, list, replace and revoke the ingest keys that stand in DSNs."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from fleaglass.cli._hub._state import json_option, opened, state_options, when
from fleaglass.hub.access.keys import (
    IngestKey,
    NoSuchProject,
    add_key,
    all_keys,
    dsn,
    new_key,
    revoke_key,
    rotate_key,
)

__all__ = ["command"]

_url_option = click.option(
    "--url",
    metavar="URL",
    default="http://127.0.0.1:4318",
    show_default=True,
    help="The address that clients reach the hub by: it is part of the DSN.",
)


@click.group("key")
def command() -> None:
    """Make, list, replace and revoke ingest keys, each with its DSN. A hub may run meanwhile, and knows at once."""


@command.command("create")
@click.argument("name")
@click.option("--project", type=click.IntRange(1), default=1, show_default=True, help="The project's number.")
@_url_option
@state_options
def create(name: str, project: int, url: str, data: Path, state: str | None) -> None:
    """Make a key for a project and print its DSN.

    Example: fleaglass hub key create browser --url https://hub.example
    """
    try:
        with opened(data, state) as found, found.write() as connection:
            made = add_key(connection, project, name[:200], new_key(), time.time_ns())
    except NoSuchProject as error:
        raise click.UsageError(f"{error}; see fleaglass hub project list") from None
    click.echo(dsn(url, made))


@command.command("list")
@_url_option
@state_options
@json_option
def list_(url: str, data: Path, state: str | None, as_json: bool) -> None:
    """List the keys with their DSNs, the revoked ones too.

    Example: fleaglass hub key list --url https://hub.example
    """
    with opened(data, state) as found, found.read() as connection:
        keys = all_keys(connection)
    if as_json:
        click.echo(json.dumps([{**asdict(key), "dsn": dsn(url, key)} for key in keys]))
        return
    for key in keys:
        click.echo(_line(key, url))


@command.command("rotate")
@click.argument("public", metavar="KEY")
@_url_option
@state_options
def rotate(public: str, url: str, data: Path, state: str | None) -> None:
    """Put a new key in the place of KEY, which opens nothing from then on, and print its DSN.

    Exit code 1: there is no such key. Example: fleaglass hub key rotate 7d3f0a…
    """
    with opened(data, state) as found, found.write() as connection:
        made = rotate_key(connection, public, new_key(), time.time_ns())
    if made is None:
        raise click.ClickException("there is no such key that opens something")
    click.echo(dsn(url, made))


@command.command("revoke")
@click.argument("public", metavar="KEY")
@state_options
def revoke(public: str, data: Path, state: str | None) -> None:
    """Let KEY open nothing any more.

    Exit code 1: there is no such key. Example: fleaglass hub key revoke 7d3f0a…
    """
    with opened(data, state) as found, found.write() as connection:
        gone = revoke_key(connection, public, time.time_ns())
    if gone is None:
        raise click.ClickException("there is no such key that opens something")
    click.echo(f"the key {gone.name} of project {gone.project} is revoked", err=True)


def _line(key: IngestKey, url: str) -> str:
    end = "" if key.revoked_ns is None else f"  revoked {when(key.revoked_ns)}"
    return f"{dsn(url, key)}  {key.name}  made {when(key.added_ns)}{end}"
