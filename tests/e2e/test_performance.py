"""From what an agent earned to the trades behind it, and from where the time went to the slowest trace."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.e2e.performance_story import six_hours
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that holds six hours of trading."""
    with running_hub(tmp_path_factory.mktemp("performance")) as hub:
        for request in six_hours(time.time_ns()):
            _send(hub, request.SerializeToString())
        yield hub


@pytest.fixture(scope="module")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("nothing")) as hub:
        yield hub


def _send(hub: Hub, body: bytes) -> None:
    sent = httpx.post(f"{hub.url}/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
    assert sent.status_code == 200


@pytest.fixture
def page(chromium: Browser, hub: Hub) -> Iterator[Page]:
    """A fresh page that fails its test when the browser reported an error or a policy violation."""
    context = chromium.new_context(base_url=hub.url, viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    trouble: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "400 (Bad Request)" not in message.text:  # Chromium's own note of a refusal
            trouble.append(message.text)

    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", note)
    yield page
    context.close()
    assert trouble == []


def test_the_navigation_leads_there_and_the_sum_adds_up(page: Page, hub: Hub) -> None:
    page.goto("/decisions")
    page.get_by_role("link", name="Performance").click()
    expect(page).to_have_url(re.compile("/performance$"))
    result = page.get_by_role("region", name="Result of the time range")
    total = hub.get("/api/v1/performance", range="24h")["total"]
    for title in ("expected_usd", "slippage_cost_usd", "fees_usd", "net_usd"):
        expect(result.get_by_title(total[title], exact=True).first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Deepest drawdown"))).to_be_visible()


def test_a_group_leads_to_its_trades(page: Page, hub: Hub) -> None:
    page.goto("/performance")
    page.get_by_role("button", name=re.compile("^Group by")).click()
    page.get_by_role("button", name="Asset", exact=True).click()
    expect(page).to_have_url(re.compile("by=asset"))
    results = page.get_by_role("region", name="Results by group")
    expect(results.get_by_role("row")).to_have_count(5)  # the head, three assets, and the bets, which have none
    results.get_by_role("row").filter(has_text="ETH").get_by_role("cell").nth(1).click()
    expect(page).to_have_url(re.compile(r"/decisions\?.*result=asset:ETH"))
    expect(page.get_by_role("grid", name="Decisions").get_by_role("row").nth(1)).to_contain_text("ETH")
    page.go_back()
    expect(results.get_by_role("row").filter(has_text="ETH")).to_be_visible()


@pytest.mark.parametrize("by", ["hour", "side", "asset"])
def test_every_row_leads_to_decisions_over_any_range(page: Page, by: str) -> None:
    """Also the bets, which are about no asset and have no side, and an hour that a week has seven times."""
    page.goto(f"/performance?by={by}&range=7d")
    links = page.get_by_role("region", name="Results by group").get_by_role("row").get_by_role("link")
    expect(links.first).to_be_visible()
    rows = page.get_by_role("region", name="Results by group").get_by_role("row").count() - 1
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(addresses) == rows > 1
    for address in addresses:
        page.goto(str(address))
        expect(page.get_by_role("grid", name="Decisions").get_by_role("row").nth(1)).to_be_visible()
        expect(page.get_by_role("button", name=re.compile(f"^Remove filter result {by}"))).to_be_visible()


def test_only_one_strategy_and_then_any_attribute(page: Page, hub: Hub) -> None:
    page.goto("/performance?by=strategy")
    results = page.get_by_role("region", name="Results by group")
    momentum = results.get_by_role("row").filter(has_text="momentum")
    momentum.hover()
    momentum.get_by_role("button", name="Only momentum").click()
    expect(page).to_have_url(re.compile("attr=pf.strategy:momentum"))
    expect(results.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Group by")).click()
    page.get_by_label("Any attribute").fill("pf.signal_type")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("by=attr:pf.signal_type"))
    expect(results.get_by_role("link", name="mean_reversion")).to_be_visible()
    answer = hub.get("/api/v1/performance", range="24h", by="attr:pf.signal_type", attr="pf.strategy:momentum")
    for group in answer["groups"]:
        expect(results.get_by_title(group["net_usd"], exact=True).first).to_be_visible()
    page.get_by_role("button", name="Remove filter pf.strategy momentum").click()
    expect(page).not_to_have_url(re.compile("attr=pf.strategy"))


def test_columns_sort_and_the_link_says_how(page: Page) -> None:
    page.goto("/performance")
    results = page.get_by_role("region", name="Results by group")
    results.get_by_role("button", name="Fees").click()
    expect(results.get_by_role("columnheader", name="Fees")).to_have_attribute("aria-sort", "descending")
    first = results.get_by_role("row").nth(1).inner_text()
    results.get_by_role("button", name="Fees").click()
    expect(results.get_by_role("columnheader", name="Fees")).to_have_attribute("aria-sort", "ascending")
    expect(page).to_have_url(re.compile("sort=-fees"))
    assert results.get_by_role("row").nth(1).inner_text() != first
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"sort=-fees.*from=.*to=", link), link


def test_where_the_time_goes_leads_to_the_slowest_trace(page: Page, hub: Hub) -> None:
    page.goto("/performance")
    shares = page.get_by_role("region", name="Where the time goes")
    expect(shares.get_by_text(re.compile(r"\d+% of the time of a decision"))).to_be_visible()
    row = shares.get_by_role("button", name=re.compile("research-lead"))
    row.click()
    expect(page).to_have_url(re.compile("open=research-lead@1.4.0"))
    expect(shares.get_by_role("cell", name="Model", exact=True)).to_be_visible()
    groups = hub.get("/api/v1/performance/time", range="24h")["groups"]
    slowest = next(group for group in groups if group["agent"] == "research-lead")["slowest"][0]["trace_id"]
    shares.get_by_role("listitem").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/traces/{slowest}"))
    expect(page.get_by_role("treegrid", name="Spans").get_by_text("agent.decision_cycle")).to_be_visible()


def test_an_empty_range_says_what_to_do(page: Page) -> None:
    page.goto("/performance?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")
    expect(page.get_by_role("heading", name="No decisions in this time range")).to_be_visible()
    page.get_by_role("button", name="Show the last 7 days").click()
    expect(page.get_by_role("region", name="Results by group")).to_be_visible()
    page.goto("/performance?agent=nobody")
    page.get_by_role("button", name="Remove all filters").click()
    expect(page.get_by_role("region", name="Results by group")).to_be_visible()


def test_a_question_that_the_hub_refuses_shows_its_words(page: Page) -> None:
    page.goto("/performance?" + "&".join(f"attr=pf.x:{n}" for n in range(11)))
    expect(page.get_by_role("heading", name=re.compile("attr must be given at most 10 times"))).to_be_visible()
    page.get_by_role("button", name="Remove all filters").click()
    expect(page.get_by_role("region", name="Results by group")).to_be_visible()


def test_an_empty_hub_shows_how_to_begin(chromium: Browser, empty_hub: Hub) -> None:
    page = chromium.new_page(base_url=empty_hub.url)
    page.goto("/performance")
    expect(page.get_by_role("heading", name="Waiting for the first cycle")).to_be_visible()
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, hub: Hub, tmp_path: Path, width: int, theme: str) -> None:
    """Nothing scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(
        base_url=hub.url,
        viewport={"width": width, "height": 1180 if width == 1280 else 1500},
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    for name, path in (
        ("performance", "/performance?open=research-lead@1.4.0"),
        ("performance-by-hour", "/performance?by=hour&sort=fees"),
    ):
        page.goto(path)
        expect(page.get_by_role("region", name="Results by group").get_by_role("row").nth(2)).to_be_visible()
        expect(page.get_by_role("region", name="Where the time goes").get_by_role("button").first).to_be_visible()
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(
            "document.querySelector('.perf').scrollWidth <= document.querySelector('.perf').clientWidth"
        )
    context.close()
