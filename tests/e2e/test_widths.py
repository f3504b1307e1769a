"""Every page at every width: nothing overlaps, nothing is cut, nothing scrolls sideways, from cents to millions."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.layout import flaws
from tests.e2e.performance_story import LONG_NAME, LONG_RELEASE, amounts
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.e2e

WIDTHS = (360, 390, 560, 719, 720, 800, 860, 900, 1000, 1099, 1100, 1280, 1600)
"""Phones, tablets and windows, and both sides of the breakpoint between them."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("amounts")) as hub:
        for request in amounts(time.time_ns()):
            body, kind = request.SerializeToString(), {"content-type": "application/x-protobuf"}
            assert httpx.post(f"{hub.url}/v1/traces", content=body, headers=kind).status_code == 200
        yield hub


@pytest.fixture(scope="module")
def page(chromium: Browser, hub: Hub) -> Iterator[Page]:
    context = chromium.new_context(base_url=hub.url, viewport={"width": 1280, "height": 1400}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(f"open={quote(f'{LONG_NAME}@{LONG_RELEASE}')}", id="all amounts"),
        pytest.param("agent=cents&open=cents@1.0.0", id="cents"),
        pytest.param("agent=ten-thousands&range=7d", id="five figures"),
        pytest.param(f"agent={LONG_NAME}&sort=drawdown", id="seven figures and a long name"),
        pytest.param("by=hour&range=30d&sort=mean", id="hours of a month"),
    ],
)
def test_results_are_readable_at_every_width(page: Page, asked: str) -> None:
    page.goto(f"/performance?{asked}")
    expect(page.get_by_role("region", name="Results by group").get_by_role("row").nth(1)).to_be_visible()
    expect(page.get_by_role("region", name="Where the time goes").get_by_role("button").first).to_be_visible()
    assert [flaw for width in WIDTHS for flaw in flaws(page, width) + _thin(page, width)] == []


def test_results_of_another_year_are_readable_at_every_width(chromium: Browser, hub: Hub) -> None:
    """Read a year later, whatever the day is now: as in the night of New Year, the first date has its year."""
    page = chromium.new_page(base_url=hub.url, viewport={"width": 1280, "height": 1400})
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=366))
    page.goto("/performance")
    expect(page.locator(".equity-times")).to_contain_text(re.compile(r"\d\d \w{3} \d{4}"))
    assert [flaw for width in WIDTHS for flaw in flaws(page, width)] == []
    page.close()


def _thin(page: Page, width: int) -> list[str]:
    """Bars without room to compare them."""
    thin = page.evaluate(
        "[...document.querySelectorAll('.stack, .p-bar')].filter((bar) => bar.checkVisibility()"
        " && bar.getBoundingClientRect().width < 24 && !bar.closest('.slow-bar')).map((bar) => bar.className)"
    )
    return [f"{width} px: {bar} has no room" for bar in thin]


def test_a_fixed_range_leaves_the_title_whole(page: Page) -> None:
    page.goto(f"/performance?from=2020-01-01T00:00:00Z&to=2020-01-02T12:30:00Z&agent={LONG_NAME}")
    expect(page.get_by_role("heading", name="Nothing matches in this time range")).to_be_visible()
    expect(page.get_by_role("button", name="Time range")).to_contain_text("01 Jan 2020 00:00")
    assert [flaw for width in WIDTHS for flaw in flaws(page, width)] == []


@pytest.mark.parametrize("path", ["/decisions?range=24h", "/agents", "/decisions?from=2020-01-01&to=2020-01-02"])
def test_lists_are_readable_at_every_width(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("main").get_by_role("row").nth(1)).to_be_visible()
    assert [flaw for width in WIDTHS for flaw in flaws(page, width)] == []


def test_a_trace_is_readable_at_every_width(page: Page, hub: Hub) -> None:
    found = hub.get("/api/v1/traces", agent=LONG_NAME, range="24h")["traces"][0]
    page.goto(f"/traces/{found['trace_id']}")
    expect(page.get_by_role("treegrid").get_by_text("pf.trade.close")).to_be_visible()
    assert [flaw for width in WIDTHS for flaw in flaws(page, width)] == []
