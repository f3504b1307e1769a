"""An agent that trades and hires has its ledger anchored without a line of code, and its end waits for nobody."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from fleaglass.ledger.anchoring import AnchoredLog
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note
from tests.integration.test_access import bearer, token
from tests.integration.test_reconcile import opened, sandbox
from tests.support.processes import dismiss_shipper, run, running_hub

pytestmark = pytest.mark.integration

PROGRAM = Path(__file__).parent / "programs" / "anchored_agent.py"


class Town:
    """A sandbox with two accounts, and the folder in which their agents keep what they keep."""

    def __init__(self, url: str, home: Path) -> None:
        self.home = home
        self.accounts = {name: opened(url, name) for name in ("hirer", "worker")}

    def run(self, name: str, *arguments: str, **environ: str) -> str:
        """What an agent prints last."""
        account = self.accounts[name]
        known = {"API_KEY": account["api_key"], "BASE_URL": account["base_url"], "FLEAGLASS_HOME": str(self.home)}
        done = subprocess.run(
            [sys.executable, str(PROGRAM), name, *arguments],
            env={**os.environ, **known, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.said = done.stderr
        return done.stdout.strip()

    def layout(self, name: str) -> Layout:
        return layout_of(self.home, name)

    def size(self, name: str) -> int:
        return Checkpoint.parse(Note.parse(self.layout(name).checkpoint.read_bytes()).text).size


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with sandbox(tmp_path / "sandbox.db") as url:
        yield Town(url, tmp_path / "home")
    dismiss_shipper(tmp_path / "home")


def verified(town: Town, name: str, *anchors: str) -> dict[str, Any]:
    """What `fleaglass ledger verify` says of an agent's log."""
    layout = town.layout(name)
    vkey = AnchoredLog(layout).vkey()
    done = run("ledger", "verify", str(layout.folder), "--vkey", vkey, *anchors, "--require-anchor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_hub_and_the_counterparty_hold_what_the_agents_wrote(town: Town, tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        escrow_id = town.run("hirer", town.accounts["worker"]["agent_id"], FLEAGLASS_ENDPOINT=hub.url)
        town.run("worker", escrow_id, FLEAGLASS_ENDPOINT=hub.url)
        logs = {log["origin"]: log["newest"]["size"] for log in hub.get("/api/v1/witness")["logs"]}
        assert logs == {town.layout(name).origin: town.size(name) for name in ("hirer", "worker")}
        assert hub.get("/api/v1/witness/alarms")["alarms"] == []
        for name in ("hirer", "worker"):
            assert verified(town, name, "--hub", hub.url)["anchored"] == town.size(name)

    # What the hirer had written when it hired, the one who was hired holds.
    (kept,) = town.layout("worker").foreign_anchors.iterdir()
    (note,) = notes_in(kept.read_bytes())
    held = Checkpoint.parse(Note.parse(note).text)
    assert (held.origin, held.size) == (town.layout("hirer").origin, 2)
    assert verified(town, "hirer", "--anchor", str(kept))["anchored"] == 2


def test_a_hub_that_asks_for_a_token_gets_that_of_the_telemetry(town: Town, tmp_path: Path) -> None:
    data, worker = tmp_path / "hub", town.accounts["worker"]["agent_id"]
    sender, reader = token(data, "ingest"), token(data, "read")
    with running_hub(data, "--auth", "on") as hub:
        town.run("hirer", worker, FLEAGLASS_HUB=hub.url, FLEAGLASS_HUB_TOKEN=sender)
        answer = httpx.get(f"{hub.url}/api/v1/witness", headers=bearer(reader)).raise_for_status()
    assert [log["newest"]["size"] for log in answer.json()["logs"]] == [town.size("hirer")]


def test_a_hub_that_is_away_costs_an_agent_one_line(town: Town) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    town.run("hirer", town.accounts["worker"]["agent_id"], FLEAGLASS_ENDPOINT=url)
    (line,) = [line for line in town.said.splitlines() if "witness" in line]
    assert line.startswith(f"the ledger of hirer: hub {url}/witness does not take its checkpoints: ")


def test_a_hub_that_never_answers_does_not_keep_an_agent_from_ending(town: Town) -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as hole:
        url = f"http://127.0.0.1:{hole.getsockname()[1]}"
        alone = {"FLEAGLASS_ENDPOINT": url, "FLEAGLASS_SHIPPER": "off"}  # a shipper's thread would wait as well
        ended_in_s = float(town.run("hirer", town.accounts["worker"]["agent_id"], "timed", **alone))
    print(f"the agent ended in {ended_in_s:.3f} s")
    assert ended_in_s < 5, "it waited for the hub's answer"
