"""`fleaglass hub token`: make, list and revoke API tokens."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from fleaglass.cli._hub._state import json_option, opened, state_options, when
from fleaglass.hub.access.scopes import SCOPES, Scope
from fleaglass.hub.access.tokens import Token, add_token, all_tokens, new_secret, revoke_token

__all__ = ["command"]


@click.group("token")
def command() -> None:
    """Make, list and revoke API tokens. A hub may run meanwhile, and knows at once."""


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="ingest: send telemetry. read: see everything. write: change issues, releases and monitors as well. "
    "admin: everything. May be repeated.",
)
@state_options
@json_option
def create(name: str, scopes: tuple[Scope, ...], data: Path, state: str | None, as_json: bool) -> None:
    """Make a token and print it: this once, for the hub keeps only its SHA-256.

    Example: fleaglass hub token create trading-box --scope ingest
    """
    secret = new_secret()
    with opened(data, state) as found, found.write() as connection:
        made = add_token(connection, _name(name), scopes, secret, time.time_ns())
    click.echo(json.dumps({**asdict(made), "token": secret}) if as_json else secret)
    click.echo(f"token {made.id}, {made.name}: {', '.join(made.scopes)}. It is not shown again.", err=True)


@command.command("list")
@state_options
@json_option
def list_(data: Path, state: str | None, as_json: bool) -> None:
    """List the tokens, without their secrets, the revoked ones too.

    Example: fleaglass hub token list
    """
    with opened(data, state) as found, found.read() as connection:
        tokens = list(all_tokens(connection).values())
    if as_json:
        click.echo(json.dumps([asdict(token) for token in tokens]))
        return
    for token in tokens:
        click.echo(_line(token))


@command.command("revoke")
@click.argument("number", type=click.IntRange(1))
@state_options
def revoke(number: int, data: Path, state: str | None) -> None:
    """Let the token NUMBER, of `fleaglass hub token list`, open nothing any more, nor logins that it made.

    Exit code 1: there is no such token. Example: fleaglass hub token revoke 2
    """
    with opened(data, state) as found, found.write() as connection:
        if not revoke_token(connection, number, time.time_ns()):
            raise click.ClickException(f"there is no token {number} that opens something")
    click.echo(f"token {number} is revoked", err=True)


def _name(name: str) -> str:
    if not 1 <= len(name) <= 200:
        raise click.BadParameter("a name has 1 to 200 characters")
    return name


def _line(token: Token) -> str:
    end = f"revoked {when(token.revoked_ns)}" if token.revoked_ns is not None else f"last used {when(token.used_ns)}"
    return f"{token.id:4}  {token.hint}…  {','.join(token.scopes):20}  made {when(token.added_ns)}  {end}  {token.name}"
