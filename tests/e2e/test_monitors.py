"""From a job that went silent to its check-ins, its incident and its issue; and what a person may change of it."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.monitors_story import TRACE, tell_of_four_jobs
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""

DAY = r"(\d\d \w{3} (\d{4} )?)?"
"""Before the time of a moment that is not of today."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that has watched four jobs for six hours."""
    data = tmp_path_factory.mktemp("monitors")
    tell_of_four_jobs(data, time.time_ns())
    with running_hub(data) as hub:
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
    page.on(
        "console", lambda said: trouble.append(said.text) if said.type == "error" and "400" not in said.text else None
    )
    yield page
    context.close()
    assert trouble == []


def _lane(page: Page, monitor: str, environment: str = "production") -> Locator:
    return page.get_by_role("listitem", name=f"{monitor}, {environment}")


def test_those_in_trouble_come_first_and_each_environment_stands_by_itself(page: Page) -> None:
    page.goto("/decisions")
    page.get_by_role("link", name="Monitors").click()
    expect(page).to_have_url(re.compile("/monitors$"))
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["settle-positions", "sync-balances", "export-ledger", "rebalance-hourly"]
    )
    expect(_lane(page, "settle-positions")).to_contain_text("Missed")
    expect(_lane(page, "settle-positions", "staging")).to_contain_text("OK")
    expect(_lane(page, "sync-balances")).to_contain_text("Timed out")
    expect(page.get_by_role("region", name="rebalance-hourly")).to_contain_text("Europe/Berlin")


def test_what_went_wrong_stands_out_by_shape_and_by_word(page: Page) -> None:
    page.goto("/monitors?range=12h")
    settle, sync = _lane(page, "settle-positions"), _lane(page, "sync-balances")
    expect(settle.get_by_role("img", name=re.compile(r"^Check-ins: 2 failed, \d+ missed, \d+ OK$"))).to_be_visible()
    expect(sync.get_by_role("img", name=re.compile(r"^Check-ins: 1 failed, 2 timed out, \d+ OK$"))).to_be_visible()
    expect(settle.get_by_title(re.compile("missed")).locator("i.k-missed").first).to_be_visible()
    expect(sync.get_by_title(re.compile("timed out")).locator("i.k-timeout")).to_have_count(2)


def test_when_it_is_expected_next_is_said_twice(page: Page) -> None:
    page.goto("/monitors")
    expect(_lane(page, "rebalance-hourly")).to_contain_text(re.compile(rf"(in|due for) \d+ (min|s), {DAY}\d\d:00 UTC"))
    expect(_lane(page, "export-ledger")).to_contain_text(re.compile(rf"in \d+ h, {DAY}\d\d:\d\d UTC"))


def test_a_run_leads_to_its_trace_and_its_release(page: Page) -> None:
    page.goto("/monitors?range=12h")
    page.get_by_role("link", name="sync-balances").click()
    expect(page).to_have_url(re.compile("/monitors/sync-balances"))
    runs = page.get_by_role("region", name="Check-ins").get_by_role("row")
    expect(runs.nth(1)).to_contain_text("Timed out")
    failed = runs.filter(has_text="Failed")
    expect(failed).to_contain_text("2.40")  # seconds
    expect(failed.get_by_role("link", name=re.compile("^4f1c"))).to_have_attribute("href", f"/traces/{TRACE}")
    expect(failed.get_by_role("link", name="vol-arb@2.1.0")).to_have_attribute("href", "/releases/vol-arb%402.1.0")
    incidents = page.get_by_role("region", name="Incidents").get_by_role("listitem")
    expect(incidents).to_have_count(3)
    expect(incidents.first).to_contain_text("Open")


def test_one_environment_is_muted_and_the_job_disabled(page: Page, hub: Hub) -> None:
    page.goto("/monitors/settle-positions")
    page.get_by_role("button", name="Mute staging").click()
    expect(_lane(page, "settle-positions", "staging")).to_contain_text("muted")
    lanes = hub.get("/api/v1/monitors/settle-positions")["monitor"]["environments"]
    assert {lane["environment"]: lane["muted"] for lane in lanes} == {"production": False, "staging": True}
    page.get_by_role("button", name="Unmute staging").click()
    expect(_lane(page, "settle-positions", "staging")).not_to_contain_text("muted")
    page.goto("/monitors/export-ledger")
    page.get_by_role("button", name="Disable monitor").click()
    expect(_lane(page, "export-ledger")).to_contain_text("Disabled")
    page.get_by_role("button", name="Enable monitor").click()
    expect(_lane(page, "export-ledger")).to_contain_text("OK")


def test_a_schedule_is_edited_and_a_wrong_one_refused_in_words(page: Page) -> None:
    page.goto("/monitors/rebalance-hourly")
    page.get_by_role("button", name="Edit schedule").click()
    form = page.get_by_role("dialog", name="Edit rebalance-hourly")
    form.get_by_label("Crontab line").fill("0 * * *")
    form.get_by_role("button", name="Save schedule").click()
    expect(form.get_by_role("alert")).to_contain_text("must have 5 fields")
    form.get_by_label("Crontab line").fill("*/30 * * * *")
    form.get_by_label("May be late by").fill("7")
    form.get_by_role("button", name="Save schedule").click()
    expect(form).to_be_hidden()
    schedule = page.get_by_role("region", name="Schedule")
    expect(schedule).to_contain_text("*/30 * * * *")
    expect(schedule).to_contain_text("7 minutes")


def test_a_failed_check_in_shows_by_itself_and_leads_to_its_issue(page: Page, hub: Hub) -> None:
    page.goto("/monitors")
    expect(_lane(page, "settle-positions")).to_be_visible()
    _check_in(hub, "watch-escrows", "error")
    lane = _lane(page, "watch-escrows")
    expect(lane).to_contain_text("Failed", timeout=15_000)
    issue = hub.get("/api/v1/monitors/watch-escrows")["monitor"]["environments"][0]["incident"]["issue"]
    expect(lane.get_by_role("link", name="issue")).to_have_attribute("href", f"/issues/{issue}")


def test_deleting_asks_first(page: Page, hub: Hub) -> None:
    _check_in(hub, "short-lived", "ok")
    page.goto("/monitors/short-lived")
    page.get_by_role("button", name="Delete monitor").click(timeout=15_000)
    question = page.get_by_role("dialog", name="Delete short-lived")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Delete monitor").click()
    question.get_by_role("button", name="Delete monitor").click()
    expect(page).to_have_url(re.compile("/monitors$"))
    expect(page.get_by_role("link", name="settle-positions")).to_be_visible()
    assert "short-lived" not in [monitor["slug"] for monitor in hub.get("/api/v1/monitors")["monitors"]]


def test_an_empty_hub_shows_how_to_make_a_monitor(chromium: Browser, empty_hub: Hub) -> None:
    page = chromium.new_page(base_url=empty_hub.url)
    page.goto("/decisions")
    expect(page.get_by_role("heading", name="Waiting for the first cycle")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="No monitors yet")).to_be_visible()
    expect(page.get_by_text("@sentry_sdk.monitor(")).to_be_visible()
    page.close()


def _check_in(hub: Hub, slug: str, status: str) -> None:
    key = hub.get("/api/v1/keys")["keys"][0]["public"]
    run = {
        "check_in_id": uuid.uuid4().hex,
        "monitor_slug": slug,
        "status": status,
        "monitor_config": {"schedule": {"type": "interval", "value": 1, "unit": "hour"}},
    }
    envelope = "\n".join(json.dumps(part) for part in ({}, {"type": "check_in"}, run))
    auth = {"x-sentry-auth": f"Sentry sentry_key={key}, sentry_version=7"}
    httpx.post(f"{hub.url}/api/1/envelope/", content=envelope, headers=auth).raise_for_status()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, hub: Hub, tmp_path: Path, width: int, theme: str) -> None:
    """Nothing scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    size = {"width": width, "height": 860 if width == 1280 else 1100}
    context = chromium.new_context(base_url=hub.url, viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    for name, path in (("monitors", "/monitors?range=6h"), ("monitor", "/monitors/settle-positions?range=6h")):
        page.goto(path)
        expect(_lane(page, "settle-positions")).to_be_visible()
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        for box in ("document.documentElement", "document.querySelector('.monitors')"):
            assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth"), (name, box)
    context.close()
