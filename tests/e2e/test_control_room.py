"""From the list of decisions to one attribute of one span, and back by a link that somebody was sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.e2e.conftest import Demo

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A fresh page that fails its test when the browser reported an error or a policy violation."""
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if _is_trouble(message) else None)
    yield page
    context.close()
    assert trouble == []


def _is_trouble(message: ConsoleMessage) -> bool:
    """An error, other than Chromium's own note that a request was answered 404."""
    return message.type == "error" and "404 (Not Found)" not in message.text


def _span(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query)["span"]


def test_list_to_attribute_and_a_shared_link_opens_the_same_view(page: Page, chromium: Browser, demo: Demo) -> None:
    shared = next(trace for trace in demo.traces() if len(trace["agents"]) > 1)

    page.goto("/")
    decisions = page.get_by_role("grid", name="Decisions")
    expect(decisions.get_by_role("row").nth(3)).to_be_visible()

    box = page.get_by_role("combobox")
    box.fill(f"agent:{shared['agent']}")
    box.press("Enter")
    expect(page).to_have_url(re.compile(f"agent={shared['agent']}"))
    others = {"momentum-1", "vol-arb-1", "research-1"} - set(shared["agents"])
    for other in others:
        expect(decisions.get_by_text(other, exact=True)).to_have_count(0)

    page.goto(f"/traces/{shared['trace_id']}")
    spans = page.get_by_role("treegrid", name="Spans")
    expect(spans.get_by_text("agent.decision_cycle")).to_be_visible()
    spans.focus()
    page.keyboard.press("]")  # to the next lane, further down than the first screen
    expect(spans.get_by_text("research-1", exact=True)).to_be_visible()

    page.keyboard.press("[")
    spans.get_by_role("row").filter(has_text=re.compile("^pf.escrow.create")).first.click()
    details = page.get_by_role("complementary", name="Span details")
    expect(details.get_by_role("heading", name="pf.escrow.create")).to_be_visible()
    expect(details.get_by_text(shared["escrow_id"]).first).to_be_visible()
    expect(page).to_have_url(re.compile("[?&]span=[0-9a-f]{16}"))

    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    other_context = chromium.new_context(viewport={"width": 1280, "height": 800})
    other = other_context.new_page()
    other.goto(link)
    same = other.get_by_role("complementary", name="Span details")
    expect(same.get_by_role("heading", name="pf.escrow.create")).to_be_visible()
    expect(same.get_by_text(shared["escrow_id"]).first).to_be_visible()
    assert _span(other) == _span(page)
    other_context.close()


def test_an_outcome_tab_and_enter_open_a_trade(page: Page, demo: Demo) -> None:
    page.goto("/decisions")
    page.get_by_role("group", name="Outcome").get_by_role("button", name=re.compile("Traded")).click()
    expect(page).to_have_url(re.compile("outcome=traded"))
    decisions = page.get_by_role("grid", name="Decisions")
    expect(decisions.get_by_role("row").nth(1)).to_contain_text("Traded")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}"))
    page.go_back()
    expect(page).to_have_url(re.compile("outcome=traded"))


def test_decisions_of_an_agent_lead_to_each_other(page: Page, demo: Demo) -> None:
    decision = demo.traces(agent="momentum-1", outcome="skipped")[0]["trace_id"]
    page.goto(f"/traces/{decision}")
    summary = page.get_by_role("region", name="Summary")
    summary.get_by_role("link", name="Previous").click()
    expect(page).not_to_have_url(re.compile(decision))
    spans = page.get_by_role("treegrid", name="Spans")
    expect(spans.get_by_text("agent.decision_cycle")).to_have_count(1)
    expect(spans.get_by_text("linked")).to_have_count(0)
    summary.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(decision))


def test_finding_dims_and_counts(page: Page, demo: Demo) -> None:
    traded = demo.traces(outcome="traded")[0]
    page.goto(f"/traces/{traded['trace_id']}")
    expect(page.get_by_role("treegrid", name="Spans").get_by_text("agent.decision_cycle")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("pf.trade")
    expect(page.get_by_text(re.compile(r"^\d+ of \d+$")).first).to_be_visible()
    expect(page).to_have_url(re.compile("find=pf.trade"))


def test_new_decisions_arrive_by_themselves(page: Page) -> None:
    page.goto("/decisions")
    first = page.get_by_role("grid", name="Decisions").get_by_role("row").nth(1)
    expect(first).to_be_visible()
    before = first.inner_text()
    expect(first).not_to_have_text(before, timeout=10_000)


def test_the_fleet_is_listed(page: Page) -> None:
    page.goto("/agents")
    for agent in ("momentum-1", "vol-arb-1", "research-1"):
        expect(page.get_by_text(agent, exact=True).first).to_be_visible()


def test_an_unknown_trace_says_what_to_do(page: Page) -> None:
    page.goto(f"/traces/{'0' * 31}1")
    expect(page.get_by_role("main")).to_contain_text(re.compile("not|no ", re.IGNORECASE))
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, demo: Demo, tmp_path: Path, width: int, theme: str) -> None:
    """Nothing scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    shared = next(trace for trace in demo.traces() if len(trace["agents"]) > 1)
    context = chromium.new_context(
        base_url=demo.url,
        viewport={"width": width, "height": 800 if width == 1280 else 844},
        color_scheme=theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    for name, path, landmark in (
        ("decisions", "/decisions", "grid"),
        ("trace", f"/traces/{shared['trace_id']}", "treegrid"),
    ):
        page.goto(path)
        expect(page.get_by_role(landmark).get_by_role("row").nth(2)).to_be_visible()  # type: ignore[arg-type]
        page.wait_for_timeout(600)
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    context.close()
