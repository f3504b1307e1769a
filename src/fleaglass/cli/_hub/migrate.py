"""`fleaglass hub migrate`: bring a store's tables to this version's."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from fleaglass.cli._data import data_option, store_option
from fleaglass.hub.store import EngineError, StoreHeld, WrongSchema, place_of, store_dsn
from fleaglass.hub.store.clients import Clients
from fleaglass.hub.store.schema import SCHEMA, migrate

__all__ = ["command"]


@click.command("migrate")
@data_option
@store_option
@click.option("--dry-run", is_flag=True, help="Print the statements, and change nothing.")
def command(data: Path, store: str | None, dry_run: bool) -> None:
    """Bring the tables of a store to this version's, from any earlier version's; where they are, it does nothing.

    For a ClickHouse server: once before the first hub starts, and with every new version that asks for it, while hubs
    go on. An embedded store is brought forward by the hub that opens it.

    Example: FLEAGLASS_STORE=clickhouse://fleaglass:…@db.example/fleaglass?cluster=main fleaglass hub migrate --dry-run
    """
    place = place_of(store_dsn(data, store))
    if place.folder is not None and not place.folder.is_dir():
        raise click.UsageError(f"there is no store in {place.folder.parent}; name its folder with --data")
    try:
        with place.owned(), closing(Clients(place)) as clients:
            before, statements = migrate(clients.query, place, dry_run=dry_run)
    except (StoreHeld, WrongSchema) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"the store cannot be used: {error.strerror or error}") from None
    except EngineError as error:
        raise click.ClickException(f"the store {place.shown} cannot be migrated: {error}") from None
    if dry_run:
        for statement in statements:
            click.echo(f"{statement};")
    if before == SCHEMA:
        click.echo(f"{place.shown}: its tables are of version {SCHEMA}, which is this one's", err=True)
    else:
        done = "would go" if dry_run else "went"
        click.echo(f"{place.shown}: {done} from version {before} to {SCHEMA}, {len(statements)} statements", err=True)
