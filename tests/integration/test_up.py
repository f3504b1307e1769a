"""`fleaglass up` as its user meets it: ready lines, misuse in one line, a clean stop."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.otlp import traces
from tests.support.processes import Hub, run, running_hub, start_hub

pytestmark = pytest.mark.integration

PROTOBUF = {"content-type": "application/x-protobuf"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


def test_it_is_healthy_and_ready(hub: Hub) -> None:
    assert hub.get("/healthz") == {"status": "ok"}
    assert hub.get("/readyz") == {"status": "ready"}
    assert "/api/v1/traces" in hub.get("/api/v1/openapi.json")["paths"]


def test_a_second_hub_is_told_who_holds_the_store(hub: Hub) -> None:
    done = run("up", "--http-port", "0", "--grpc-port", "0", "--data", str(hub.data))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"is held by process {hub.process.pid}" in done.stderr


def test_a_store_named_by_its_address_is_guarded_as_well(hub: Hub, tmp_path: Path) -> None:
    address = f"chdb://{hub.data / 'store'}"
    done = run("up", "--http-port", "0", "--grpc-port", "0", "--data", str(tmp_path), "--store", address)
    assert done.returncode == 2
    assert f"is held by process {hub.process.pid}" in done.stderr


@pytest.mark.parametrize("option", ["--http-port", "--grpc-port"])
def test_a_port_in_use_is_one_line_and_exit_code_2(option: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = {"--http-port": "0", "--grpc-port": "0", option: str(port)}
        done = run("up", *(word for pair in ports.items() for word in pair), "--data", str(tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"port {port}" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["up", "--http-port", "many"],
        ["up", "--nonsense"],
        ["up", "--host", "0.0.0.0", "--auth", "off"],
        ["up", "--public-url", "hub.example"],
        ["up", "--store", "sqlite://x"],
        ["store", "--data", "/nonexistent/folder"],
        ["store", "--spans", "--json", "--data", "."],
        ["nonsense"],
        ["sandbox", "--fault", "gremlins:everywhere"],
        ["demo", "--cycles", "-1"],
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_bad_body_changes_nothing_for_its_neighbours(hub: Hub) -> None:
    before = hub.get("/api/v1/status")["spans"]
    with httpx.Client(base_url=hub.url, headers=PROTOBUF) as http:
        good = traces({}, trace=71).SerializeToString()
        assert http.post("/v1/traces", content=traces({}, {}, trace=72).SerializeToString()[:-2]).status_code == 400
        assert http.post("/v1/traces", content=good).status_code == 200
        assert http.post("/v1/traces", content=good).status_code == 200, "a retry is acknowledged"
    assert hub.get("/api/v1/status")["spans"] == before + 1


def test_it_stops_cleanly_and_keeps_what_it_had(tmp_path: Path) -> None:
    hub = start_hub(tmp_path)
    httpx.post(f"{hub.url}/v1/traces", content=traces({}).SerializeToString(), headers=PROTOBUF)
    assert hub.stop() == 0
    facts = json.loads(run("store", "--data", str(tmp_path), "--json").stdout)
    assert facts == {"spans": 1, "traces": 1, "logs": 0, "metrics": 0, "events": 0, "fsync": True}
