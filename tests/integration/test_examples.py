"""The examples that the demo does not run do what they say, against a sandbox: the casino, and no code at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.processes import FLEAGLASS, eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """Its address, with `/v1`. Prices stand still."""
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--speed", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["base_url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def environment(sandbox: str, agent: str, folder: Path) -> dict[str, str]:
    """What `examples/README.md` has its reader set, and nothing of the test's own."""
    account = httpx.post(f"{sandbox}/faucet/register", json={"agent_id": agent}).json()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "OTEL_"))}
    return kept | {
        "PURPLE_FLEA_API_KEY": account["api_key"],
        "PURPLE_FLEA_BASE_URL": sandbox,
        "PURPLE_FLEA_WALLET": account["wallet_id"],
        "FLEAGLASS_EXPORTER": "none",
        "FLEAGLASS_SPAN_LOG": str(folder / "spans"),
        "FLEAGLASS_HOME": str(folder),
    }


def recorded(folder: Path) -> Counter[str]:
    """How many spans of each name."""
    log = folder / "spans"
    return Counter(line.split(" ", 2)[2] for line in log.read_text().splitlines()) if log.exists() else Counter()


def test_the_casino_agent_claims_once_and_bets_each_turn(sandbox: str, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "casino_agent.py"), "--cycles", "5", "--interval", "0"]
    env = environment(sandbox, "casino-1", tmp_path)
    for _ in range(2):  # the second time the faucet has nothing left to give, and it plays on
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    spans = recorded(tmp_path)
    assert spans["agent.decision_cycle"] == 2 * (1 + 5)
    assert spans["pf.casino.bet"] == spans["POST /casino/bet"] == 10
    assert spans["pf.faucet.claim"] == 2


def test_the_casino_agent_ends_its_turn_when_told_to_stop(sandbox: str, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "casino_agent.py"), "--interval", "60"]
    process = subprocess.Popen(command, env=environment(sandbox, "casino-2", tmp_path))
    try:
        eventually(lambda: recorded(tmp_path)["agent.decision_cycle"] == 2, timeout=30)  # its claim and one turn
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(10)


def test_a_program_without_fleaglass_is_recorded_by_fleaglass_run(sandbox: str, tmp_path: Path) -> None:
    program = EXAMPLES / "plain_program.py"
    assert "import fleaglass" not in program.read_text()
    env = environment(sandbox, "plain-1", tmp_path)
    httpx.post(f"{sandbox}/faucet/claim", json={"agent_id": "plain-1"}).raise_for_status()
    command = [*FLEAGLASS, "run", "--guide-url", sandbox, str(program)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("bought ")
    spans = recorded(tmp_path)
    assert spans["pf.market.read"] == spans["pf.trade.execute"] == spans["pf.trade.close"] == 1
