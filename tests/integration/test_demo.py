"""The demo as its user meets it: real processes from the first to the last, counted span by span.

1. A short headless run, with the usual ports taken by somebody else.
2. What it printed, against its folder: the agents' files, the store as a fresh process reads it, the registry.
3. A run that is to go on for ever, ended by Ctrl-C; one whose hub is killed; one that is killed itself.

What an agent decides depends on when it asks, so numbers of orders are only compared with the store, never expected.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.processes import FLEAGLASS, Hub, eventually, run, running_hub, stored_spans
from tests.support.registry import check_spans

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

CYCLES = 9
"""The volatility agent hires in its first cycle and in its ninth."""
AGENTS = {"momentum-1", "vol-arb-1", "research-1"}


@dataclass
class Headless:
    """A headless run that has ended."""

    folder: Path
    done: subprocess.CompletedProcess[str]

    @property
    def report(self) -> dict[str, Any]:
        """The last line of stdout."""
        line: dict[str, Any] = json.loads(self.done.stdout.splitlines()[-1])
        return line

    @property
    def recorded(self) -> list[str]:
        """`trace_id span_id` of every span, as the agents wrote them down."""
        lines = [line for log in (self.folder / "demo").glob("*.spans") for line in log.read_text().splitlines()]
        return sorted(" ".join(line.split()[:2]) for line in lines)


def left_behind(folder: Path) -> list[psutil.Process]:
    """Processes of a demo: all of them work in its own folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(folder / "demo"):
                found.append(process)
    return found


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory) -> Headless:
    folder = tmp_path_factory.mktemp("headless")
    with usual_ports_taken():
        arguments = ["demo", "--cycles", str(CYCLES), "--exit", "--json", "--data", str(folder)]
        return Headless(folder, run(*arguments, timeout=150))


@pytest.fixture(scope="module")
def stored(headless: Headless) -> Iterator[Hub]:
    """A hub on what the demo left."""
    with running_hub(headless.folder) as hub:
        yield hub


@contextmanager
def usual_ports_taken() -> Iterator[None]:
    with ExitStack() as stack:
        for port in (4317, 4318):
            taken = stack.enter_context(socket.socket())
            with suppress(OSError):  # then it is taken already, which is as good
                taken.bind(("127.0.0.1", port))
                taken.listen()
        yield


def test_every_recorded_span_is_stored_and_no_other(headless: Headless) -> None:
    assert headless.done.returncode == 0, headless.done.stderr
    recorded = headless.recorded
    assert len(recorded) == len(set(recorded)) > 50
    assert sorted(stored_spans(headless.folder)) == recorded
    assert headless.report["spans_recorded"] == headless.report["spans_stored"] == len(recorded)


def test_its_last_line_tells_what_happened(headless: Headless) -> None:
    report = headless.report
    assert list(report) == [
        "cycles",
        "spans_recorded",
        "spans_stored",
        "spans_interrupted",
        "traces",
        "orders_filled",
        "orders_unknown",
        "escrows_released",
        "cross_agent_traces",
        "errors",
        "intents_unresolved",
        "ui",
    ]
    assert report["cycles"] == 2 * CYCLES
    assert report["traces"] == len({line.split()[0] for line in headless.recorded})
    assert report["cross_agent_traces"] >= 1
    assert report["escrows_released"] >= 1


def test_usual_ports_that_are_taken_are_left_alone(headless: Headless) -> None:
    assert headless.report["ui"].startswith("http://127.0.0.1:")
    assert not headless.report["ui"].endswith(":4318")
    assert headless.report["ui"] in headless.done.stderr


def test_it_leaves_no_process_behind(headless: Headless) -> None:
    assert left_behind(headless.folder) == []


def all_traces(hub: Hub) -> Iterator[dict[str, Any]]:
    """Every trace in full."""
    cursor: dict[str, str] = {}
    while True:
        page = hub.get("/api/v1/traces", limit=200, **cursor)
        for summary in page["traces"]:
            yield hub.get(f"/api/v1/traces/{summary['trace_id']}")
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def test_every_span_is_as_the_registry_says(headless: Headless, stored: Hub) -> None:
    checked, problems = set(), []
    for trace in all_traces(stored):
        problems += check_spans(trace["spans"])
        checked.update(f"{span['trace_id']} {span['span_id']}" for span in trace["spans"])
    assert problems == []
    assert checked == set(headless.recorded)


def test_the_counts_are_those_of_the_spans(headless: Headless, stored: Hub) -> None:
    """Counted a second time, from the API."""
    filled, unknown, released, shared = 0, 0, set(), 0
    for trace in all_traces(stored):
        shared += len({span["agent"] for span in trace["spans"]}) > 1
        for span in trace["spans"]:
            attributes = {one["key"]: one["value"]["value"] for one in span["attributes"]}
            if span["name"] in ("pf.trade.execute", "pf.trade.close"):
                filled += attributes.get("pf.order.state") == "filled"
                unknown += attributes.get("pf.order.state") == "unknown"
            if span["name"] == "pf.escrow.release" and attributes.get("pf.escrow_status") == "released":
                released.add(attributes["pf.escrow_id"])
    report = headless.report
    assert (filled, unknown) == (report["orders_filled"], report["orders_unknown"])
    assert (len(released), shared) == (report["escrows_released"], report["cross_agent_traces"])


def test_the_hired_agent_works_inside_the_hirers_trace(headless: Headless, stored: Hub) -> None:
    """One trace over two processes: the task hangs below the hand-off that paid for it."""
    found = 0
    for trace in all_traces(stored):
        spans = {span["span_id"]: span for span in trace["spans"]}
        for task in (span for span in spans.values() if span["name"] == "agent_b.task_execution"):
            found += 1
            handoff = spans[task["parent_span_id"]]
            assert (handoff["name"], handoff["agent"], task["agent"]) == (
                "agent_a.create_task",
                "vol-arb-1",
                "research-1",
            )
            below = {span["name"] for span in spans.values() if span["parent_span_id"] == task["span_id"]}
            assert {"research.collect", "pf.signal.analysis"} <= below
    assert found >= 1


def test_the_hub_knows_all_three_agents(stored: Hub) -> None:
    agents = {one["agent"]: one for one in stored.get("/api/v1/agents")["agents"]}
    assert set(agents) == AGENTS
    assert agents["vol-arb-1"]["release"] == "agent-vol-arb@2.1.0"
    assert agents["momentum-1"]["environment"] == "demo"


# A demo that would go on for ever -------------------------------------------------------------------------------------


@dataclass
class Running:
    """A demo that is under way."""

    process: subprocess.Popen[str]
    folder: Path

    def children(self) -> dict[str, psutil.Process]:
        """Its processes by the last word that names them: up, sandbox, momentum_agent.py, …"""
        names = ("up", "sandbox", "momentum_agent.py", "vol_arb_agent.py", "research_agent.py")
        return {
            name: child
            for child in psutil.Process(self.process.pid).children()
            for name in names
            if any(word.endswith(name) for word in child.cmdline())
        }

    def said(self) -> str:
        """All that it wrote to stderr."""
        return (self.folder.parent / "stderr").read_text()

    def is_trading(self) -> bool:
        """Whether every agent has recorded something."""
        assert self.process.poll() is None, self.said()
        return len(list((self.folder / "demo").glob("*.spans"))) == len(AGENTS)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "data"
    command = [*FLEAGLASS, "demo", "--http-port", "0", "--grpc-port", "0", "--json", "--data", str(folder)]
    with (tmp_path / "stderr").open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    demo = Running(process, folder)
    try:
        eventually(demo.is_trading, timeout=60)
        yield demo
    finally:
        process.kill()
        process.wait(10)
        eventually(lambda: not left_behind(folder), timeout=30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_and_leaves_no_process_behind(running: Running, number: signal.Signals) -> None:
    """All spans are delivered on the way out: an agent ends its decision, and the hub waits for the agents."""
    assert len(running.children()) == 5
    running.process.send_signal(number)
    said, _ = running.process.communicate(timeout=60)
    assert running.process.returncode == 0, running.said()
    assert left_behind(running.folder) == []
    report = json.loads(said.splitlines()[-1])
    assert report["spans_recorded"] == report["spans_stored"] > 0
    assert "Traceback" not in "".join(log.read_text() for log in (running.folder / "demo").glob("*.log"))


def test_it_can_be_stopped_while_it_starts(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    command = [*FLEAGLASS, "demo", "--http-port", "0", "--grpc-port", "0", "--json", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    eventually(lambda: left_behind(folder), timeout=30)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert complaint == "Stopping.\n"
    assert left_behind(folder) == []


@pytest.mark.parametrize(
    ("name", "called", "number"),
    [
        ("up", "the hub", signal.SIGKILL),
        ("vol_arb_agent.py", "the volatility-arbitrage agent", signal.SIGABRT),
    ],
)
def test_a_process_that_dies_is_named_and_the_others_stop(
    running: Running, name: str, called: str, number: signal.Signals
) -> None:
    """An agent as well, if nobody killed it (test_demo_ledger.py): it would only die again."""
    running.children()[name].send_signal(number)
    assert running.process.wait(60) == 1
    assert f"{called} was killed by signal {number}" in running.said()
    assert str(running.folder / "demo") in running.said()
    assert "Traceback" not in running.said()
    assert left_behind(running.folder) == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells a process that its parent died")
def test_even_a_demo_that_is_killed_leaves_no_process_behind(running: Running) -> None:
    running.process.kill()
    running.process.wait(10)
    eventually(lambda: not left_behind(running.folder), timeout=30)


# Misuse ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--http-port", "--grpc-port", "--sandbox-port"])
def test_a_port_that_was_asked_for_and_is_taken_is_one_line_and_exit_code_2(option: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ports = {"--http-port": "0", "--grpc-port": "0", "--sandbox-port": "0", option: port}
        words = [word for pair in ports.items() for word in pair]
        done = run("demo", *words, "--data", str(tmp_path / "data"), timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert " demo: " in line
    assert port in line
    assert left_behind(tmp_path / "data") == []
