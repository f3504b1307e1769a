"""`fleaglass hub backup --from`: what it asks of a running hub, and how it tells the answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner

from fleaglass.cli._hub.backup import command


class FakeHub(HTTPServer):
    """Answers one way, and keeps what it was asked."""

    asked: list[tuple[str, str | None, Any]]
    answer: tuple[int, Any]


class _Handler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, self.headers["authorization"], body))
        status, answer = self.server.answer
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    server = FakeHub(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(hub: FakeHub, **environment: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{hub.server_port}/"
    done = CliRunner().invoke(command, ["/backups/monday", "--from", url], env=environment)
    return done.exit_code, done.output


def test_a_running_hub_is_asked_with_the_token_and_its_answer_told(hub: FakeHub) -> None:
    hub.answer = 200, {"to": "/backups/monday", "files": 3, "bytes": 70, "rows": {"spans": 2, "logs": 0}}
    assert ask(hub, FLEAGLASS_HUB_TOKEN="t") == (0, "/backups/monday: 3 files, 70 bytes; rows: 2 spans\n")
    assert hub.asked == [("/api/v1/backup", "Bearer t", {"to": "/backups/monday"})]


def test_its_refusal_is_one_line(hub: FakeHub) -> None:
    hub.answer = 400, {"error": {"code": "bad_path", "message": "/backups/monday is not empty", "hint": "…"}}
    assert ask(hub) == (1, "Error: /backups/monday is not empty\n")
    assert hub.asked[0][1] is None


@pytest.mark.parametrize("answer", [(200, []), (200, {}), (500, []), (500, {"error": "no"}), (502, "bad")])
def test_an_answer_that_is_no_hubs_is_told_too(hub: FakeHub, answer: tuple[int, Any]) -> None:
    hub.answer = answer
    code, said = ask(hub)
    assert (code, len(said.splitlines())) == (1, 1)
