"""`fleaglass hub backup` and `restore` as their user meets them: a running hub, a stopped one, a damaged copy."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.support.otlp import logs, traces
from tests.support.processes import run, running_hub

pytestmark = pytest.mark.integration

PROTOBUF = {"content-type": "application/x-protobuf"}


def fill(url: str, first: int) -> None:
    for trace in range(first, first + 5):
        body = traces({}, {"parent": 1}, trace=trace).SerializeToString()
        httpx.post(f"{url}/v1/traces", content=body, headers=PROTOBUF).raise_for_status()
    body = logs({"body": f"log {first}"}).SerializeToString()
    httpx.post(f"{url}/v1/logs", content=body, headers=PROTOBUF).raise_for_status()


def ids(data: Path) -> str:
    done = run("store", "--spans", "--data", str(data))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_a_running_hub_held_comes_back_span_by_span(tmp_path: Path) -> None:
    data, saved, restored = tmp_path / "data", tmp_path / "saved", tmp_path / "restored"
    with running_hub(data) as hub:
        fill(hub.url, 1)
        witness = hub.get("/api/v1/witness")["vkey"]
        with closing(sqlite3.connect(data / "notes.db")) as notes, notes:
            notes.execute("CREATE TABLE notes AS SELECT 7 AS id")
        asked = run("hub", "backup", str(saved), "--from", hub.url)
        assert (asked.returncode, asked.stderr) == (0, "")
        refused = run("hub", "backup", str(tmp_path / "other"), "--data", str(data))
        assert refused.returncode == 2
        assert f"held by process {hub.process.pid}" in refused.stderr
        assert "--from http://127.0.0.1:4318" in refused.stderr
        twice = run("hub", "backup", str(saved), "--from", hub.url)
        assert (twice.returncode, len(twice.stderr.splitlines())) == (1, 1)
        assert "is not empty" in twice.stderr
        fill(hub.url, 100)  # it goes on, and this is not in the backup
    done = run("hub", "restore", str(saved), "--data", str(restored))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(ids(restored).splitlines()) == 10
    assert set(ids(restored).splitlines()) < set(ids(data).splitlines())
    with closing(sqlite3.connect(restored / "notes.db")) as notes:
        assert notes.execute("SELECT id FROM notes").fetchall() == [(7,)]
    assert (restored / "state.db").exists()
    with running_hub(restored) as hub:
        assert hub.get("/api/v1/witness")["vkey"] == witness
        assert hub.get("/api/v1/status")["spans"] == 10
        assert len(hub.get("/api/v1/logs")["logs"]) == 1
        fill(hub.url, 200)
        assert hub.get("/api/v1/status")["spans"] == 20


def test_a_stopped_hub_is_backed_up_and_a_damaged_copy_is_refused(tmp_path: Path) -> None:
    data, saved, restored = tmp_path / "data", tmp_path / "saved", tmp_path / "restored"
    with running_hub(data) as hub:
        fill(hub.url, 1)
    done = run("hub", "backup", str(saved), "--data", str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert "10 spans" in done.stdout
    files = json.loads((saved / "manifest.json").read_text())["files"]
    name = next(name for name in files if name.startswith("store/spans/") and name.endswith("/data.bin"))
    content = (saved / name).read_bytes()
    (saved / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    damaged = run("hub", "restore", str(saved), "--data", str(restored))
    assert (damaged.returncode, len(damaged.stderr.splitlines())) == (1, 1)
    assert f"damaged: {name} is not what was written" in damaged.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"data", "saved"}
    (saved / name).write_bytes(content)
    assert run("hub", "restore", str(saved), "--data", str(restored)).returncode == 0
    assert ids(restored) == ids(data)
