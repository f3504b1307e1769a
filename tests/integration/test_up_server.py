"""`fleaglass up` and `fleaglass hub migrate` on a ClickHouse server, which a front on the embedded engine plays."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fleaglass.hub.store.schema import SCHEMA
from tests.support.clickhouse_front import PASSWORD
from tests.support.otlp import traces
from tests.support.processes import FLEAGLASS, run, running_hub
from tests.support.stores import front

pytestmark = pytest.mark.integration


@pytest.fixture(params=[0, 2], ids=["server", "cluster"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with nothing on it, named by the environment and a file as one is advised to."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    with front(tmp_path / "server", shards=request.param) as there:
        named = re.sub(r"fleaglass:[^@]*@", "fleaglass@", there)
        named += f"{'&' if '?' in named else '?'}password_file={tmp_path / 'password'}"
        monkeypatch.setenv("FLEAGLASS_STORE", named)
        yield there


def test_a_hub_asks_for_its_tables_once_and_then_runs_on_the_server(address: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    refused = run("up", "--http-port", "0", "--grpc-port", "0", "--data", str(data), timeout=60)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "run fleaglass hub migrate with the same --store" in refused.stderr

    planned = run("hub", "migrate", "--dry-run", timeout=60)
    assert planned.returncode == 0
    assert planned.stdout.startswith("CREATE TABLE IF NOT EXISTS spans")
    assert f"would go from version 0 to {SCHEMA}" in planned.stderr
    assert f"went from version 0 to {SCHEMA}" in run("hub", "migrate", timeout=60).stderr
    assert f"are of version {SCHEMA}, which is this one's" in run("hub", "migrate", timeout=60).stderr

    with running_hub(data) as hub:
        body = traces({}, {"id": 2}).SerializeToString()
        for _ in range(2):
            httpx.post(
                f"{hub.url}/v1/traces", content=body, headers={"content-type": "application/x-protobuf"}, timeout=20
            )
        status = hub.get("/api/v1/status")
        assert status["spans"] == 2
        assert status["store"]["backend"] == "clickhouse"
        assert len(hub.get("/api/v1/traces")["traces"]) == 1
        shown = f"{status}{refused.stderr}{planned.stderr}"
    assert PASSWORD not in shown
    assert not (data / "store").exists()

    told = run("store", timeout=60)
    assert told.stdout.splitlines()[0].split() == ["spans", "2"]
    assert "fsync    True" in told.stdout


def test_a_store_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path) -> None:
    address = "clickhouse://me:hunter2-Tr0ub4dor@127.0.0.1:1/x"
    for command in (["up", "--http-port", "0", "--grpc-port", "0"], ["hub", "migrate"], ["store"]):
        done = subprocess.run(
            [*FLEAGLASS, *command, "--data", str(tmp_path), "--store", address],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "127.0.0.1:1" in done.stderr
        assert "hunter2" not in done.stderr + done.stdout
