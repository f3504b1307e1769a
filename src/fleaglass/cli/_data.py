"""`--data`, `--store` and `--state`: where a hub keeps things, the same in every command that takes them."""

from __future__ import annotations

from pathlib import Path

import click
import platformdirs

__all__ = ["data_option", "state_option", "store_option"]

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=lambda: Path(platformdirs.user_data_dir("fleaglass", appauthor=False)),
    show_default="the platform's data directory",
    help="The folder where the store is kept.",
)


def _engine(_: click.Context, __: click.Parameter, store: str | None) -> str | None:
    if store is not None:
        from fleaglass.hub.store.address import parse_address  # and with it the engine, which takes a moment

        try:
            parse_address(store)
        except ValueError as error:
            raise click.BadParameter(f"not an engine's address: {error}") from None
    return store


store_option = click.option(
    "--store",
    metavar="DSN",
    envvar="FLEAGLASS_STORE",
    callback=_engine,
    help="The engine's address: chdb://PATH, or a server's, clickhouse://USER:PASSWORD@HOST:PORT/DATABASE"
    "[?cluster=NAME&secure=true]; that better in the variable FLEAGLASS_STORE, or with password_file=PATH, since it "
    "holds a password.  [default: chdb:// inside --data]",
)


def _database(_: click.Context, __: click.Parameter, state: str | None) -> str | None:
    if state is not None and not state.startswith("postgresql://"):
        raise click.BadParameter("it is not an address of the form postgresql://USER:PASSWORD@HOST/DATABASE")
    return state


state_option = click.option(
    "--state",
    metavar="URL",
    envvar="FLEAGLASS_STATE",
    callback=_database,
    help="The database of issues, releases, monitors and tokens, postgresql://…; better in the variable "
    "FLEAGLASS_STATE, since it holds a password.  [default: SQLite inside --data]",
)
