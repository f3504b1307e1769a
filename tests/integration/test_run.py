"""`fleaglass run`: a program that was never changed leaves the operations that our client leaves.

1. A sandbox with whole and immediate fills, a hub, and an account for each program.
2. Three programs that do the same: with httpx, with requests, with our client. The first two run by `fleaglass run`.
3. Their operations, as the hub has them, must be the same ones with the same attributes.

One difference is meant: our client asks for its order inside the order's own operation, so that one knows the fill; a
program asks afterwards, and what it learns is on that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import FLEAGLASS, Hub, running_hub

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

Operation = tuple[str, str, dict[str, Any]]
PROGRAMS = Path(__file__).parent / "programs"
VARIES = {
    *("pf.api_latency_ms", "pf.order_id", "pf.position_id", "pf.bet_id", "pf.wallet_id", "pf.timestamp"),
    *("pf.fill_price", "pf.expected_price", "pf.entry_price", "pf.exit_price", "pf.size_usd"),
    *("pf.pnl_usd", "pf.fee_usd", "pf.slippage_bps", "pf.balance_usd", "pf.payout_usd", "pf.bet_outcome"),
    *("pf.poll_count", "pf.fill_confirmed"),
}
"""Attributes whose values come from the venue and differ from account to account: only their presence is compared."""
CONFIRMED = {
    *("pf.order.state", "pf.fill_price", "pf.fill_quantity", "pf.fill_rate", "pf.fee_usd", "pf.slippage_bps"),
    *("pf.expected_price", "pf.position_id", "pf.pnl_usd", "pf.poll_count", "pf.fill_confirmed"),
}
"""What the answer to a market order may leave open, until somebody asks for the order."""


@dataclass
class Place:
    """A sandbox and a hub."""

    sandbox: str
    hub: Hub

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command with an account of its own at the sandbox."""
        account = httpx.post(f"{self.sandbox}/v1/faucet/register", json={}).json()
        httpx.post(f"{self.sandbox}/v1/faucet/claim", json={"agent_id": account["agent_id"]}).raise_for_status()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "OTEL_"))},
            "PF_URL": f"{self.sandbox}/v1",
            "PF_KEY": account["api_key"],
            "WALLET": account["wallet_id"],
            "FLEAGLASS_GUIDE_URL": f"{self.sandbox}/v1",
            "FLEAGLASS_ENDPOINT": self.hub.url,
            **environment,
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def operations(self, agent: str) -> list[Operation]:
        """Name, status and attributes of the agent's operations, once all traces are there, in their order."""
        traces = self.hub.get("/api/v1/traces", agent=agent, limit=200)["traces"]
        spans = [span for one in traces for span in self.hub.get(f"/api/v1/traces/{one['trace_id']}")["spans"]]
        found = {span["span_id"]: span for span in spans if span["name"].startswith("pf.")}
        ordered = sorted(found.values(), key=lambda span: int(span["start_ns"]))
        return [(span["name"], span["status"], _attributes(span)) for span in ordered]


def _attributes(span: dict[str, Any]) -> dict[str, Any]:
    values = {one["key"]: one["value"]["value"] for one in span["attributes"]}
    return {key: "…" if key in VARIES else value for key, value in values.items() if key.startswith("pf.")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The sandbox fills whole and at once."""
    folder = tmp_path_factory.mktemp("run")
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--speed", "0"]
    with running_hub(folder / "hub") as hub:
        sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert sandbox.stdout is not None
        try:
            yield Place(json.loads(sandbox.stdout.readline())["url"], hub)
        finally:
            sandbox.send_signal(signal.SIGTERM)
            sandbox.wait(10)


@pytest.mark.parametrize("program", ["with_httpx", "with_requests"])
def test_an_unmodified_program_leaves_the_clients_operations(place: Place, program: str) -> None:
    agent = program.replace("_", "-")
    ran = place.run(*FLEAGLASS, "run", str(PROGRAMS / f"{program}.py"))
    assert ran.returncode == 0, ran.stderr
    twin = f"{agent}-twin"
    ours = place.run(sys.executable, str(PROGRAMS / "with_the_client.py"), NAME=twin)
    assert ours.returncode == 0, ours.stderr
    wanted = _as_asked(place.operations(twin))
    assert _as_asked(place.operations(agent)) == wanted
    assert [name for name, _, _ in wanted] == [
        "pf.wallet.balance_check",
        "pf.trade.execute",
        "pf.trade.positions",
        "pf.trade.close",
        "pf.trade.execute",
        "pf.casino.bet",
    ]


def _as_asked(operations: list[Operation]) -> list[Operation]:
    """The operations without what the confirmation of an order makes of them.

    How often it is asked for, if at all, depends on how soon it is filled.
    """
    found: list[Operation] = []
    for name, status, attributes in operations:
        if name == "pf.trade.execute":
            attributes = {key: value for key, value in attributes.items() if key not in CONFIRMED}
        if name not in {"pf.trade.read", "pf.trade.confirmation_poll"}:
            found.append((name, status, attributes))
    return found


def test_the_programs_exit_code_is_the_commands(place: Place) -> None:
    ran = place.run(*FLEAGLASS, "run", str(PROGRAMS / "with_requests.py"), EXIT="7")
    assert ran.returncode == 7


def test_a_failing_program_shows_its_own_traceback(place: Place, tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text("import sys\nassert sys.argv[1:] == ['--fast', 'x']\nraise RuntimeError('as it is')\n")
    ran = place.run(*FLEAGLASS, "run", str(program), "--fast", "x")
    assert ran.returncode == 1
    assert ran.stderr.count("Traceback") == 1
    assert "fleaglass" not in ran.stderr
    assert ran.stderr.rstrip().endswith("RuntimeError: as it is")


def test_a_missing_program_is_one_line(place: Place) -> None:
    ran = place.run(*FLEAGLASS, "run", "nowhere.py")
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "there is no file nowhere.py" in ran.stderr
