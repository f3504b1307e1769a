"""`fleaglass run`: a program that was never changed leaves the operations that our client leaves.

1. A sandbox with whole and immediate fills, a hub, and an account for each program.
2. Three programs that do the same: with httpx, with requests, with our client. The first two run by `fleaglass run`.
3. Their operations, as the hub has them, must be the same ones with the same attributes.

Three differences are meant. Our client asks for its order inside the order's own operation, so that one knows the
fill; a program asks afterwards, and what it learns is on that. In `live`, where the answer to a balance has no value
in USD and that to a release not the whole escrow, our client asks for those inside the operation. And there an order
is for an amount of USD: our client is told for how much of the asset, and at which price.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import FLEAGLASS, Hub, running_hub, sending

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

Operation = tuple[str, str, dict[str, Any]]
PROGRAMS = Path(__file__).parent / "programs"
VARIES = {
    *("pf.api_latency_ms", "pf.order_id", "pf.position_id", "pf.bet_id", "pf.wallet_id", "pf.timestamp"),
    *("pf.ledger.index", "pf.ledger.leaf_hash", "pf.ledger.origin"),
    *("pf.fill_price", "pf.expected_price", "pf.entry_price", "pf.exit_price", "pf.size_usd"),
    *("pf.pnl_usd", "pf.fee_usd", "pf.slippage_bps", "pf.balance_usd", "pf.payout_usd", "pf.bet_outcome"),
    *("pf.poll_count", "pf.fill_confirmed", "pf.escrow_id", "pf.counterparty"),
}
"""Attributes whose values differ from run to run and account to account: only their presence is compared."""
MEANT: dict[str, dict[str, set[str]]] = {
    "guide": {
        "pf.trade.execute": {
            *("pf.order.state", "pf.fill_price", "pf.fill_quantity", "pf.fill_rate", "pf.fee_usd", "pf.slippage_bps"),
            *("pf.expected_price", "pf.position_id", "pf.pnl_usd", "pf.poll_count", "pf.fill_confirmed"),
        }
    },
    "live": {
        "pf.wallet.balance_check": {"pf.balance_usd", "pf.assets_count"},
        "pf.trade.execute": {"pf.quantity", "pf.fill_rate", "pf.expected_price", "pf.slippage_bps"},
        "pf.escrow.release": {"pf.amount_usd", "pf.counterparty", "pf.hold_duration_s"},
    },
}
"""Attributes that are told by our client alone: see above."""


@dataclass
class Place:
    """A sandbox and a hub."""

    sandbox: str
    hub: Hub

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = httpx.post(self.sandbox + path, json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    def account(self) -> dict[str, str]:
        """A new account with money, as the environment of a program that uses one profile."""
        opened = self.post("/_sandbox/accounts", {"credit_usd": 10_000})
        return {"PF_URL": opened["base_url"], "PF_KEY": opened["api_key"], "WALLET": opened["wallet_id"]}

    def live_account(self) -> dict[str, str]:
        """The same for the profile ``live``: keys and addresses, a wallet on a network, and somebody to hire."""
        opened = self.post("/_sandbox/accounts", {"credit_usd": 10_000})["live"]
        chain = self.post("/live/wallet/v1/wallet/create", {}, opened["wallet"]["api_key"])
        hired = self.post("/_sandbox/accounts", {})["live"]["casino"]["account_id"]
        keys = {name: {"api_key": each["api_key"], "base_url": each["base_url"]} for name, each in opened.items()}
        return {"LIVE": json.dumps(keys), "WALLET": chain["addresses"]["base"], "HIRED": hired}

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command, with nothing of our own settings but where the sandbox and the hub are."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "OTEL_"))},
            **sending(),
            "FLEAGLASS_GUIDE_URL": f"{self.sandbox}/v1",
            "FLEAGLASS_LIVE_URL": f"{self.sandbox}/live",
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
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--speed", "0", "--rate-limit", "0"]
    with running_hub(folder / "hub") as hub:
        sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert sandbox.stdout is not None
        try:
            yield Place(json.loads(sandbox.stdout.readline())["url"], hub)
        finally:
            sandbox.send_signal(signal.SIGTERM)
            sandbox.wait(10)


GUIDE_OPERATIONS = [
    "pf.wallet.balance_check",
    "pf.trade.execute",
    "pf.trade.positions",
    "pf.trade.close",
    "pf.trade.execute",
    "pf.casino.bet",
]
LIVE_OPERATIONS = [
    "pf.wallet.balance_check",
    "pf.market.read",
    "pf.trade.execute",
    "pf.trade.positions",
    "pf.trade.close",
    "pf.trade.execute",
    "pf.trade.execute",
    "pf.trade.cancel",
    "pf.casino.bet",
    "pf.casino.history",
    "pf.escrow.create",
    "pf.escrow.release",
    "pf.domain.check",
    "pf.domain.list",
]


@pytest.mark.parametrize("program", ["with_httpx", "with_requests"])
def test_an_unmodified_program_leaves_the_clients_operations(place: Place, program: str) -> None:
    assert compared(place, program, "with_the_client", place.account, MEANT["guide"]) == GUIDE_OPERATIONS


@pytest.mark.parametrize("program", ["live_with_httpx", "live_with_requests"])
def test_and_so_does_one_on_the_services_of_the_profile_live(place: Place, program: str) -> None:
    assert compared(place, program, "live_with_the_client", place.live_account, MEANT["live"]) == LIVE_OPERATIONS


def compared(
    place: Place, program: str, twin: str, account: Callable[[], dict[str, str]], meant: Mapping[str, set[str]]
) -> list[str]:
    """The names of the operations, once both have left the same."""
    agent = program.replace("_", "-")
    ran = place.run(*FLEAGLASS, "run", str(PROGRAMS / f"{program}.py"), **account())
    assert ran.returncode == 0, ran.stderr
    ours = place.run(sys.executable, str(PROGRAMS / f"{twin}.py"), **account(), NAME=f"{agent}-twin")
    assert ours.returncode == 0, ours.stderr
    wanted = _as_asked(place.operations(f"{agent}-twin"), meant)
    assert _as_asked(place.operations(agent), meant) == wanted
    return [name for name, _, _ in wanted]


def _as_asked(operations: list[Operation], meant: Mapping[str, set[str]]) -> list[Operation]:
    """The operations without the differences that are meant.

    How often an order is asked for, if at all, depends on how soon it is filled.
    """
    return [
        (name, status, {key: value for key, value in attributes.items() if key not in meant.get(name, ())})
        for name, status, attributes in operations
        if name not in {"pf.trade.read", "pf.trade.confirmation_poll"}
    ]


def test_the_programs_exit_code_is_the_commands(place: Place) -> None:
    ran = place.run(*FLEAGLASS, "run", str(PROGRAMS / "with_requests.py"), **place.account(), EXIT="7")
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
