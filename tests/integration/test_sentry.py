"""Errors, sessions and check-ins on their way to a real socket.

1. A program runs in a process of its own, with secrets in its arguments, locals, messages, headers, logs and state.
2. A server on the loopback keeps the raw bytes, and reads the envelopes with sentry_sdk.
3. Every failure is one event, with the ids of its span; none of the secrets is anywhere in the bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.processes import sending
from tests.support.sentry_server import SentryServer
from tests.support.sources import SOURCES

pytestmark = pytest.mark.integration

CANARIES = {
    "key": "pf_live_canary0123456789",
    "mnemonic": "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5",
    "private": "c0ffee" * 10 + "c0ff",
    "password": "canary-hunter2",
    "known": "shapeless canary",
}


@pytest.fixture
def server() -> Iterator[SentryServer]:
    with SentryServer() as server:
        yield server


def run(server: SentryServer, program: str, *, dsn: str | None = None, code: int = 0, **environ: str) -> str:
    """Run a program that has `agent` and the secrets in `C`; what it wrote to stderr."""
    start = f"""
import asyncio, logging, sys, threading
import fleaglass
from fleaglass.recorder import keep_secret
C = {CANARIES!r}
keep_secret(C["known"])
agent = fleaglass.init("vol-arb-1", release="a@1", environment="test")
"""
    ran = subprocess.run(
        [sys.executable, "-c", start + program],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "SENTRY_DSN": server.dsn if dsn is None else dsn,
            "OTEL_TRACES_EXPORTER": "none",
            "PYTHONPATH": SOURCES,
            "PATH": "",
            **sending(),
            **environ,
        },
    )
    assert ran.returncode == code, ran.stderr
    return ran.stderr


def kinds(server: SentryServer) -> list[tuple[str, str, bool]]:
    found = []
    for event in server.events:
        value = event["exception"]["values"][-1]
        found.append((value["type"], value["mechanism"]["type"], value["mechanism"]["handled"]))
    return found


def test_with_sentry_alone_an_error_is_one_event_with_the_ids_of_its_span(server: SentryServer) -> None:
    said = run(
        server,
        """
def decide(balance):
    with agent.cycle(market="BTC/USD"), agent.stage("order.size"):
        agent.breadcrumb("note", "about to fail")
        raise ValueError("odd")
try:
    decide(7)
except ValueError:
    pass
""",
    )
    (event,) = server.events
    assert "Traceback" not in said
    assert set(event["contexts"]["trace"]) == {"trace_id", "span_id", "op"}
    assert int(event["contexts"]["trace"]["trace_id"], 16)
    assert event["release"] == "a@1"
    assert event["modules"]["httpx"]
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["about to fail"]
    assert event["exception"]["values"][0]["stacktrace"]["frames"][-1]["vars"] == {"balance": "7"}


def test_an_error_that_nobody_catches_is_one_event_and_the_program_ends_as_ever(server: SentryServer) -> None:
    said = run(server, 'raise ValueError("before any span")', code=1)
    assert said.count("Traceback") == 1
    assert kinds(server) == [("ValueError", "excepthook", False)]
    assert server.events[0]["level"] == "fatal"


def test_an_error_that_a_span_reported_is_not_reported_again_when_it_ends_the_program(server: SentryServer) -> None:
    run(server, 'with agent.cycle():\n    raise ValueError("in a cycle")', code=1)
    assert kinds(server) == [("ValueError", "fleaglass", True)]


def test_an_error_ends_a_thread(server: SentryServer) -> None:
    said = run(server, "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()")
    assert "ZeroDivisionError" in said
    assert kinds(server) == [("ZeroDivisionError", "threading", False)]


def test_an_error_in_a_task_that_nobody_awaits_comes_through_the_log(server: SentryServer) -> None:
    run(
        server,
        """
async def fail():
    raise ValueError("in a task")
async def main():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
asyncio.run(main())
import gc; gc.collect()
""",
    )
    assert kinds(server) == [("ValueError", "logging", True)]


@pytest.mark.parametrize(("program", "code"), [("raise KeyboardInterrupt", -2), ("sys.exit(3)", 3)])
def test_stopping_is_no_issue(server: SentryServer, program: str, code: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys, fleaglass\nfleaglass.init('a', dsn={server.dsn!r})\n{program}"],
        capture_output=True,
        env={"OTEL_TRACES_EXPORTER": "none", "PYTHONPATH": SOURCES, "PATH": "", **sending()},
        timeout=60,
    )
    assert ran.returncode in (code, 130)
    assert server.events == []


SECRETS_EVERYWHERE = """
log = logging.getLogger("strategy")
logging.basicConfig(level=logging.INFO, stream=open("/dev/null", "w"))
class Client:
    def __init__(self, api_key): self.api_key = api_key
    def __repr__(self): return f"Client(api_key={self.api_key!r})"
def order(api_key, mnemonic, headers, client):
    nested = {"body": {"private_key": C["private"], "list": [C["token"]]}, C["key"]: 1}
    raw = (f'{{"password": "{C["password"]}", "mnemonic": "{C["mnemonic"]}"}}').encode()
    log.info("key %s", api_key)
    log.error("refused with %s and %s", C["known"], C["token"])
    venue = f"https://user:{C['password']}@venue/?token={C['token']}"
    raise ValueError(f"401 from {venue} with {api_key}, {C['known']}, {mnemonic}")
agent.state(api_key=C["key"], note=C["known"])
agent.state_from(lambda: {"wallet": {"mnemonic": C["mnemonic"], "pk": C["private"]}})
agent.breadcrumb("http", f"Authorization: Bearer {C['token']}", password=C["password"], pk=C["private"])
agent.marker("parameters", api_key=C["key"])
try:
    with agent.cycle(market=C["key"]) as cycle:
        cycle.set(note=C["mnemonic"], secret=C["password"])
        try:
            order(C["key"], C["mnemonic"], [("Authorization", "Bearer " + C["token"])], Client(C["password"]))
        except ValueError as error:
            error.add_note(C["key"])
            headers = {"X-Api-Key": C["password"]}
            agent.capture(error, body={"private_key": C["private"]}, headers=headers, text=C["known"])
            raise RuntimeError(C["mnemonic"]) from error
except RuntimeError:
    pass
agent.capture(RuntimeError(C["private"], C["token"]))
assert agent.flush(5)
"""


def test_no_secret_is_in_the_bytes_on_the_socket(server: SentryServer) -> None:
    said = run(server, SECRETS_EVERYWHERE)
    assert len(server.events) == 3  # the log's, the one captured by hand, the last
    sent = server.raw.decode() + json.dumps(server.events, ensure_ascii=False) + said
    for name, canary in CANARIES.items():
        assert canary not in sent, name
        assert json.dumps(canary)[1:-1] not in sent, name
    assert "[scrubbed]" in sent


def test_a_server_that_is_a_black_hole_holds_nobody_up(server: SentryServer) -> None:
    import socket
    import time

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        said = run(
            server,
            "agent.capture(ValueError())",
            dsn=f"http://k@127.0.0.1:{silent.getsockname()[1]}/1",
            FLEAGLASS_SHUTDOWN_TIMEOUT="0.5",
        )
    assert time.monotonic() - began < 10
    assert "items for Sentry were not delivered" in said


def test_events_wait_while_the_server_is_away(server: SentryServer) -> None:
    server.answers.extend([(503, {}), (503, {})])
    run(server, "agent.capture(ValueError())\nassert agent.flush(5)")
    assert len(server.requests) == 3
    assert len(server.events) == 1


def test_beside_a_tracer_provider_of_somebody_elses(server: SentryServer) -> None:
    run(
        server,
        """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
with trace.get_tracer("theirs").start_as_current_span("outer"):
    try:
        with agent.cycle():
            raise ValueError("x")
    except ValueError:
        pass
""",
    )
    assert len(server.events) == 1
