"""Real agents that end in every way a process can, and what a Sentry server hears of it.

1. A server on loopback keeps the envelopes; a home folder of the test's own keeps leases.
2. An agent opens its session, says so on stdout, and ends as told: by itself, by an exception, by a signal.
3. What counts is the last status the server has for that session, how often it began, and how the process ended.

How fast a process goes down on a busy machine does not count; that it goes down, and by the signal it was sent, does.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import all_sent, dismiss_shipper, eventually
from tests.support.sentry_server import SentryServer

pytestmark = [pytest.mark.integration, pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")]

BEGIN = """
import asyncio, os, signal, sys, threading, time
import fleaglass

agent = fleaglass.init("vol-arb-1", release="agent-vol-arb@2.1.0")
session = agent.session()
ready = lambda: print("ready", agent.flush(5), flush=True)
ready_and_waiting = lambda: threading.Timer(0.3, ready).start()
"""
WAIT = """
with session:
    ready()
    time.sleep(30)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[None]:
    yield
    dismiss_shipper(tmp_path)


@pytest.fixture
def server() -> Iterator[SentryServer]:
    with SentryServer() as found:
        yield found


def start(server: SentryServer, home: Path, body: str) -> subprocess.Popen[str]:
    """An agent whose session is open and known to the server."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "SENTRY_"))}
    environ |= {"FLEAGLASS_DSN": server.dsn, "FLEAGLASS_HOME": str(home), "OTEL_TRACES_EXPORTER": "none"}
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(body)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    if (line := process.stdout.readline()) != "ready True\n":
        process.kill()
        pytest.fail(f"the agent did not begin: {line}{process.communicate()[1]}")
    return process


def ended(process: subprocess.Popen[str], home: Path | None = None) -> int:
    """How it ended, once all that it left in its home is sent."""
    try:
        process.communicate(timeout=20)
    finally:
        process.kill()
    if home is not None:
        all_sent(home)
    return process.returncode


def statuses(server: SentryServer) -> list[str]:
    """Of the one session there is; it began once."""
    assert len({update["sid"] for update in server.sessions}) == 1
    assert [update["init"] for update in server.sessions] == [True] + [False] * (len(server.sessions) - 1)
    return [update["status"] for update in server.sessions]


ENDS = {
    "the block is left": ("with session: ready()", "exited", 0, 0),
    "an exception": ("with session:\n    ready()\n    raise RuntimeError('broken')", "crashed", 1, 1),
    "sys.exit()": ("with session:\n    ready()\n    sys.exit()", "exited", 0, 0),
    "sys.exit(3)": ("with session:\n    ready()\n    sys.exit(3)", "exited", 0, 3),
    "an exception in async code": (
        """
        async def main():
            async with session:
                ready()
                async with asyncio.TaskGroup() as group:
                    group.create_task(fail())
        async def fail():
            raise RuntimeError("broken")
        asyncio.run(main())
        """,
        "crashed",
        1,
        1,
    ),
    "a handled error": (
        """
        with session:
            ready()
            try:
                with agent.cycle():
                    raise RuntimeError("broken")
            except RuntimeError:
                pass
        """,
        "exited",
        1,
        0,
    ),
    "the program ends with its session open": ("session.__enter__()\nready()", "exited", 0, 0),
}


@pytest.mark.parametrize(("body", "status", "errors", "code"), ENDS.values(), ids=ENDS)
def test_a_run_that_ends_by_itself(
    server: SentryServer, tmp_path: Path, body: str, status: str, errors: int, code: int
) -> None:
    assert ended(start(server, tmp_path, body), tmp_path) == code
    assert statuses(server) == ["ok", status]
    assert server.sessions[-1].get("errors", 0) == errors
    assert len(server.events) == errors
    assert {event["release"] for event in server.events} <= {"agent-vol-arb@2.1.0"}
    assert {update["attrs"]["release"] for update in server.sessions} == {"agent-vol-arb@2.1.0"}


ASYNC_WAIT = """
async def main():
    async with session:
        ready()
        await asyncio.sleep(30)
asyncio.run(main())
"""
BLOCKED_LOOP = """
async def main():
    async with session:
        ready()
        time.sleep(30)
asyncio.run(main())
"""
GRACEFUL = """
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
with session:
    ready()
    stop.wait(30)
sys.exit(7)
"""
GRACEFUL_LOOP = """
async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with session:
        ready()
        await stop.wait()
    sys.exit(7)
asyncio.run(main())
"""
DRAINING = """
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
with session:
    ready()
    stop.wait(30)
    raise RuntimeError("an order could not be cancelled")
"""
TWO_AGENTS = """
other = fleaglass.init("other")
with session, other.session():
    ready()
    time.sleep(30)
"""
UNNOTICED = """
async def main():
    async with session:
        ready()
        threading.Timer(0.2, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
        await asyncio.sleep(60)
asyncio.run(main())
"""
FORKED = """
with session:
    ready()
    child = os.fork()
    if child == 0:
        time.sleep(30)
        os._exit(0)
    time.sleep(0.2)
    os.kill(child, signal.SIGTERM)
    assert os.waitpid(child, 0)[1] == signal.SIGTERM
    time.sleep(0.5)
"""
LOCKED = """
with session, agent._journal._writer._lock:
    print("ready True", flush=True)
    time.sleep(30)
"""
SIGNALS = {
    "SIGTERM": (WAIT, signal.SIGTERM, -signal.SIGTERM),
    "SIGTERM, async": (ASYNC_WAIT, signal.SIGTERM, -signal.SIGTERM),
    "SIGTERM while the event loop hangs": (BLOCKED_LOOP, signal.SIGTERM, -signal.SIGTERM),
    "SIGTERM to a program with a handler": (GRACEFUL, signal.SIGTERM, 7),
    "SIGTERM to a loop with a handler": (GRACEFUL_LOOP, signal.SIGTERM, 7),
    "SIGTERM, two agents": (TWO_AGENTS, signal.SIGTERM, -signal.SIGTERM),
    # Ctrl-C is Python's own to notice, and in the instant before a wait Python notices it late.
    "Ctrl-C": (WAIT.replace("ready", "ready_and_waiting"), signal.SIGINT, -signal.SIGINT),
    "Ctrl-C, async": (ASYNC_WAIT.replace("ready", "ready_and_waiting"), signal.SIGINT, -signal.SIGINT),
}


@pytest.mark.parametrize(("body", "number", "code"), SIGNALS.values(), ids=SIGNALS)
def test_a_run_that_somebody_ends(
    server: SentryServer, tmp_path: Path, body: str, number: signal.Signals, code: int
) -> None:
    process = start(server, tmp_path, body)
    process.send_signal(number)
    assert ended(process, tmp_path) == code
    last = {update["sid"]: update["status"] for update in server.sessions}
    assert set(last.values()) == {"exited"}
    assert not server.events


def test_sigterm_ends_the_process_also_while_it_holds_a_lock_that_the_last_words_need(
    server: SentryServer, tmp_path: Path
) -> None:
    """They are not said, then; but the process goes."""
    process = start(server, tmp_path, LOCKED)
    process.send_signal(signal.SIGTERM)
    assert ended(process, tmp_path) == -signal.SIGTERM


def test_sigterm_ends_the_first_process_of_a_container_too(server: SentryServer, tmp_path: Path) -> None:
    """To process 1 the system delivers no signal without a handler: it would say that it ended, and trade on."""
    body = """
    os.kill = lambda *_: None  # as for process 1
    with session:
        ready()
        time.sleep(30)
    """
    process = start(server, tmp_path, body)
    process.send_signal(signal.SIGTERM)
    assert ended(process, tmp_path) == 128 + signal.SIGTERM
    assert statuses(server) == ["ok", "exited"]


def test_sigterm_ends_the_process_at_once_also_where_python_would_notice_it_late(
    server: SentryServer, tmp_path: Path
) -> None:
    """Taken by another thread, or in the instant before the main thread begins to wait: it ends no wait there."""
    assert ended(start(server, tmp_path, UNNOTICED), tmp_path) == -signal.SIGTERM
    assert statuses(server) == ["ok", "exited"]


def test_a_forked_child_does_not_pass_its_signals_on_to_its_parent(server: SentryServer, tmp_path: Path) -> None:
    process = start(server, tmp_path, FORKED)
    assert ended(process, tmp_path) == 0
    assert statuses(server) == ["ok", "exited"]


def test_a_program_that_breaks_while_it_winds_down_has_crashed(server: SentryServer, tmp_path: Path) -> None:
    process = start(server, tmp_path, DRAINING)
    process.send_signal(signal.SIGTERM)
    assert ended(process, tmp_path) == 1
    assert statuses(server) == ["ok", "crashed"]


def test_two_agents_whose_server_is_silent_take_no_longer_than_one(tmp_path: Path) -> None:
    """The system that sent SIGTERM gives a process so many seconds, however many agents it has."""
    with socket.create_server(("127.0.0.1", 0)) as silent, SentryServer() as server:
        silent_dsn = server.dsn.replace(server.url.rpartition(":")[2], str(silent.getsockname()[1]))
        others = "".join(
            f"session_{n} = fleaglass.init('other-{n}', release='a@1', dsn={silent_dsn!r}).session()\n"
            for n in range(4)
        )
        within = "with session, session_0, session_1, session_2, session_3:\n    ready()\n    time.sleep(30)"
        process = start(server, tmp_path, others + within)
        begin_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert ended(process) == -signal.SIGTERM
        assert time.monotonic() - begin_s < 6, "each may take two seconds"
        eventually(lambda: statuses(server) == ["ok", "exited"])


def test_whoever_wants_sigterm_left_alone_gets_it(server: SentryServer, tmp_path: Path) -> None:
    process = start(server, tmp_path, WAIT.replace("session", "agent.session(handle_sigterm=False)"))
    process.send_signal(signal.SIGTERM)
    assert ended(process, tmp_path) == -signal.SIGTERM
    assert statuses(server) == ["ok", "abnormal"], "nobody but the journal can tell"


@pytest.mark.parametrize(
    "body",
    [
        "with session:\n    ready()\n    os.kill(os.getpid(), signal.SIGKILL)",
        "session.__enter__(); ready(); os._exit(0)",
    ],
    ids=["SIGKILL", "os._exit"],
)
def test_a_run_that_is_killed_is_reported_once(server: SentryServer, tmp_path: Path, body: str) -> None:
    ended(start(server, tmp_path, body), tmp_path)
    (killed,) = {update["sid"] for update in server.sessions}
    assert statuses(server) == ["ok", "abnormal"]
    ended(start(server, tmp_path, "with session: ready()"), tmp_path)
    ends = {update["sid"]: update["status"] for update in server.sessions}
    assert ends.pop(killed) == "abnormal"
    assert list(ends.values()) == ["exited"]
    assert sum(update["init"] for update in server.sessions) == 2
    ended(start(server, tmp_path, "with session: ready()"), tmp_path)
    assert [update["status"] for update in server.sessions if update["sid"] == killed] == ["ok", "abnormal"]


def test_two_processes_of_one_agent_do_not_bury_each_other(server: SentryServer, tmp_path: Path) -> None:
    first = start(server, tmp_path, WAIT)
    (alive,) = {update["sid"] for update in server.sessions}
    ended(start(server, tmp_path, "with session: ready()"), tmp_path)
    assert [update["status"] for update in server.sessions if update["sid"] == alive] == ["ok"]
    first.send_signal(signal.SIGTERM)
    ended(first, tmp_path)
    assert [update["status"] for update in server.sessions if update["sid"] == alive] == ["ok", "exited"]


def test_the_check_in_arrives_while_the_event_loop_hangs(server: SentryServer, tmp_path: Path) -> None:
    process = start(server, tmp_path, BLOCKED_LOOP)
    (check_in,) = eventually(lambda: server.check_ins)
    assert (check_in["monitor_slug"], check_in["status"]) == ("alive-vol-arb-1", "in_progress")
    assert check_in["monitor_config"]["failure_issue_threshold"] == 2
    process.kill()
    ended(process, tmp_path)
