"""A hub that keeps itself: the options of `fleaglass up` do what they say in a real process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.otlp import traces
from tests.support.processes import eventually, run, running_hub

pytestmark = pytest.mark.integration

PROTOBUF = {"content-type": "application/x-protobuf"}


@pytest.fixture
def watcher() -> Iterator[tuple[str, list[str]]]:
    """A server that hears pings: its address, and the paths that it was asked for."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_old_traces_go_at_the_next_start_and_money_stays(tmp_path: Path) -> None:
    """The spans are of 2023; a hub that keeps for ever takes them, and one with the usual days then starts."""
    idle = {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "skipped"}}
    with running_hub(tmp_path) as hub:
        for trace, span in enumerate((idle, {}, {"name": "pf.trade.execute"}), start=1):
            body = traces(span, trace=trace).SerializeToString()
            httpx.post(f"{hub.url}/v1/traces", content=body, headers=PROTOBUF).raise_for_status()
    with running_hub(tmp_path, "--keep-days", "30", "--keep-idle-days", "7") as hub:
        eventually(lambda: hub.get("/api/v1/status")["spans"] == 1)
        assert [trace["name"] for trace in hub.get("/api/v1/traces")["traces"]] == ["pf.trade.execute"]


def test_the_owner_is_pinged_and_told_of_the_disk(tmp_path: Path, watcher: tuple[str, list[str]]) -> None:
    url, heard = watcher
    with running_hub(tmp_path, "--ping", f"{url}/alive", "--disk-cap", "2GiB") as hub:
        eventually(lambda: heard == ["/alive"])
        disk = hub.get("/api/v1/status")["storage"]
    assert (disk["cap"], disk["level"], disk["dropped"]) == (2 * 1024**3, "ok", [])


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--keep-days", "500"], "may not be kept longer"),
        (["--disk-cap", "lots"], "'lots' is not a size like 50GiB"),
        (["--ping", "ftp://me:secret@host"], "must look like https://host/path"),
        (["--ping-every", "0"], "--ping-every"),
    ],
)
def test_nonsense_is_one_line_and_exit_code_2(options: list[str], why: str) -> None:
    done = run("up", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert why in done.stderr
    assert "secret" not in done.stderr
