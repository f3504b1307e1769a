"""`fleaglass hub backup` and `fleaglass hub restore`: all that a hub keeps, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from fleaglass import __version__
from fleaglass.cli._data import data_option, store_option
from fleaglass.cli._hub_api import post
from fleaglass.hub.store import EngineError, StoreHeld, WrongSchema, place_of, store_dsn
from fleaglass.hub.store.backup import BackupError, make_backup
from fleaglass.hub.store.backup import restore as restore_backup
from fleaglass.hub.store.engine import own

__all__ = ["command", "restore"]

_FOLDER = click.Path(file_okay=False, path_type=Path, resolve_path=True)


@click.command("backup")
@click.argument("dest", type=_FOLDER)
@data_option
@store_option
@click.option("--from", "url", metavar="URL", help="The address of a hub that runs on this machine; it goes on.")
@click.option(
    "--token",
    envvar="FLEAGLASS_HUB_TOKEN",
    show_envvar=True,
    help="A token with the scope admin, for --from where the hub asks for one.",
)
def command(dest: Path, data: Path, store: str | None, url: str | None, token: str | None) -> None:
    """Write the store and the hub's databases into DEST, a folder that is new or empty.

    Without --from the hub must have stopped. Example: fleaglass hub backup /backups/monday --from
    http://127.0.0.1:4318
    """
    if url is not None:
        _ask(url, dest, token)
        return
    folder = place_of(store_dsn(data, store)).folder
    if folder is not None and not folder.is_dir():
        raise click.UsageError(f"there is no store in {folder.parent}; name its folder with --data")
    with _told():
        try:
            with own(store_dsn(data, store)) as engine:
                made = make_backup(engine.query, folder, data, dest, __version__, datetime.now(UTC))
        except StoreHeld as error:
            raise click.UsageError(f"{error}, or ask the hub itself with --from http://127.0.0.1:4318") from None
    _done(dest, len(made.files), made.total_bytes, made.rows)


@click.command("restore")
@click.argument("source", metavar="SRC", type=_FOLDER)
@data_option
def restore(source: Path, data: Path) -> None:
    """Make the folder --data, which must be new or empty, what it was when the backup SRC was made.

    Every file is held against its checksum. Example: fleaglass hub restore /backups/monday --data ~/fleaglass
    """
    with _told():
        made = restore_backup(source, data, __version__)
    _done(data, len(made.files), made.total_bytes, made.rows)


def _ask(url: str, dest: Path, token: str | None) -> None:
    """Have a running hub do it; it takes as long as copying takes."""
    told = post(url, "/api/v1/backup", {"to": str(dest)}, token, _Made)
    _done(dest, told.files, told.bytes, told.rows)


class _Made(msgspec.Struct):
    """What the hub answers of a backup that it made."""

    files: int
    bytes: int
    rows: dict[str, int]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BackupError, WrongSchema) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'the disk'}: {error.strerror or error}") from None
    except EngineError as error:
        raise click.ClickException(f"the store cannot be used: {error}") from None


def _done(folder: Path, files: int, size: int, rows: dict[str, int]) -> None:
    counted = ", ".join(f"{number} {table}" for table, number in rows.items() if number)
    click.echo(f"{folder}: {files} files, {size} bytes; rows: {counted or 'none'}")
