"""The story of a fault, in a real browser: it appears, is resolved, and comes back with the next release.

1. An agent of the demo is broken: the venue refuses its orders. Its issue is on the page within five seconds.
2. From the issue to the trace that it happened in, where the failing span is marked.
3. "Resolve in the next release": events of the release that has the fault do not bring it back.
4. The agent is released again with the fault still in it: the issue is marked regressed, with that release.

Another agent of the demo may make issues of its own meanwhile; that is fine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from fleaglass.cli._demo.accounts import Account
from tests.e2e.conftest import Demo
from tests.support.processes import eventually

pytestmark = pytest.mark.e2e

REFUSED = "error:400/INSUFFICIENT_MARGIN:trading.order"
MOMENTUM = Path(__file__).parents[2] / "examples" / "momentum_agent.py"
TITLE = re.compile("InsufficientMarginError: trading.order")


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    context.close()
    assert trouble == []


@pytest.fixture
def broken(demo: Demo) -> Iterator[None]:
    """The venue refuses every order while the test runs."""
    faults = f"{demo.venue.removesuffix('/v1')}/_sandbox/faults"
    before = [fault["fault"] for fault in httpx.get(faults).json()["faults"]]
    httpx.post(faults, json={"faults": [REFUSED]}).raise_for_status()
    yield
    httpx.post(faults, json={"faults": before}).raise_for_status()


def test_a_fault_appears_is_resolved_and_comes_back_with_the_next_release(
    page: Page, demo: Demo, broken: None, tmp_path: Path
) -> None:
    page.goto("/issues")
    found = eventually(lambda: demo.refused("momentum-1"), 60)
    issue, age_s = found["id"], time.time() - int(found["first_seen_ns"]) / 1e9
    row = page.locator(f"a[href^='/issues/{issue}']").first
    expect(row).to_be_visible(timeout=max(1.0, 5_000 - 1_000 * age_s))
    row.click()
    page.wait_for_url(re.compile(f"/issues/{issue}"))
    expect(page.get_by_text("New in agent-momentum@1.0.0")).to_be_visible()

    page.get_by_role("link", name="Open trace").click()
    page.wait_for_url(re.compile("/traces/"))
    expect(page.locator(f"a[href^='/issues/{issue}']").first).to_be_visible()

    page.goto(f"/issues/{issue}")
    page.get_by_role("button", name="How to resolve: Resolve").click()
    page.get_by_role("button", name=re.compile("In the next release")).click()
    expect(page.get_by_text(re.compile("Resolved by .* in the"))).to_be_visible()
    events = demo.issue(issue)["events"]
    eventually(lambda: demo.issue(issue)["events"] > events, 40)  # the fault goes on, in the same release
    assert demo.issue(issue)["status"] == "resolved"

    with _released_again(demo, tmp_path, "1.1.0"):
        expect(page.get_by_text(re.compile("^Regressed in agent-momentum@1.1.0"))).to_be_visible(timeout=60_000)
    assert demo.issue(issue)["substatus"] == "regressed"
    page.goto("/issues?status=regressed")
    expect(page.get_by_role("link", name=TITLE).first).to_be_visible()


class _released_again:
    """The demo's momentum agent once more, under another version, while the block runs."""

    def __init__(self, demo: Demo, folder: Path, version: str) -> None:
        self._demo = demo
        self._folder = folder
        self._version = version

    def __enter__(self) -> None:
        program = self._folder / "momentum_agent.py"
        program.write_text(MOMENTUM.read_text().replace("agent-momentum@1.0.0", f"agent-momentum@{self._version}"))
        account = _account(self._demo)
        environment = {
            "PYTHONPATH": os.pathsep.join((str(MOMENTUM.parent), os.environ.get("PYTHONPATH", ""))),
            "PURPLE_FLEA_API_KEY": account.api_key,
            "PURPLE_FLEA_BASE_URL": self._demo.venue,
            "PURPLE_FLEA_WALLET": account.wallet_id,
            "FLEAGLASS_ENDPOINT": self._demo.url,
            "FLEAGLASS_ENVIRONMENT": "demo",
            "FLEAGLASS_HOME": str(self._folder / "home"),
            "FLEAGLASS_SHIPPER": "thread",
        }
        command = [sys.executable, str(program), "--interval", "0.2"]
        self._process = subprocess.Popen(command, env=os.environ | environment)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)


def _account(demo: Demo) -> Account:
    """An account of its own at the venue: the demo's agent goes on trading with the first."""
    with httpx.Client(base_url=demo.venue) as venue:
        registered = venue.post("/faucet/register", json={"agent_id": "momentum-again"}).raise_for_status().json()
        venue.post("/faucet/claim", json={"agent_id": "momentum-again"}).raise_for_status()
    return Account("momentum-again", registered["api_key"], registered["wallet_id"])
