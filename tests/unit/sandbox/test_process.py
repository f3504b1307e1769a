"""The sandbox as a process of its own: its ready lines, its exit codes, and connections that end without an answer."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.integration

COMMAND = [sys.executable, "-c", "from fleaglass.cli import main; main()", "sandbox"]
BUY = {"asset": "BTC", "side": "buy", "quantity": 0.01}


class Sandbox:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "--port", "0", "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.ready = json.loads(line)

    @contextmanager
    def client(self, agent_id: str = "ada") -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.ready["base_url"], timeout=5) as http:
            account = http.post("/faucet/register", json={"agent_id": agent_id}).json()
            http.post("/faucet/claim", json={"agent_id": agent_id})
            http.headers["authorization"] = f"Bearer {account['api_key']}"
            yield http

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Return the exit code and stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


@pytest.fixture
def start() -> Iterator[Callable[..., Sandbox]]:
    started: list[Sandbox] = []

    def begin(*arguments: str) -> Sandbox:
        started.append(Sandbox(*arguments))
        return started[-1]

    yield begin
    for sandbox in started:
        sandbox.stop()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_cleanly_on_a_signal(start: Callable[..., Sandbox], number: int) -> None:
    sandbox = start("--seed", "9")
    port = httpx.URL(sandbox.ready["url"]).port
    assert sandbox.ready["pid"] == sandbox.process.pid
    with sandbox.client() as http:
        assert http.get(f"{sandbox.ready['url']}/healthz").json() == {"status": "ok"}
        code, errors = sandbox.stop(number)
    assert code == 0
    assert errors == f"fleaglass sandbox: http://127.0.0.1:{port}/v1 (seed 9, faults: 0)\n"


def test_a_port_in_use_is_one_line_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = only_line(run("--port", str(port)))
    assert f"cannot listen on 127.0.0.1:{port}" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fault", "latency:trade"], "needs a time"),
        (["--fault", "explode\neverything"], "must start with latency"),
        (["--speed", "-1"], "--speed"),
        (["--free-balance", "1e99"], "--free-balance"),
        (["--free-balance", "plenty"], "not a number"),
        (["--port", "70000"], "--port"),
        (["--host", "no.such.host.invalid", "--port", "0"], "cannot listen on no.such.host.invalid"),
        (["--db", "/nowhere/at/all.db", "--port", "0"], "/nowhere/at/all.db"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(arguments: list[str], says: str) -> None:
    assert says in only_line(run(*arguments))


def test_a_file_that_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    text, foreign = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("these are notes, and long enough to be read as the header of a database file" * 20)
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    assert "file is not a database" in only_line(run("--port", "0", "--db", str(text)))
    assert "not a sandbox database" in only_line(run("--port", "0", "--db", str(foreign)))


def test_a_second_sandbox_on_the_same_file_is_refused(start: Callable[..., Sandbox], tmp_path: Path) -> None:
    start("--db", str(tmp_path / "s.db"))
    assert "in use by another sandbox" in only_line(run("--port", "0", "--db", str(tmp_path / "s.db")))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_accounts_positions_and_prices_outlive_the_process(
    start: Callable[..., Sandbox], tmp_path: Path, end: int
) -> None:
    db = str(tmp_path / "s.db")
    first = start("--db", db)
    with first.client() as http:
        order = http.post("/orders/spot", json={"asset": "BTC", "direction": "buy", "quantity": 0.01}).json()
        headers = dict(http.headers)
    time.sleep(1.2)
    before = httpx.get(f"{first.ready['base_url']}/markets/BTC").json()["history"]
    first.stop(end)
    second = start("--db", db)
    with httpx.Client(base_url=second.ready["base_url"], headers=headers) as http:
        assert http.get(f"/trading/order/{order['order_id']}").json() | {"direction": "buy"} == order
        after = http.get("/markets/BTC").json()["history"]
        assert len(set(before) & set(after)) > 50  # at most the last second's steps are taken again
        assert http.get("/trading/positions").json()["positions"][0]["entry_price"] == order["fill_price"]


def test_a_dropped_answer_closes_the_connection_though_the_order_fills(start: Callable[..., Sandbox]) -> None:
    sandbox = start("--fault", "drop-ack:trade")
    with sandbox.client() as http:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            http.post("/trading/order", json=BUY)
        (order,) = http.get("/trading/orders").json()["orders"]
        assert order["quantity"] == 0.01
    assert sandbox.stop()[1].count("\n") == 1


def test_a_reset_is_a_tcp_reset_and_nothing_was_done(start: Callable[..., Sandbox]) -> None:
    sandbox = start("--fault", "reset:trade")
    with sandbox.client() as http:
        with pytest.raises(httpx.ReadError, match="reset"):
            http.post("/trading/order", json=BUY)
        assert http.get("/trading/orders").json()["orders"] == []
    assert sandbox.stop()[1].count("\n") == 1


def test_an_answer_that_never_comes_is_held_until_the_caller_leaves(start: Callable[..., Sandbox]) -> None:
    sandbox = start("--fault", "hang:trade")
    with sandbox.client() as http:
        with pytest.raises(httpx.ReadTimeout):
            http.post("/trading/order", json=BUY, timeout=0.3)
        (order,) = http.get("/trading/orders").json()["orders"]
        assert order["quantity"] == 0.01
    code, errors = sandbox.stop()
    assert (code, errors.count("\n")) == (0, 1)


def test_the_published_services_are_on_the_same_port(start: Callable[..., Sandbox]) -> None:
    sandbox = start("--speed", "0")
    root = sandbox.ready["url"]
    ada = httpx.post(f"{root}/_sandbox/accounts", json={"agent_id": "ada", "credit_usd": 100}).json()
    casino = ada["live"]["casino"]
    assert casino["base_url"] == f"{sandbox.ready['live_url']}/casino/api/v1"
    headers = {"authorization": f"Bearer {casino['api_key']}"}
    assert httpx.get(f"{casino['base_url']}/auth/balance", headers=headers).json()["balance_usd"] == 100


def test_answers_come_at_once_on_a_connection_kept_open(start: Callable[..., Sandbox]) -> None:
    """With Nagle's algorithm left on, every answer after the first would wait 44 ms for an acknowledgement."""
    with start().client() as http:
        times = sorted(http.get("/markets/BTC").elapsed.total_seconds() for _ in range(15))
    assert times[7] < 0.03


def test_a_slow_answer_that_nobody_waits_for_still_fills(start: Callable[..., Sandbox]) -> None:
    sandbox = start("--fault", "latency:trade=300ms")
    with sandbox.client() as http:
        with pytest.raises(httpx.ReadTimeout):
            http.post("/trading/order", json=BUY, timeout=0.1)
        assert http.get("/trading/orders").json()["orders"] == []
        time.sleep(1)
        (order,) = http.get("/trading/orders").json()["orders"]
    assert order["status"] == "filled"
