"""`fleaglass ledger keys`: the keys that agents' logs are signed with; list them, change one, replace a lost one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fleaglass.cli._home import home_option
from fleaglass.cli._ledger._keys import read, verifier
from fleaglass.cli._ledger._writing import existing, opened, seams, told
from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.storage.keys import read_key
from fleaglass.ledger.storage.layout import layout_of, layouts_in
from fleaglass.ledger.succession import begin_anew
from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.errors import TreeError

__all__ = ["command"]


@click.group("keys")
def command() -> None:
    """The keys that agents' logs are signed with. Give the public ones to whoever verifies; the others stay."""


@command.command("list")
@click.argument("agent", required=False)
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print each log as one line of JSON.")
def list_(agent: str | None, home: Path, as_json: bool) -> None:
    """Print the public key of each log of a home, or of AGENT's alone, for `fleaglass ledger verify --vkey`.

    Exit code 1: a key is missing, or others may read it; which stands on standard error.

    Example: fleaglass ledger keys list vol-arb-1 > vol-arb-1.vkey
    """
    if agent is not None:
        existing(home, agent)
    layouts = list(layouts_in(home)) if agent is None else [layout_of(home, agent)]
    if not layouts:
        click.echo(f"there is no log in {home}: an agent begins one when it first spends", err=True)
    are_well = True
    for layout in layouts:
        if not layout.last_signed.exists() and not layout.key.exists():
            click.echo(f"{layout.folder.name}: no key yet; it is made when the first entries are signed", err=True)
            continue
        try:
            vkey = read_key(layout.key).public.text
        except (LedgerError, OSError) as error:
            are_well = False
            click.echo(f"{layout.folder.name}: {error}", err=True)
        else:
            click.echo(json.dumps({"log": layout.folder.name, "vkey": vkey}) if as_json else vkey)
    if not are_well:
        raise click.exceptions.Exit(1)


@command.command("rotate")
@click.argument("agent")
@click.option("--why", required=True, help="The reason; it stands in the log.")
@home_option
def rotate(agent: str, why: str, home: Path) -> None:
    """Let an agent's log go on with a new key, and print its public key.

    The log says so, and one checkpoint is signed by both keys: who has the old public key can verify that one, and
    then believe the new. The agent must not run meanwhile.

    Example: fleaglass ledger keys rotate vol-arb-1 --why "a year has passed"
    """
    with opened(home, agent) as ledger:
        click.echo(ledger.rotate_key(why=why))


@command.command("replace")
@click.argument("agent")
@click.option("--why", required=True, help="The reason; it stands in the new log.")
@click.option(
    "--trusted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The last checkpoint of the old log that is to be believed, such as one that a counterparty has kept.",
)
@click.option("--vkey", metavar="KEY", help="The public key of the old log, to check --trusted with.")
@home_option
def replace(agent: str, why: str, trusted: Path | None, vkey: str | None, home: Path) -> None:
    """Begin a new log for an agent whose key was lost or stolen, and print its public key.

    The old log stays where it is. The new one has another name, and its first entry commits to the trusted checkpoint
    of the old. The agent must not run meanwhile.

    Example: fleaglass ledger keys replace vol-arb-1 --why "stolen" --trusted mailed/checkpoint --vkey old.vkey
    """
    existing(home, agent)
    believed = _believed(trusted, vkey)
    with told():
        begin_anew(home, agent, believed, why=why, seams=seams())
        click.echo(read_key(layout_of(home, agent).key).public.text)


def _believed(trusted: Path | None, vkey: str | None) -> Checkpoint | None:
    """The checkpoint that the new log begins with."""
    if (trusted is None) is not (vkey is None):
        raise click.UsageError("--trusted and --vkey go together")
    if trusted is None or vkey is None:
        return None
    try:
        return open_checkpoint(read(trusted), [verifier(vkey)]).checkpoint
    except TreeError as error:
        raise click.UsageError(f"{trusted} is no checkpoint of the old log: {error}") from None
