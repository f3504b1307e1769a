"""A demo that trades, and a real Chromium to watch it with."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium_running
from tests.support.processes import FLEAGLASS, Hub, eventually


@dataclass(frozen=True)
class Demo:
    """A running demo, by the addresses of its UI and of its venue."""

    url: str
    venue: str

    def traces(self, **filters: Any) -> list[dict[str, Any]]:
        """Summaries from the API, newest first."""
        answer = httpx.get(f"{self.url}/api/v1/traces", params={"limit": 200, **filters}, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["traces"]
        return found

    def issue(self, number: int) -> dict[str, Any]:
        """One issue from the API."""
        answer = httpx.get(f"{self.url}/api/v1/issues/{number}", timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, agent: str) -> dict[str, Any] | None:
        """The issue of an order that the venue refused for its margin, of this agent alone."""
        answer = httpx.get(
            f"{self.url}/api/v1/issues", params={"q": "InsufficientMarginError: trading.order"}, timeout=10
        )
        found: list[dict[str, Any]] = answer.raise_for_status().json()["issues"]
        return next((issue for issue in found if issue["agents"] == [agent]), None)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`fleaglass demo` once there is something to see: a trade, a skip and a trace of two agents."""
    data = tmp_path_factory.mktemp("demo")
    command = [*FLEAGLASS, "demo", "--http-port", "0", "--grpc-port", "0", "--data", str(data / "demo")]
    said = data / "said.txt"
    with said.open("w") as talk:
        process = subprocess.Popen(command, stderr=talk)
    try:
        running = Demo(eventually(lambda: _address(said), timeout=30), _venue(said))
        _wait_for_a_story(running)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _address(said: Path) -> str | None:
    found = re.search(r"http://127\.0\.0\.1:\d+", said.read_text())
    return found[0] if found else None


def _venue(said: Path) -> str:
    found = re.search(r"venue (http://127\.0\.0\.1:\d+\S*)", said.read_text())
    assert found is not None
    return found[1]


def _wait_for_a_story(demo: Demo) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        traces = demo.traces()
        outcomes = {trace["outcome"] for trace in traces}
        if {"traded", "skipped"} <= outcomes and any(len(trace["agents"]) > 1 for trace in traces):
            return
        time.sleep(0.5)
    pytest.fail("the demo showed no trade, skip and hired agent within 60 s")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, hub: Hub) -> Iterator[Page]:
    """A fresh page of a module's own `hub`; it fails its test when the browser reported an error or a policy violation.

    What is not there is asked for on purpose.
    """
    context = chromium.new_context(base_url=hub.url, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "console", lambda said: trouble.append(said.text) if said.type == "error" and "404" not in said.text else None
    )
    yield page
    context.close()
    assert trouble == []
