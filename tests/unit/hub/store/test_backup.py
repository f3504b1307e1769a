"""A backup of the real engine's store, and every backup that is refused; the round trip is in tests/integration."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fleaglass.hub.store.backup import BackupError, Manifest, make_backup, restore
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import traces
from tests.support.stores import EMBEDDED_ONLY

pytestmark = EMBEDDED_ONLY

MADE = datetime(2026, 11, 30, tzinfo=UTC)


def backup(engine: Engine, dest: Path, data: Path) -> Manifest:
    data.mkdir(exist_ok=True)
    return make_backup(engine.query, engine.folder, data, dest, "1.2.3", MADE)


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> Path:
    engine.insert("traces", traces({}, {}).SerializeToString())
    backup(engine, tmp_path / "made", tmp_path / "data")
    return tmp_path / "made"


def test_the_manifest_names_every_file_with_its_checksum(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    assert (manifest["version"], manifest["made"], manifest["rows"]["spans"]) == ("1.2.3", "2026-11-30T00:00:00Z", 2)
    found = {str(path.relative_to(made)): path for path in made.rglob("*") if path.is_file()}
    assert manifest["files"] == {
        name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in found.items()
        if name != "manifest.json"
    }


def test_rows_that_come_later_are_not_in_it_and_nothing_is_left_in_the_store(engine: Engine, tmp_path: Path) -> None:
    engine.insert("traces", traces({}, {}).SerializeToString())
    first = backup(engine, tmp_path / "a", tmp_path / "data")
    engine.insert("traces", traces({}, trace=2).SerializeToString())
    second = backup(engine, tmp_path / "b", tmp_path / "data")
    assert (first.rows["spans"], second.rows["spans"]) == (2, 3)
    assert engine.folder is not None
    assert list((engine.folder / "shadow").glob("backup*")) == []


def test_a_database_that_is_being_written_is_copied_as_of_one_moment(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "state.db", isolation_level=None)) as state:
        state.execute("PRAGMA journal_mode = WAL")
        state.execute("CREATE TABLE issues (id INTEGER)")
        state.execute("INSERT INTO issues VALUES (1)")
        state.execute("BEGIN")
        state.execute("INSERT INTO issues VALUES (2)")
        backup(engine, tmp_path / "made", tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "made" / "state.db")) as copy:
        assert copy.execute("SELECT id FROM issues").fetchall() == [(1,)]


def test_what_is_no_database_fails_the_backup_and_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "state.db").write_bytes(b"not a database" * 100)
    with pytest.raises(BackupError, match=r"state\.db cannot be copied"):
        backup(engine, tmp_path / "made", tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_witnesss_key_goes_along_for_its_owner_alone(engine: Engine, tmp_path: Path) -> None:
    key = tmp_path / "data/witness/key"
    key.parent.mkdir(parents=True)
    key.write_text("PRIVATE")
    before = os.umask(0)
    try:
        backup(engine, tmp_path / "made", tmp_path / "data")
    finally:
        os.umask(before)
    copy = tmp_path / "made/witness/key"
    assert copy.read_text() == "PRIVATE"
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (copy.parent.parent, copy.parent, copy)]
    assert modes == [0o700, 0o700, 0o600]


def test_a_folder_with_something_in_it_is_never_written_to(engine: Engine, tmp_path: Path, made: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        backup(engine, made, tmp_path / "data")
    with pytest.raises(BackupError, match="is not empty"):
        restore(made, made, "1.2.3")


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    """A change of the manifest."""

    def edit(made: Path) -> None:
        manifest = json.loads((made / "manifest.json").read_text())
        change(manifest)
        (made / "manifest.json").write_text(json.dumps(manifest))

    return edit


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda made: (made / "manifest.json").unlink(), "is no backup"),
        (lambda made: (made / "manifest.json").write_text("{"), "is damaged: manifest.json"),
        (lambda made: (made / "manifest.json").write_text('{"format": 1, "version": "1"}'), "is damaged"),
        (edited(lambda manifest: manifest.update(format=2)), r"newer version, 1\.2\.3"),
        (edited(lambda manifest: manifest.update(version="1.10.0")), r"newer version, 1\.10\.0"),
        (edited(lambda manifest: manifest["files"].update({"../x": {"bytes": 0, "sha256": ""}})), r"the file '\.\./x'"),
        (edited(lambda manifest: manifest["files"].update({"/x": {"bytes": 0, "sha256": ""}})), "the file '/x'"),
    ],
)
def test_a_backup_that_cannot_be_trusted_is_refused_in_one_line(
    made: Path, tmp_path: Path, harm: Callable[[Path], object], why: str
) -> None:
    harm(made)
    with pytest.raises(BackupError, match=why) as refused:
        restore(made, tmp_path / "restored", "1.2.3")
    assert len(str(refused.value).splitlines()) == 1
    assert not (tmp_path / "restored").exists()
