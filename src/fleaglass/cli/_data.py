"""`--data` and `--store`: where a hub's store is, the same in every command that takes them."""

from __future__ import annotations

from pathlib import Path

import click
import platformdirs

__all__ = ["data_option", "store_option"]

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=lambda: Path(platformdirs.user_data_dir("fleaglass", appauthor=False)),
    show_default="the platform's data directory",
    help="The folder where the store is kept.",
)


def _embedded(_: click.Context, __: click.Parameter, store: str | None) -> str | None:
    if store is not None and not store.startswith("chdb://"):
        raise click.BadParameter(f"{store!r} is not an address of the form chdb://PATH")
    return store


store_option = click.option(
    "--store",
    metavar="DSN",
    callback=_embedded,
    help="The engine's address, chdb://PATH.  [default: chdb:// inside --data]",
)
