"""`fleaglass ledger erase`: forget what commitments stand for, and leave every proof as it is."""

from __future__ import annotations

from pathlib import Path

import click

from fleaglass.cli._home import home_option
from fleaglass.cli._ledger._folder import LogFolder
from fleaglass.cli._ledger._writing import existing, opened
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.layout import layout_of

__all__ = ["command"]


@click.command("erase")
@click.argument("agent")
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
@click.option("--name", "names", multiple=True, metavar="FIELD", help="Only fields of this name; again for more.")
@click.option("--by", required=True, metavar="WHO", help="Who wants it; it stands in the log.")
@click.option("--why", required=True, help="The reason; it stands in the log.")
@home_option
def command(agent: str, entries: tuple[str, ...], names: tuple[str, ...], by: str, why: str, home: Path) -> None:
    """Erase the values that an agent's entries commit to, with their salts, and say so in the log.

    ENTRY is an entry's index, or its id. The commitments stay, so that every proof still holds, and nobody can find a
    value by trying. What was handed out before, or lies in backups, is not erased. The agent must not run meanwhile.

    Example: fleaglass ledger erase vol-arb-1 41 --name counterparty_id --by ada --why "they asked for it"
    """
    existing(home, agent)
    log = LogFolder(LogFiles(layout_of(home, agent).folder))
    ids = _ids(log, entries)
    with opened(home, agent) as ledger:
        ledger.checkpoint()  # by now all that may be erased is in its file
        count = sum(one.entry in ids and (not names or one.name in names) for one in log.disclosures())
        if not count:
            raise click.UsageError("nothing is there to erase: these entries commit to no such value, or it is erased")
        ledger.erase(ids, by=by, why=why, names=names)
    click.echo(f"erased {_number(count, 'value', 'values')} of {_number(len(ids), 'entry', 'entries')} of {agent}")


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _ids(log: LogFolder, asked: tuple[str, ...]) -> list[str]:
    """The ids of these entries, each of which must be there."""
    known = {key: entry.id for entry in log.entries() for key in (entry.seq, entry.id)}
    if unknown := [each for each in asked if each not in known]:
        raise click.UsageError(f"{log.files.home.name} has no entry {unknown[0]}")
    return list(dict.fromkeys(known[each] for each in asked))
