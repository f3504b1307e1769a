"""From an error that a client sent to its place in the code and in the trace, and to what a person does about it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.issue_story import event, send
from tests.e2e.layout import flaws

pytestmark = pytest.mark.e2e

WIDTHS = (360, 390, 719, 720, 860, 900, 1100, 1280, 1600)


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A fresh page that fails its test when the browser reported an error or a policy violation."""
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert trouble == []


def _row(page: Page, title: str) -> Locator:
    return page.get_by_role("grid", name="Issues").get_by_role("row").filter(has_text=title)


def _span(demo: Demo) -> dict[str, Any]:
    """A span in the middle of a decision."""
    trace = demo.traces(outcome="traded", name="pf.trade.execute")[0]
    spans = httpx.get(f"{demo.url}/api/v1/traces/{trace['trace_id']}").json()["spans"]
    found: dict[str, Any] = next(span for span in spans if span["name"] == "pf.trade.execute")
    return found


def test_an_error_leads_to_its_code_its_trail_and_its_span_and_back(page: Page, demo: Demo) -> None:
    page.goto("/issues?q=OrderLost")
    expect(page.get_by_role("heading", name="No issues")).to_be_visible()
    span = _span(demo)
    trace = {"trace_id": span["trace_id"], "span_id": span["span_id"]}
    sent = event("OrderLost", "the venue <b>forgot</b> it")
    sent["contexts"]["trace"] = trace
    send(demo.url, sent)
    title = "OrderLost: the venue <b>forgot</b> it"
    expect(_row(page, title)).to_be_visible(timeout=15_000)

    page.get_by_role("link", name=title).click()
    expect(page.get_by_text(re.compile(r"New in agent@1\.0\.0, first seen"))).to_be_visible()
    expect(page.get_by_text("return venue.send(order)")).to_be_visible()
    expect(page.get_by_text("main.py:9")).to_be_visible()
    page.get_by_role("button", name="1 library frame").click()
    expect(page.get_by_text("httplib/client.py")).to_be_visible()
    expect(page.get_by_text("\u22122.38\u2009s")).to_be_visible()
    expect(page.get_by_text("vol-arb", exact=True).last).to_be_visible()
    failing = page.get_by_role("list", name="Spans around the error").locator("[aria-current=true]")
    expect(failing).to_contain_text("pf.trade.execute")

    failing.click()
    details = page.get_by_role("complementary", name="Span details")
    expect(details.get_by_role("heading", name="pf.trade.execute")).to_be_visible()
    expect(page.get_by_role("region", name="Summary").get_by_role("link", name=title)).to_be_visible()
    details.get_by_role("link", name=re.compile("^OrderLost")).click()
    expect(page).to_have_url(re.compile(rf"/issues/\d+\?event={sent['event_id']}$"))


def test_what_was_resolved_in_the_next_release_comes_back_in_it(page: Page, demo: Demo) -> None:
    # An event within seconds of an issue's first is of the same burst, and brings nothing back.
    send(demo.url, event("PriceMissing", "no price for BTC", timestamp=time.time() - 60))
    page.goto("/issues?q=PriceMissing")
    page.get_by_role("link", name="PriceMissing: no price for BTC").click(timeout=15_000)
    page.get_by_role("button", name="How to resolve: Resolve").click()
    page.get_by_role("button", name=re.compile("In the next release")).click()
    expect(page.get_by_text(re.compile("Resolved by .* in the"))).to_be_visible()

    send(demo.url, event("PriceMissing", "no price for BTC", release="agent@1.1.0"))
    expect(page.get_by_text(re.compile(r"Regressed in agent@1\.1\.0"))).to_be_visible(timeout=15_000)
    page.get_by_label("Comment").fill("Seen by <i>ana</i>")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Seen by <i>ana</i>")).to_be_visible()
    page.goto("/issues?status=regressed&q=PriceMissing")
    expect(_row(page, "PriceMissing")).to_contain_text("Regressed")


def test_many_are_archived_and_merged_from_the_keyboard(page: Page, demo: Demo) -> None:
    send(demo.url, *(event("BookStale", f"book {name}", fingerprint=[f"stale-{name}"]) for name in ("a", "b", "c")))
    page.goto("/issues?q=BookStale&sort=first_seen")
    rows = _row(page, "BookStale")
    expect(rows).to_have_count(3, timeout=15_000)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    bulk = page.get_by_role("toolbar", name="With the selected issues")
    expect(bulk).to_contain_text("2 issues")
    bulk.get_by_role("button", name="Merge").click()
    expect(rows).to_have_count(2)
    expect(bulk).to_have_count(0)

    page.get_by_label("Select all that are shown").check()
    bulk.get_by_role("button", name=re.compile("Archive")).click()
    bulk.get_by_role("button", name="Forever").click()
    expect(rows).to_have_count(0)
    page.get_by_role("group", name="State").get_by_role("button", name="Archived").click()
    expect(rows).to_have_count(2)


def test_no_row_moves_while_the_pointer_is_over_it(page: Page, demo: Demo) -> None:
    send(demo.url, event("Steady", "one", fingerprint=["steady-1"]))
    page.goto("/issues?q=Steady")
    expect(_row(page, "Steady: one")).to_be_visible(timeout=15_000)
    _row(page, "Steady: one").hover()
    send(demo.url, event("Steady", "two", fingerprint=["steady-2"]))
    news = page.get_by_role("button", name="1 new")
    expect(news).to_be_visible(timeout=15_000)
    expect(_row(page, "Steady: two")).to_have_count(0)
    news.click()
    expect(_row(page, "Steady")).to_have_count(2)


def test_both_pages_are_readable_at_every_width(page: Page, demo: Demo) -> None:
    send(demo.url, event("Wide", "a value that is longer than any window has room for, " * 4))
    page.goto("/issues?q=Wide")
    expect(_row(page, "Wide")).to_be_visible(timeout=15_000)
    found = [flaw for width in WIDTHS for flaw in flaws(page, width)]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name=re.compile("^Wide")).click()
    expect(page.get_by_role("heading", name="Stack")).to_be_visible()
    found += [flaw for width in WIDTHS for flaw in flaws(page, width)]
    assert "\n".join(found) == ""
