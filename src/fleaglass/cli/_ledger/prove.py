"""`fleaglass ledger prove`: that an entry is in a log, as a file for who has only the log's public key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from fleaglass.cli._ledger._anchors import cosigned
from fleaglass.cli._ledger._keys import policy_option
from fleaglass.ledger.prove import By, find, prove
from fleaglass.ledger.reading import LogFiles, UnusableLog
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.tree.proof import SUFFIX

__all__ = ["command"]


@click.command("prove")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.argument("index", required=False, type=click.IntRange(min=0))
@click.option("--order", metavar="ID", help="Every entry that names this order.")
@click.option("--span", metavar="ID", help="Every entry that was written in this span.")
@click.option("--entry", metavar="ID", help="The entry with this id.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="here",
    help="The folder to write into; made if need be.",
)
@policy_option
@click.option("--json", "as_json", is_flag=True, help="Print each proof as one line of JSON.")
def command(
    folder: Path,
    index: int | None,
    order: str | None,
    span: str | None,
    entry: str | None,
    out: Path,
    policy: Policy | None,
    as_json: bool,
) -> None:
    """Write a proof that an entry is in a log: a file with the entry, its path to the root, and the checkpoint.

    DIR is as in `fleaglass ledger verify`; INDEX is the entry's place, from 0, as in the attribute pf.ledger.index of
    its span. With --policy the checkpoint is the newest that its witnesses have cosigned. Who receives the file needs
    the log's public key and `fleaglass ledger check-proof`, and no connection. Exit codes: 0 written, 1 no such entry,
    or the log is damaged, 2 no log or wrong arguments.

    Example: fleaglass ledger prove ledger/vol-arb-1 --order 7f3a21c0
    """
    wanted: dict[By, str | None] = {"order": order, "span": span, "entry": entry}
    given = [(by, id_) for by, id_ in wanted.items() if id_]
    if len(given) + (index is not None) != 1:
        raise click.UsageError("name one entry: by INDEX, --order, --span or --entry")
    files = LogFiles(folder)
    try:
        places = [index] if index is not None else list(find(files, *given[0]))
        note = b"" if policy is None else _cosigned(files, policy)
        _write(files, places, note, out, as_json)
    except UnusableLog as error:
        raise click.UsageError(str(error)) from None
    except TreeError as error:
        raise click.ClickException(f"{error}; `fleaglass ledger verify` says what is wrong with a log") from None
    if not places:
        raise click.ClickException(f"no entry of the log has the {given[0][0]} {given[0][1]}")


def _cosigned(files: LogFiles, policy: Policy) -> bytes:
    """The newest checkpoint that the policy is content with."""
    found = cosigned(files, policy)
    if not found:
        raise click.ClickException("no checkpoint was kept that the policy's witnesses have cosigned")
    return found[-1]


def _write(files: LogFiles, places: Sequence[int], note: bytes, out: Path, as_json: bool) -> None:
    """A file for each."""
    for index in places:
        proof = prove(files, index, note)
        path = out / f"{files.home.name}-{index}{SUFFIX}"
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(proof.encode())
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
        click.echo(json.dumps({"index": index, "file": str(path)}) if as_json else path)
