"""The demo loses answers and its agents are killed: their ledgers account for every order all the same.

1. Each agent waits for an answer of the venue that does not come. All three are killed.
2. The demo starts them again, and more than half of all answers are lost.
3. Both traders wait once more. All three are killed, and from now on every answer comes.
4. The demo is stopped, and the ledgers are held against the sandbox's own database.

An agent is killed only while the venue has acted on all that it sent. What may have been sent just before is told from
what still comes only after ten minutes, and no test waits for that.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from fleaglass.cli._ledger._folder import LogFolder
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.open_intents import OpenIntents
from tests.integration.test_reconcile import reconciled, without_order
from tests.support.ledger_folder import write_ledger
from tests.support.processes import FLEAGLASS, eventually, run

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PROGRAMS = {"momentum-1": "momentum_agent.py", "vol-arb-1": "vol_arb_agent.py", "research-1": "research_agent.py"}
AGENTS, TRADERS = tuple(PROGRAMS), ("momentum-1", "vol-arb-1")
NOTHING_IS_ANSWERED = ("hang:trade", "hang:escrow.create", "hang:escrow.complete")
NO_TRADE_IS_ANSWERED = ("hang:trade",)
ANSWERS_ARE_LOST = ("drop-ack:trade@60%", "drop-ack:escrow@60%")
PATIENCE_S = 60.0


@dataclass
class Demo:
    """A demo under way, whose agents decide without pauses."""

    process: subprocess.Popen[str]
    folder: Path
    sandbox: str

    def goes_wrong(self, *faults: str) -> None:
        """From now on this happens at the venue, and nothing else."""
        httpx.post(f"{self.sandbox}/_sandbox/faults", json={"faults": faults}).raise_for_status()

    def unanswered(self, agent: str) -> set[str]:
        """The intents that nothing follows in the ledger."""
        return {entry.id for entry in entries(self.folder, agent) if entry.kind == "intent"} - {
            entry.ref for entry in entries(self.folder, agent)
        }

    def waits(self, agent: str) -> bool:
        """Whether the venue has acted on something that the agent waits for."""
        waited_for = self.unanswered(agent)
        sent_ns = [int(entry.t) for entry in entries(self.folder, agent) if entry.id in waited_for]
        return bool(sent_ns) and self._last_act_ns(agent) >= max(sent_ns)

    def _last_act_ns(self, agent: str) -> int:
        answer = httpx.get(f"{self.sandbox}/_sandbox/history", params={"account": agent}).raise_for_status()
        return max((row.get("at_ns", 0) for row in map(json.loads, answer.text.splitlines())), default=0)

    def has_lost(self, agent: str) -> bool:
        """Whether an answer did not come to the agent, which lived on."""
        return any(
            entry.kind == "outcome" and entry.attributes.get("state") == "unknown"
            for entry in entries(self.folder, agent)
        )

    def pids(self) -> dict[str, int]:
        """The process of each agent."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # it was killed, and is no more or is a zombie
                words = child.cmdline()
                found |= {agent: child.pid for agent, name in PROGRAMS.items() if any(w.endswith(name) for w in words)}
        return found

    def kill_agents(self) -> None:
        """`kill -9`, and wait until the demo has started all of them again."""
        killed = self.pids()
        assert killed.keys() == PROGRAMS.keys()
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(self.pids()) == 3 and not {*self.pids().values()} & {*killed.values()}, PATIENCE_S)


@dataclass(frozen=True)
class Ended:
    """What a demo left."""

    folder: Path
    code: int
    report: dict[str, Any]
    said: str


def home(folder: Path) -> Path:
    return folder / "demo" / "home"


def ledger(folder: Path, agent: str) -> Path:
    return home(folder) / "ledger" / agent


def entries(folder: Path, agent: str) -> list[Entry]:
    """All that an agent has written so far; a log without a checkpoint is younger than a second."""
    log = ledger(folder, agent)
    return list(LogFolder(LogFiles(log)).entries()) if (log / "log" / "checkpoint").exists() else []


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder, talk = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("said") / "stderr"
    ports = ("--http-port", "0", "--grpc-port", "0")
    command = [*FLEAGLASS, "demo", *ports, "--cycles", "100000", "--exit", "--json", "--data", str(folder)]
    with talk.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        venue = eventually(lambda: re.search(r"venue (http://[\d.]+:\d+)/v1", talk.read_text()), PATIENCE_S)
        play(Demo(process, folder, venue[1]))
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    return Ended(folder, process.returncode, json.loads(told or "{}"), talk.read_text())


def play(demo: Demo) -> None:
    demo.goes_wrong(*NOTHING_IS_ANSWERED)
    eventually(lambda: all(demo.waits(agent) for agent in AGENTS), PATIENCE_S)
    left = {agent: demo.unanswered(agent) for agent in AGENTS}
    demo.goes_wrong(*ANSWERS_ARE_LOST)
    demo.kill_agents()
    eventually(lambda: not any(demo.unanswered(agent) & left[agent] for agent in AGENTS), PATIENCE_S)
    eventually(lambda: all(demo.has_lost(agent) for agent in TRADERS), PATIENCE_S)

    demo.goes_wrong(*NO_TRADE_IS_ANSWERED)
    eventually(lambda: all(demo.waits(agent) for agent in TRADERS) and not demo.unanswered("research-1"), PATIENCE_S)
    demo.goes_wrong()
    demo.kill_agents()
    eventually(lambda: not any(OpenIntents(entries(demo.folder, agent)).entries for agent in AGENTS), PATIENCE_S)


def test_a_killed_agent_is_named_and_starts_again(ended: Ended) -> None:
    assert ended.code == 130, ended.said
    assert ended.said.count("the momentum agent was killed. It starts again") == 2
    assert ended.said.count("was killed. It starts again, and asks the venue what became of what it had sent.") == 6


def test_the_demo_counts_no_intent_without_an_end_and_misses_no_span(ended: Ended) -> None:
    assert ended.report["intents_unresolved"] == 0
    assert ended.report["spans_recorded"] == ended.report["spans_stored"] > 0
    assert ended.report["spans_interrupted"] > 0


@pytest.mark.parametrize("agent", AGENTS)
def test_each_ledger_is_whole_and_without_an_open_intent(ended: Ended, agent: str) -> None:
    keys = run("ledger", "keys", "list", "--home", str(home(ended.folder))).stdout.splitlines()
    (key,) = (key for key in keys if key.startswith(f"fleaglass.ledger/{agent}+"))
    done = run("ledger", "verify", str(ledger(ended.folder, agent)), "--vkey", key, "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["open_intents"] == 0
    told = {entry.kind for entry in entries(ended.folder, agent)}
    assert {"intent", "resolution"} <= told
    assert "outcome" in told or agent not in TRADERS


@pytest.mark.parametrize("agent", AGENTS)
def test_each_ledger_and_the_sandboxs_database_say_the_same(ended: Ended, agent: str) -> None:
    """By its tables, with no client of the venue in between."""
    database = ended.folder / "demo" / "sandbox.db"
    code, found = reconciled(ledger(ended.folder, agent), "--venue", str(database), "--account", agent)
    assert code == 0, json.dumps(found, indent=1)
    assert found["counts"].keys() <= {"matched", "probable", "nothing"}
    with closing(sqlite3.connect(database)) as tables:
        orders = {row[0] for row in tables.execute("SELECT order_id FROM trade_order WHERE agent_id = ?", (agent,))}
    lines = [line for finding in found["findings"] for line in finding["lines"]]
    assert {line["id"] for line in lines if line["kind"] == "order"} == orders
    assert bool(orders) == (agent in TRADERS)


def test_an_order_that_is_taken_out_of_a_ledger_is_named(ended: Ended, tmp_path: Path) -> None:
    told = entries(ended.folder, "momentum-1")
    order_id = next(entry.attributes["order_id"] for entry in told if "order_id" in entry.attributes)
    write_ledger(tmp_path, without_order(told, order_id))
    code, found = reconciled(tmp_path, "--venue", str(ended.folder / "demo" / "sandbox.db"), "--account", "momentum-1")
    assert (code, found["counts"]["venue_only"]) == (1, 1)
    assert found["findings"][0]["lines"][0]["id"] == order_id
