"""`fleaglass ledger reconcile`: the log of an agent beside the venue's own history."""

from __future__ import annotations

import csv
import io
import os
import time
from collections import defaultdict
from collections.abc import Sequence

import click
import msgspec

from fleaglass.cli._ledger._folder import LogFolder, logs_argument
from fleaglass.cli._ledger._since import since_option
from fleaglass.cli._ledger._venue import Source, history_of
from fleaglass.ledger.reconcile import Claim, Reconciliation, UnusableEntry, claims_of, reconcile
from fleaglass.ledger.reconcile.report import COLUMNS, as_json, as_rows, as_text
from fleaglass.ledger.reconcile.saved import FOLDER, SavedReport, saved

__all__ = ["command"]


@click.command("reconcile")
@logs_argument
@click.option(
    "--venue",
    required=True,
    metavar="FILE|guide|live",
    help="The venue's history: a file, a sandbox's database, or the API by one of the two profiles.",
)
@click.option("--base-url", metavar="URL", help="Where the API is, if not where the profile says.")
@click.option("--account", metavar="ID", help="Whose history it is, in a database of several accounts.")
@since_option
@click.option("--save", is_flag=True, help="Also keep a report in the home of each ledger, which the hub shows.")
@click.option("--json", "as_json_", is_flag=True, help="Print one line of JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a row for each finding and field that differs.")
def command(
    logs: tuple[LogFolder, ...],
    venue: str,
    base_url: str | None,
    account: str | None,
    since_ns: int | None,
    save: bool,
    as_json_: bool,
    as_csv: bool,
) -> None:
    """Compare what agents logged with what the venue lists: the one way to find what was never logged.

    DIR is the home of an agent's ledger. Name those of all agents that share the account, or what the others did is
    missing. The log is taken at its word: see that it is genuine by `fleaglass ledger verify`.

    The key of the API is read from PURPLE_FLEA_API_KEY, and of a service that has its own from such as
    PURPLE_FLEA_TRADING_API_KEY. Exit codes: 0 both can be right, 1 they cannot, 2 misuse, or something could not be
    read.

    Example: fleaglass ledger reconcile ~/.local/state/fleaglass/ledger/vol-arb-1 --venue live
    """
    if as_json_ and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    claims = [claim for folder in logs for claim in _claims(folder)]
    history, troubles = history_of(Source(venue, base_url, account), claims, time.time_ns())
    for trouble in troubles:
        click.echo(trouble, err=True)
    found = reconcile(claims, history, since_ns=since_ns)
    if save:
        _save(logs, saved(found, at_ns=time.time_ns(), venue=venue, troubles=troubles))
    if as_json_:
        click.echo(msgspec.json.encode({**as_json(found), "troubles": troubles}).decode())
    elif as_csv:
        click.echo(_csv(found), nl=False)
    else:
        click.echo("\n".join(as_text(found)))
    if troubles or not found.is_clean:
        raise click.exceptions.Exit(2 if found.is_clean else 1)


def _save(logs: Sequence[LogFolder], report: SavedReport) -> None:
    """A file for each log, which only its owner may read."""
    for folder in logs:
        path = folder.files.home / FOLDER / f"{report.at_ns}.json"
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(report))
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def _claims(folder: LogFolder) -> Sequence[Claim]:
    if unsigned := folder.unsigned():
        click.echo(f"{folder.files.home}: {len(unsigned)} entries, none signed yet", err=True)
    disclosed: dict[str, dict[str, str]] = defaultdict(dict)
    for one in folder.disclosures():
        disclosed[one.entry][one.name] = one.value
    try:
        return claims_of(folder.entries(), disclosed)
    except UnusableEntry as error:
        raise click.UsageError(f"{folder.files.home}: {error}") from None


def _csv(found: Reconciliation) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(as_rows(found))
    return text.getvalue()
