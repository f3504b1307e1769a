"""`fleaglass ledger keys`: the public key of an agent's ledger, and another in its place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from fleaglass.cli._home import home_option
from fleaglass.cli._ledger._keys import read
from fleaglass.ledger.errors import LedgerError, LedgerKeyError
from fleaglass.ledger.log import Ledger, Seams
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.keys import Keys
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.succession import begin_anew
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.note import Note

__all__ = ["command"]


@click.command("keys")
@click.argument("agent")
@home_option
@click.option("--rotate", is_flag=True, help="Go on with a new key; the next checkpoint is signed by both.")
@click.option("--succeed", is_flag=True, help="Begin a new log in place of one whose key is lost or stolen.")
@click.option("--why", help="The reason; it stands in the log. For --rotate and --succeed.")
@click.option(
    "--trusted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="For --succeed: a file with the last checkpoint of the old log that is trusted, such as a counterparty's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(
    agent: str, home: Path, rotate: bool, succeed: bool, why: str | None, trusted: Path | None, as_json: bool
) -> None:
    """Print the public key (vkey) of an agent's ledger, and check that nobody else can read the private one.

    The vkey is what others verify with: give it to them by another way than the log itself. To change the key, stop
    the agent first. Exit codes: 0 as asked, 1 the key is missing or may be read by others, or somebody writes the log,
    2 wrong arguments.

    Example: fleaglass ledger keys vol-arb-1 --rotate --why "a laptop was lost"
    """
    if rotate and succeed:
        raise click.UsageError("--rotate needs the old key, --succeed is for when it is gone: name one")
    if (rotate or succeed) != (why is not None) or (trusted is not None and not succeed):
        raise click.UsageError("--why goes with --rotate or --succeed, and they with it; --trusted goes with --succeed")
    layout = layout_of(home, agent)
    if not layout.folder.is_dir():
        raise click.UsageError(f"{agent} has no ledger: {layout.folder} is not there")
    try:
        if rotate:
            _rotate(layout, agent, why or "")
        elif succeed:
            begin_anew(home, agent, _trusted(trusted, layout), why=why or "", seams=_seams())
            layout = layout_of(home, agent)
        vkey = _vkey(layout)
    except LedgerError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps({"origin": layout.origin, "vkey": vkey, "log": str(layout.folder)}) if as_json else vkey)


def _vkey(layout: Layout) -> str:
    """Of the key that lies there; none is made. Raises `LedgerKeyError`."""
    keys = Keys(Files(System(), layout.new), layout.keys, layout.origin, os.urandom)
    if not keys.path.exists():
        raise LedgerKeyError(f"{keys.path} is missing; put it back, or begin a new log with --succeed")
    keys.check(is_needed=True)
    return keys.signer().public.text


def _rotate(layout: Layout, agent: str, why: str) -> None:
    ledger = Ledger.open_at(layout, agent, seams=_seams())
    try:
        ledger.rotate_key(why=why)
    finally:
        ledger.close()


def _trusted(path: Path | None, layout: Layout) -> Checkpoint | None:
    """The newest checkpoint of the old log in a file."""
    if path is None:
        return None
    data = read(path)
    try:
        found = [Checkpoint.parse(Note.parse(note).text) for note in notes_in(data)]
    except TreeError as error:
        raise click.UsageError(f"{path}: {error}") from None
    own = [each for each in found if each.origin == layout.origin]
    if not own:
        raise click.UsageError(f"{path} has no checkpoint of {layout.origin}")
    return max(own, key=lambda each: each.size)


def _seams() -> Seams:
    return Seams(say=lambda line: click.echo(line, err=True))
