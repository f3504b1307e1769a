"""A backup of what a hub keeps: a folder that holds the store's parts, its databases, and what they should be.

    DEST/manifest.json         version, when, rows by table, and of every file its size and SHA-256
    DEST/store/TABLE/PART/…    the engine's parts, as they lie on disk
    DEST/state.db …            every SQLite database of the data folder
    DEST/witness/key           the hub's private key as a witness, for its owner alone: with another the hub is another

FREEZE gives a table's parts a second name at one moment; parts never change, so they are copied while the hub goes on.
Only an embedded store's files lie where they can be copied; a server's are backed up by its own BACKUP.
A database is copied by SQLite's own backup. A backup is made beside DEST and takes its name when it is complete and on
disk; so is a restored folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.hub.store.engine import EngineError, Row, own
from fleaglass.hub.store.schema import NUMBERS
from fleaglass.hub.store.tables import TABLES

__all__ = ["BackupError", "Copied", "Manifest", "make_backup", "restore"]

FORMAT: Final = 1
"""What this version writes, and the newest that it reads."""

_MANIFEST: Final = "manifest.json"
_FROZEN: Final = "backup"
_WITNESS_KEY: Final = "witness/key"
_CHUNK_BYTES: Final = 1024 * 1024
_TABLES: Final = sorted(table.name for table in TABLES if table.name != NUMBERS)
"""What is backed up. A restored store is made by this version, so it has this version's number."""

Query = Callable[[str], list[Row]]


class BackupError(Exception):
    """A backup cannot be made, or not be restored; the message is one line that says why."""


class Copied(msgspec.Struct, frozen=True):
    """A file of a backup."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `rows` are by table, a re-sent one counted as often as it was stored."""

    format: int
    version: str
    made: datetime
    rows: dict[str, int]
    files: dict[str, Copied]

    @property
    def total_bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files.values())


def make_backup(query: Query, store: Path | None, data: Path, dest: Path, version: str, made: datetime) -> Manifest:
    """Back up an open store and the databases in `data`, to a folder that does not exist yet or is empty.

    `query` asks the store's engine; `store` is its folder, None for a server. One at a time on a store. Raises
    BackupError, EngineError, OSError.
    """
    if store is None:
        raise BackupError(
            "telemetry is kept by a ClickHouse server, whose files this cannot copy; back it up with the server's own "
            "BACKUP, and the databases in --data with their engine's"
        )
    with _built(dest) as build:
        rows, files = {}, {}
        for table in _TABLES:
            with _frozen(query, store, table) as parts:
                for part in parts:
                    for file in sorted(path for path in part.rglob("*") if path.is_file()):
                        name = f"store/{table}/{part.name}/{file.relative_to(part)}"
                        files[name] = _copy(file, build / name)
                rows[table] = sum(int((part / "count.txt").read_text()) for part in parts)
        for database in sorted(data.glob("*.db")):
            _copy_database(database, build / database.name)
            files[database.name] = _measure(build / database.name)
        if (data / _WITNESS_KEY).is_file():
            files[_WITNESS_KEY] = _copy(data / _WITNESS_KEY, build / _WITNESS_KEY)
            _make_private(build / _WITNESS_KEY)
        manifest = Manifest(format=FORMAT, version=version, made=made, rows=rows, files=files)
        (build / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        _sync(build / _MANIFEST)
    return manifest


def restore(source: Path, data: Path, version: str) -> Manifest:
    """Make `data`, which must not exist or be empty, what it was when `source` was made; `version` is this one.

    Raises BackupError, also when a file is not what the manifest says, EngineError, OSError; then there is no `data`.
    """
    manifest = _read_manifest(source, version)
    with _built(data) as build:
        with own(f"chdb://{build / 'store'}") as engine:
            for table in manifest.rows:
                if table not in _TABLES:
                    raise BackupError(f"the backup {source} holds a table that this version does not know: {table}")
                _attach(engine.query, table, source, manifest)
                [found] = engine.query(f"SELECT count() AS rows FROM {table}")
                if found["rows"] != manifest.rows[table]:
                    raise BackupError(
                        f"of {manifest.rows[table]} rows of {table}, {found['rows']} could be restored from {source}"
                    )
        (build / "store.lock").unlink(missing_ok=True)
        for name in manifest.files:
            if "/" not in name or name == _WITNESS_KEY:
                _take(source, manifest, name, build / name)
        if _WITNESS_KEY in manifest.files:
            _make_private(build / _WITNESS_KEY)
    return manifest


# --- the store --------------------------------------------------------------------------------------------------------


@contextmanager
def _frozen(query: Query, store: Path, table: str) -> Iterator[list[Path]]:
    """The folders of a table's parts as they were at one moment, by name; gone after the block."""
    shadow = store / "shadow" / _FROZEN
    shutil.rmtree(shadow, ignore_errors=True)  # of a hub that was killed while it backed up
    query(f"ALTER TABLE {table} FREEZE WITH NAME '{_FROZEN}'")
    try:
        yield sorted(path.parent for path in shadow.rglob("count.txt"))
    finally:
        shutil.rmtree(shadow, ignore_errors=True)


def _attach(query: Query, table: str, source: Path, manifest: Manifest) -> None:
    [row] = query(
        f"SELECT data_paths[1] AS path FROM system.tables WHERE database = currentDatabase() AND name = '{table}'"
    )
    prefix = f"store/{table}/"
    for name in manifest.files:
        if name.startswith(prefix):
            _take(source, manifest, name, Path(row["path"]) / "detached" / name.removeprefix(prefix))
    try:
        query(f"ALTER TABLE {table} ATTACH PARTITION ALL")
    except EngineError as error:
        raise BackupError(f"the engine cannot take back {table}: {str(error)[:300]}") from None


# --- files ------------------------------------------------------------------------------------------------------------


@contextmanager
def _built(dest: Path) -> Iterator[Path]:
    """A folder beside `dest` that takes its name when the block succeeds, and is gone when it does not."""
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise BackupError(f"{dest} is not empty; name a folder that is, or does not exist yet")
    dest.parent.mkdir(parents=True, exist_ok=True)
    build = Path(tempfile.mkdtemp(prefix=f".{dest.name}.", dir=dest.parent))
    try:
        yield build
        _sync(build)
        build.rename(dest)
        _sync(dest.parent)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise


def _copy(source: Path, dest: Path) -> Copied:
    """Copy a file, to disk; what was read is what is measured."""
    dest.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading, dest.open("xb") as writing:
        while chunk := reading.read(_CHUNK_BYTES):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
        return Copied(writing.tell(), digest.hexdigest())


def _make_private(path: Path) -> None:
    """For its owner alone; what is being built is so as a whole."""
    path.parent.chmod(0o700)
    path.chmod(0o600)


def _copy_database(source: Path, dest: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(dest)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.Error as error:
        raise BackupError(f"the database {source} cannot be copied: {error}") from None
    _sync(dest)


def _measure(path: Path) -> Copied:
    with path.open("rb") as reading:
        return Copied(path.stat().st_size, hashlib.file_digest(reading, "sha256").hexdigest())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_manifest(source: Path, version: str) -> Manifest:
    try:
        raw = (source / _MANIFEST).read_bytes()
    except OSError as error:
        raise BackupError(f"{source} is no backup: {_MANIFEST}: {error.strerror}") from None
    try:
        head = msgspec.json.decode(raw, type=_Head)
        if head.format > FORMAT or _order(head.version) > _order(version):
            raise BackupError(f"the backup {source} was made by a newer version, {head.version}; restore it with that")
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"the backup {source} is damaged: {_MANIFEST}: {error}") from None
    for name in manifest.files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BackupError(f"the backup {source} is damaged: it names the file {name!r}")
    return manifest


def _order(version: str) -> list[int]:
    """What of a version says which is newer."""
    return [int(digits) for digits in re.findall(r"\d+", version)[:3]]


class _Head(msgspec.Struct):
    """What every version's manifest says."""

    format: int
    version: str


def _take(source: Path, manifest: Manifest, name: str, dest: Path) -> None:
    """Copy a file of the backup if it is what was written."""
    try:
        copied = _copy(source / name, dest)
    except FileNotFoundError:
        raise BackupError(f"the backup {source} is damaged: {name} is missing") from None
    if copied != manifest.files[name]:
        raise BackupError(f"the backup {source} is damaged: {name} is not what was written")
