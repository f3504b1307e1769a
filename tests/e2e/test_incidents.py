"""From what is firing to its course, its traces and who was told; and the rules that would wake somebody."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.incidents_story import REFUSED, RULES, SLOW, spans, tell_of_incidents
from tests.e2e.layout import flaws
from tests.support.processes import Hub, eventually, running_hub

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""

DAY = r"(\d\d \w{3} (\d{4} )?)?"
"""Before the time of a moment that is not of today."""

WIDTHS = (390, 719, 720, 900, 1100, 1160, 1280)
"""A phone and windows, and both sides of what makes columns leave."""

PAGES = (
    ("incidents", "/incidents?status=all", "slow-signal"),
    ("incident", "/incidents/1", "Timeline"),
    ("incident-state", "/incidents/3", "Timeline"),
    ("rules", "/rules", "Receivers"),
)
"""What a picture of it is called, its address, and what is seen once it is there."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with a week of alerting behind it, and rules of its owner's."""
    data, now_ns = tmp_path_factory.mktemp("incidents"), time.time_ns()
    tell_of_incidents(data, now_ns)
    rules = data / "alerts.toml"
    rules.write_text(RULES)
    with running_hub(data, "--rules", str(rules)) as hub:
        for request in spans(now_ns):
            kind = {"content-type": "application/x-protobuf"}
            httpx.post(f"{hub.url}/v1/traces", content=request.SerializeToString(), headers=kind).raise_for_status()
        yield hub


@pytest.fixture(scope="module")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("nothing")) as hub:
        yield hub


@pytest.fixture
def page(chromium: Browser, hub: Hub) -> Iterator[Page]:
    """A fresh page that fails its test when the browser reported an error or a policy violation."""
    context = chromium.new_context(base_url=hub.url, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert trouble == []


def _row(page: Page, rule: str) -> Locator:
    return page.get_by_role("grid", name="Incidents").get_by_role("row").filter(has_text=rule)


def test_what_is_firing_comes_worst_first_with_since_when_and_who_was_told(page: Page) -> None:
    page.goto("/decisions")
    page.get_by_role("navigation").get_by_role("link", name="Incidents 2 critical").click()
    expect(page.get_by_role("gridcell").get_by_role("link")).to_have_text(
        ["refused-orders", "session-crash", "p99-order", "missed-schedule", "wallet-floor"]
    )
    expect(_row(page, "refused-orders")).to_contain_text("Critical")
    expect(_row(page, "refused-orders")).to_contain_text("momentum-7")
    expect(_row(page, "refused-orders")).to_contain_text("pager, chat")
    expect(_row(page, "refused-orders")).to_contain_text(re.compile(rf"[67]m.\d\ds{DAY}\d\d:\d\d"))
    expect(_row(page, "session-crash")).to_contain_text("Seen by ana")
    expect(_row(page, "wallet-floor")).to_contain_text("$82.50< $100.00")
    expect(_row(page, "wallet-floor")).to_contain_text("Muted until resolved")
    expect(_row(page, "missed-schedule")).to_contain_text("nobody yet")


def test_the_list_is_narrowed_down_and_the_address_says_how(page: Page) -> None:
    page.goto("/incidents")
    page.get_by_role("button", name="All 11").click()
    expect(_row(page, "slow-signal")).to_have_count(6)
    page.get_by_role("button", name="Critical 2").click()
    expect(page).to_have_url(re.compile(r"status=all&severity=critical$"))
    expect(page.get_by_role("gridcell").get_by_role("link")).to_have_text(["refused-orders", "session-crash"])
    page.keyboard.press("/")
    page.keyboard.type("maker")
    expect(page.get_by_role("gridcell").get_by_role("link")).to_have_text(["session-crash"])
    page.get_by_role("button", name="Clear").click()
    expect(_row(page, "slow-signal")).to_have_count(6)


def test_one_is_opened_without_a_mouse(page: Page) -> None:
    page.goto("/safety")
    expect(page.get_by_role("link", name="Critical: refused-orders")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(_row(page, "refused-orders")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("j")
    expect(_row(page, "p99-order")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/incidents/1$"))
    expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/incidents$"))


def test_many_are_acknowledged_at_once(page: Page, hub: Hub) -> None:
    page.goto("/incidents")
    for rule in ("missed-schedule", "wallet-floor"):
        _row(page, rule).get_by_role("checkbox").check()
    with_selected = page.get_by_role("toolbar", name="With the selected incidents")
    with_selected.get_by_role("button", name="Acknowledge").click()
    expect(_row(page, "missed-schedule")).to_contain_text("Seen by owner")
    expect(_row(page, "wallet-floor")).to_contain_text("Seen by owner, muted")
    assert hub.get("/api/v1/incidents/5")["activity"][-1]["kind"] == "acknowledged"


def test_an_incident_shows_its_course_with_the_limit(page: Page) -> None:
    page.goto("/incidents/1")
    chart = page.get_by_role("region", name="Value over time")
    picture = chart.get_by_role("img", name=re.compile(r"^P99 of order.pipeline, from .*the limit is 2.00.s\."))
    expect(picture).to_be_visible()
    expect(chart.get_by_text("> 2.00")).to_be_visible()
    expect(
        chart.get_by_role("table", name=re.compile("the worst of each stretch")).get_by_role("row")
    ).not_to_have_count(0)
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
    expect(chart.locator(".inc-reading")).to_have_text(re.compile(rf"^{DAY}\d\d:\d\d:\d\d2\.\d\d.s$"))
    expect(page.get_by_role("region", name="Traces").get_by_role("link")).to_have_attribute("href", f"/traces/{SLOW}")


def test_an_incident_leads_to_what_is_behind_it_and_back(page: Page) -> None:
    page.goto("/incidents/2")
    expect(page.get_by_role("region", name="What it is about")).to_contain_text("InsufficientMarginError")
    order = page.get_by_role("link", name="ord_7d31c0")
    expect(order).to_have_attribute("href", re.compile("attr=pf.order_id:ord_7d31c0"))
    expect(page.get_by_role("region", name="Last breadcrumbs").get_by_role("listitem")).to_have_count(3)
    told = page.get_by_role("region", name="Who was told").get_by_role("listitem")
    expect(told).to_have_text([re.compile("^Sent ?chat"), re.compile("^Sent ?pager")])
    page.get_by_role("region", name="Traces").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/traces/{REFUSED}"))
    page.get_by_role("region", name="Summary").get_by_role("link", name="refused-orders").click()
    expect(page).to_have_url(re.compile("/incidents/2$"))


def test_a_person_acknowledges_mutes_and_notes(page: Page) -> None:
    page.goto("/incidents/2")
    timeline = page.get_by_role("region", name="Timeline").get_by_role("listitem")
    page.get_by_role("button", name="Acknowledge").click()
    expect(timeline.first).to_contain_text("owner acknowledged it")
    page.get_by_role("button", name="Mute").click()
    page.get_by_role("menuitem", name="For 8 hours").click()
    expect(timeline.first).to_contain_text("owner muted it until")
    page.get_by_role("button", name="Unmute").click()
    expect(timeline.first).to_contain_text("owner unmuted it")
    page.get_by_label("Note").fill("Margin was topped up.")
    page.get_by_role("button", name="Add note").click()
    expect(timeline.first).to_contain_text("Margin was topped up.")
    expect(page.get_by_label("Note")).to_have_value("")


def test_times_are_read_by_the_clock_on_the_wall_where_that_is_asked(chromium: Browser, hub: Hub) -> None:
    fired_ns = int(hub.get("/api/v1/incidents/1")["incident"]["fired_ns"])
    tokyo = datetime.fromtimestamp(fired_ns // 10**9, ZoneInfo("Asia/Tokyo"))
    page = chromium.new_page(base_url=hub.url, timezone_id="Asia/Tokyo")
    page.goto("/incidents/1")
    expect(page.get_by_text("Fired, UTC")).to_be_visible()
    page.get_by_role("button", name="Local (GMT+9)").click()
    expect(page).to_have_url(re.compile(r"/incidents/1\?tz=local$"))
    expect(page.get_by_role("region", name="Timeline")).to_contain_text("GMT+9")
    expect(page.get_by_role("region", name="Incident", exact=True)).to_contain_text(f"{tokyo:%H:%M:%S}")
    page.keyboard.press("Escape")
    expect(_row(page, "p99-order")).to_contain_text(f"{tokyo:%H:%M}")
    page.goto("/rules?tz=local")
    expect(page.get_by_role("region", name="Rules file")).to_contain_text("GMT+9")
    page.close()


def test_rules_say_what_would_wake_somebody_and_whether_it_did_this_week(page: Page) -> None:
    page.goto("/incidents")
    expect(_row(page, "p99-order")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("u")
    rules = page.get_by_role("table", name="Alert rules").get_by_role("row")
    expect(rules.nth(1)).to_contain_text("Firing")
    slow = rules.filter(has_text="slow-signal")
    expect(slow).to_contain_text("pf.signal.analysis > 500 ms, for 30 s")
    expect(slow.get_by_role("img", name="Fired 6 times in 7 days, most on one day 3")).to_be_visible()
    expect(slow).to_contain_text("chat, desk if agent = research-lead")
    expect(rules.filter(has_text="no-order")).to_contain_text("Off")
    receivers = page.get_by_role("region", name="Receivers")
    expect(receivers).to_contain_text("Slack, by $SLACK_WEBHOOK_URL")
    slow.get_by_role("link", name="slow-signal", exact=True).click()
    expect(_row(page, "slow-signal")).to_have_count(6)


def test_a_rule_is_tried_on_the_last_days_and_by_a_message_before_it_is_trusted(page: Page) -> None:
    page.goto("/rules")
    page.get_by_role("link", name="Try slow-signal").click()
    expect(page).to_have_url(re.compile(r"/rules\?rule=slow-signal$"))
    trial = page.get_by_role("region", name="Try slow-signal")
    trial.get_by_role("button", name="Try it on the last 7 days").click()
    expect(trial).to_contain_text("Would not have fired in 7 days.", timeout=30_000)
    expect(trial).to_contain_text("Judged every 5 s by 0 stored spans")
    trial.get_by_role("button", name="Send a test").click()
    expect(trial.get_by_role("list", name="The test message")).to_contain_text("chat did not take it: ")
    page.get_by_role("link", name="Try slow-signal").click()
    expect(trial).to_have_count(0)


def test_what_was_given_up_is_sent_again(page: Page) -> None:
    page.goto("/rules")
    given_up = page.get_by_role("region", name="Given up")
    expect(given_up).to_contain_text("HTTP 404: no_service")
    given_up.get_by_role("button", name="Send again to chat").click()
    expect(page.get_by_role("status")).to_contain_text("Sent again to chat")


def test_a_person_resolves_one_incident_or_several(page: Page, hub: Hub) -> None:
    page.goto("/incidents/5")
    page.get_by_role("button", name="Resolve").click()
    timeline = page.get_by_role("region", name="Timeline").get_by_role("listitem")
    expect(timeline.first).to_contain_text("owner resolved it")
    expect(page.get_by_role("button", name="Resolve")).to_have_count(0)
    page.goto("/incidents")
    for rule in ("session-crash", "wallet-floor"):
        _row(page, rule).get_by_role("checkbox").check()
    page.get_by_role("toolbar", name="With the selected incidents").get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("status")).to_contain_text("2 incidents resolved")
    expect(_row(page, "wallet-floor")).to_have_count(0)
    assert hub.get("/api/v1/incidents/4")["incident"]["resolved_by"] == "owner"


def test_a_broken_file_is_told_with_its_line_while_the_last_good_one_runs_on(page: Page, hub: Hub) -> None:
    page.goto("/rules")
    file = hub.data / "alerts.toml"
    line = RULES.splitlines().index("above_ms = 2000") + 1
    try:
        file.write_text(RULES.replace("above_ms = 2000", 'above_ms = "2s"'))
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("The last good version runs on", timeout=20_000)
        expect(alert).to_contain_text(f"alerts.toml:{line}")
        expect(alert).to_contain_text("expected a number of milliseconds")
        expect(page.get_by_role("table", name="Alert rules")).to_contain_text("P99 of order.pipeline over 1 min > 2 s")
    finally:
        file.write_text(RULES)
    expect(alert).to_be_hidden(timeout=20_000)


def test_an_empty_hub_says_what_to_do(chromium: Browser, empty_hub: Hub) -> None:
    page = chromium.new_page(base_url=empty_hub.url)
    page.goto("/incidents")
    expect(page.get_by_role("heading", name="Nothing is firing")).to_be_visible()
    page.get_by_role("link", name="See the rules").click()
    expect(page.get_by_role("region", name="Rules file")).to_contain_text("fleaglass alerts init")
    expect(page.get_by_role("region", name="Latest messages")).to_contain_text("Nothing was sent yet")
    page.goto("/incidents/99")
    expect(page.get_by_role("heading", name="there is no incident 99")).to_be_visible()
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, hub: Hub, tmp_path: Path, width: int, theme: str) -> None:
    """Nothing overlaps, is cut or scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    eventually(lambda: hub.get(f"/api/v1/traces/{REFUSED}")["total"] == 2, 10)
    size = {"width": width, "height": 860 if width == 1280 else 1100}
    context = chromium.new_context(base_url=hub.url, viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for name, path, seen in PAGES:
        page.goto(path)
        expect(page.get_by_text(seen).first).to_be_visible()
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        found += [f"{name}: {flaw}" for flaw in flaws(page, width)]
    context.close()
    assert found == []


@pytest.mark.parametrize("days", [1, 366])
def test_there_is_room_for_moments_of_other_days(page: Page, days: int) -> None:
    """Read a day and a year later, whatever the hour is now: the day makes them longer, the year still more."""
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
    found = []
    for name, path, seen in PAGES:
        page.goto(path)
        expect(page.get_by_text(seen).first).to_be_visible()
        found += [f"{name}: {flaw}" for width in WIDTHS for flaw in flaws(page, width)]
    assert found == []
