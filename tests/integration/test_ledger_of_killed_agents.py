"""An agent whose answers are lost, and that is killed amid its spends, accounts for all of them when it is back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from fleaglass.ledger.log import Ledger, Seams
from tests.integration.test_reconcile import opened, reconciled, sandbox

pytestmark = pytest.mark.integration

PROGRAM = Path(__file__).parent / "programs" / "ledger_agent.py"
FAULTS = ("drop-ack:trade@30%", "drop-ack:casino@30%", "drop-ack:escrow@30%")
SPENDS = 7


def run(number: int, fatal: int, environ: dict[str, str]) -> int:
    command = [sys.executable, str(PROGRAM), str(number), str(fatal)]
    return subprocess.run(command, env={**os.environ, **environ}, timeout=60, check=False).returncode


@pytest.mark.timeout(180)
def test_nothing_is_open_after_the_restart_and_all_is_accounted_for(tmp_path: Path) -> None:
    home, db = tmp_path / "home", tmp_path / "sandbox.db"
    folder = home / "ledger" / "agent-1"
    with sandbox(db, *FAULTS) as url:
        account, other = opened(url, "agent-1"), opened(url, "agent-2")
        environ = {
            "API_KEY": account["api_key"],
            "BASE_URL": account["base_url"],
            "PAYEE": other["agent_id"],
            "FLEAGLASS_HOME": str(home),
            "FLEAGLASS_EXPORTER": "none",
        }
        ends = [run(number, number + 1, environ) for number in range(SPENDS)]
        killed, left = ends.count(-signal.SIGKILL), open_intents(home)
        assert (killed, bool(left)) == (SPENDS, True)
        httpx.post(f"{url}/_sandbox/faults", json={"faults": []}).raise_for_status()
        assert run(SPENDS, 0, environ) == 0
        assert open_intents(home) == []
    code, found = reconciled(folder, "--venue", str(db), "--account", "agent-1")
    assert code == 0, json.dumps(found, indent=1)

    with sandbox(db) as url:
        order_id = placed_without_the_ledger(f"{url}/v1", account["api_key"])
    code, found = reconciled(folder, "--venue", str(db), "--account", "agent-1")
    assert (code, found["counts"]["venue_only"]) == (1, 1)
    assert found["findings"][0]["lines"][0]["id"] == order_id


def open_intents(home: Path) -> list[str]:
    """The operations of what has no outcome, by the log."""
    ledger = Ledger.open(home, "agent-1", seams=Seams())
    try:
        return [entry.op for entry in ledger.open_intents()]
    finally:
        ledger.close()


def placed_without_the_ledger(base_url: str, api_key: str) -> str:
    """An order that whoever has the key places by other means."""
    answer = httpx.post(
        f"{base_url}/trading/order",
        json={"asset": "SOL", "side": "buy", "quantity": 0.5, "order_type": "market"},
        headers={"Authorization": f"Bearer {api_key}"},
    )
    order_id: str = answer.raise_for_status().json()["order_id"]
    return order_id
