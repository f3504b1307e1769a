"""Am I safe? The owner's first page, over a demo that trades and over hubs that know little."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo
from tests.support.otlp import traces
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""

SECOND = 1_000_000_000
ANSWER = re.compile("^(Yes, as far as is known|Not sure|No):")
ALIVE = re.compile("^(Alive|Late)")


def pages(chromium: Browser, url: str) -> Iterator[Page]:
    """A fresh page that fails its test when the browser reported an error or a policy violation."""
    context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert trouble == []


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    yield from pages(chromium, demo.url)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that heard an agent fall silent with an order unknown, and script in every name."""
    with running_hub(tmp_path_factory.mktemp("troubled")) as hub:
        now = time.time_ns()
        lost = {"pf.order.state": "unknown", "pf.order_id": "ord_1", "pf.asset": "<img src=x onerror=alert(1)>"}
        spans: list[dict[str, Any]] = [
            _span("agent.decision_cycle", now - (600 + 5 * n) * SECOND, 10 + n, {"pf.cycle_outcome": "skipped"})
            for n in range(5)
        ]
        spans.append(
            _span("pf.trade.execute", now - 600 * SECOND, 20, lost | {"pf.quantity": 0.5, "pf.expected_price": 2408.2})
        )
        resource = {"pf.agent_id": "<b>lost-1</b>", "pf.release": "<script>alert(1)</script>@1.0.0"}
        body = traces(*spans, resource=resource).SerializeToString()
        sent = httpx.post(f"{hub.url}/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
        assert sent.status_code == 200
        yield hub


def _span(name: str, end_ns: int, trace: int, attributes: dict[str, Any]) -> dict[str, Any]:
    times = {"start_time_unix_nano": end_ns - SECOND, "end_time_unix_nano": end_ns}
    return {"name": name, "trace": trace, "attributes": attributes, **times}


def test_the_navigation_leads_there_first_and_every_agent_has_a_row(page: Page) -> None:
    page.goto("/decisions")
    first = page.get_by_role("navigation", name="Primary").get_by_role("region", name="Watch").get_by_role("link").first
    expect(first).to_have_text("Am I safe?")
    first.click()
    expect(page).to_have_url(re.compile("/safety$"))
    expect(page.get_by_role("region", name="Verdict")).to_contain_text(
        re.compile("^(Yes, as far as is known|Not sure|No):")
    )
    agents = page.get_by_role("table", name="Agents")
    for name in ("vol-arb-1", "momentum-1", "research-1"):
        row = agents.get_by_role("row").filter(has_text=name)
        expect(row.get_by_role("cell").nth(1)).to_have_text(ALIVE)
        expect(row).to_contain_text(re.compile(r"\d+ cycles?, \d+ traded"))


def test_it_stays_up_to_date_by_itself(page: Page) -> None:
    page.goto("/safety")
    cycles = page.get_by_role("row").filter(has_text="momentum-1").get_by_text(re.compile(r"\d+ cycles?, \d+ traded"))
    before = cycles.inner_text()
    expect(cycles).not_to_have_text(before, timeout=20_000)


def test_details_unfold_and_lead_to_the_trace_of_a_change(page: Page) -> None:
    """The demo's agent marks a parameter as it starts."""
    page.goto("/safety")
    page.get_by_role("button", name="Details of momentum-1").click()
    expect(page).to_have_url(re.compile("open=momentum-1"))
    changed = page.get_by_role("region", name="Changed in 24 h")
    changed.get_by_role("link", name=re.compile("lookback")).first.click()
    expect(page).to_have_url(re.compile("/traces/[0-9a-f]{32}"))
    page.go_back()
    expect(changed).to_be_visible()
    page.get_by_role("button", name="Details of momentum-1").click()
    expect(changed).to_have_count(0)


def test_an_agent_leads_to_its_decisions(page: Page) -> None:
    page.goto("/safety")
    page.get_by_role("table", name="Agents").get_by_role("link", name="vol-arb-1").click()
    expect(page).to_have_url(re.compile(r"/decisions\?agent=vol-arb-1"))


def test_the_day_can_begin_at_local_midnight(page: Page) -> None:
    page.goto("/safety")
    with page.expect_response(lambda response: "/api/v1/safety?tz=" in response.url and response.ok):
        page.get_by_role("button", name=re.compile("^Local")).click()
    expect(page).to_have_url(re.compile("tz=local"))


def test_a_jump_leads_there(page: Page) -> None:
    page.goto("/decisions")
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Am I safe?")).to_be_visible()


def test_silence_with_money_out_is_a_no_and_its_reasons_lead_to_the_decisions(chromium: Browser, troubled: Hub) -> None:
    """Whatever an agent calls itself is text."""
    for page in pages(chromium, troubled.url):
        page.goto("/safety")
        expect(page.get_by_role("region", name="Verdict")).to_contain_text(
            re.compile(
                r"^No: <b>lost-1</b> is silent, nothing heard for 10 min, .* with 1 order unknown \(\$1,204\.10\)"
            )
        )
        reasons = page.get_by_role("list", name="Reasons").get_by_role("listitem")
        expect(reasons).to_have_count(2)
        expect(reasons.first).to_contain_text("$1,204.10 at risk")
        expect(page.get_by_role("cell", name=re.compile("^Silent"))).to_be_visible()
        reasons.nth(1).get_by_role("link").click()
        expect(page).to_have_url(re.compile("outcome=unknown"))


def test_a_hub_that_does_not_answer_says_what_is_safe(chromium: Browser, troubled: Hub) -> None:
    context = chromium.new_context(base_url=troubled.url)
    page = context.new_page()
    page.route("**/api/v1/safety*", lambda route: route.abort())
    page.goto("/safety")
    expect(page.get_by_role("heading", name="The hub did not answer.")).to_be_visible()
    expect(page.get_by_text("Agents keep trading and recording.")).to_be_visible()
    page.unroute("**/api/v1/safety*")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("region", name="Verdict")).to_contain_text("No:")
    context.close()


def test_an_empty_hub_shows_how_to_begin(chromium: Browser, tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        page = chromium.new_page(base_url=hub.url)
        page.goto("/safety")
        expect(page.get_by_role("heading", name="Waiting for the first cycle")).to_be_visible()
        page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, demo: Demo, troubled: Hub, tmp_path: Path, width: int, theme: Any) -> None:
    """Nothing scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, url, path in (
        ("safety", demo.url, "/safety?open=momentum-1"),
        ("safety-no", troubled.url, "/safety?open=<b>lost-1</b>"),
    ):
        context = chromium.new_context(base_url=url, viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        page.goto(path)
        expect(page.get_by_role("region", name="Changed in 24 h")).to_be_visible(timeout=20_000)
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        inner = "document.querySelector('.safety')"
        assert page.evaluate(f"{inner}.scrollWidth <= {inner}.clientWidth"), name
        context.close()
