"""Writing into an agent's log from the command line, while the agent does not run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fleaglass.ledger.errors import LedgerBusy, LedgerError
from fleaglass.ledger.log import Ledger, Seams
from fleaglass.ledger.storage.layout import layout_of

__all__ = ["existing", "opened", "seams", "told"]


def existing(home: Path, agent: str) -> None:
    """That there is such a log: none is begun because of a slip of the pen. Raises `click.UsageError`."""
    if not layout_of(home, agent).folder.is_dir():
        raise click.UsageError(f"{agent} has no log in {home}")


@contextmanager
def opened(home: Path, agent: str) -> Iterator[Ledger]:
    """The agent's log, for ``with``; closed in the end. What can go wrong is told in a line."""
    existing(home, agent)
    with told():
        ledger = Ledger.open(home, agent, seams=seams())
        try:
            yield ledger
        finally:
            ledger.close()


def seams() -> Seams:
    """The world, to which warnings go by standard error."""
    return Seams(say=lambda text: click.echo(text, err=True))


@contextmanager
def told() -> Iterator[None]:
    """What can go wrong, in a line."""
    try:
        yield
    except LedgerBusy as error:
        raise click.UsageError(str(error)) from None
    except (LedgerError, OSError) as error:
        raise click.ClickException(str(error)) from None
