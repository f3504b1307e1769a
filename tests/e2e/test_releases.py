"""Did the last deploy make it worse? From the list to one release, and to two held against each other."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.releases_story import NEW, OLD, tell_of_two_releases
from tests.support.processes import Hub, eventually, run, running_hub

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("FLEAGLASS_PICTURES")
"""A folder to keep the screenshots in; a temporary one when not given."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that has heard of two days of two releases, all of it taken in."""
    with running_hub(tmp_path_factory.mktemp("releases")) as hub:
        tell_of_two_releases(hub, time.time_ns())
        eventually(lambda: len(hub.get("/api/v1/releases")["releases"]) == 2, 20)
        eventually(lambda: _is_settled(hub), 20)
        yield hub


def _is_settled(hub: Hub) -> bool:
    """Whether nothing more arrives: two looks show the same."""
    first = hub.get("/api/v1/releases")["releases"]
    time.sleep(1)
    return bool(first == hub.get("/api/v1/releases")["releases"])


@pytest.fixture(scope="module")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("nothing")) as hub:
        yield hub


def _row(page: Page, version: str) -> Locator:
    return page.get_by_role("table", name="Releases").get_by_role("row").filter(has=page.get_by_title(version))


def test_each_release_says_how_it_does_and_of_how_many_sessions(page: Page, hub: Hub) -> None:
    page.goto("/decisions")
    page.get_by_role("link", name="Releases").click()
    expect(page).to_have_url(re.compile("/releases$"))
    rows = {row["version"]: row for row in hub.get("/api/v1/releases")["releases"]}
    for version, word in ((NEW, "adopted"), (OLD, "replaced")):
        health = rows[version]["health"]
        share = int(health["crash_free_sessions_percent"] * 10) / 10
        expect(_row(page, version)).to_contain_text(f"{share}%of {health['sessions']} sessions")
        expect(_row(page, version)).to_contain_text(word)
        expect(_row(page, version).get_by_title(rows[version]["money"]["net_usd"])).to_be_visible()
        expect(_row(page, version)).to_contain_text("vol-arb-btc")


def test_a_release_without_sessions_is_not_called_crash_free(
    page: Page, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("URL", hub.url), ("AUTH_TOKEN", "any"), ("ORG", "me"), ("PROJECT", "agents")):
        monkeypatch.setenv(f"SENTRY_{name}", value)
    assert run("release", "new", "quiet@0.1.0").returncode == 0
    page.goto("/releases")
    expect(_row(page, "quiet@0.1.0")).to_contain_text("no sessions")
    expect(_row(page, "quiet@0.1.0")).not_to_contain_text("%")
    page.goto("/releases/quiet%400.1.0")
    expect(page.get_by_text("No session of this release began in this time range.")).to_be_visible()
    expect(page.get_by_text("No span of this release in this time range.")).to_be_visible()


def test_the_list_is_searched_narrowed_and_sorted_in_the_address(page: Page) -> None:
    page.goto("/releases")
    page.get_by_label("Search versions").fill("2.0")
    expect(page).to_have_url(re.compile(r"q=2\.0"))
    expect(_row(page, OLD)).to_be_visible()
    expect(_row(page, NEW)).to_have_count(0)
    page.get_by_label("Search versions").fill("nothing like it")
    page.get_by_role("button", name="Remove all filters").click()
    expect(_row(page, NEW)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Environment")).click()
    page.get_by_role("menuitemradio", name="staging").click()
    expect(page).to_have_url(re.compile("environment=staging"))
    page.get_by_role("group", name="Sort").get_by_role("button", name="Version").click()
    expect(page).to_have_url(re.compile("sort=version"))
    expect(page.get_by_role("columnheader", name="Version")).to_have_attribute("aria-sort", "descending")


def test_one_release_shows_its_sessions_issues_and_operations(page: Page, hub: Hub) -> None:
    detail = hub.get(f"/api/v1/releases/{NEW}", range="7d")
    page.goto("/releases?range=7d")
    _row(page, NEW).get_by_role("link").click()
    expect(page.get_by_role("heading", name=NEW, level=1)).to_be_visible()
    health = detail["health"]
    said = f"^{health['sessions']} sessions: {health['healthy']} healthy.* {health['crashed']} crashed. Crash-free: "
    expect(page.get_by_role("img", name=re.compile(said))).to_be_visible()
    issues = page.get_by_role("region", name="Issues of this release").get_by_role("link")
    expect(issues).to_have_count(len(detail["new_issue_list"]))
    assert {link.get_attribute("href") for link in issues.all()} == {
        f"/issues/{issue['id']}" for issue in detail["new_issue_list"]
    }
    operations = page.get_by_role("region", name="Operations").get_by_role("row")
    expect(operations).to_have_count(1 + len(detail["operations"]))
    expect(operations.filter(has_text="pf.trade.execute")).to_contain_text("144")


def test_a_release_is_deployed_finalized_archived_and_restored(page: Page, hub: Hub) -> None:
    httpx.post(f"{hub.url}/api/v1/releases/{OLD}/deploys", json={"environment": "canary-eu"}).raise_for_status()
    page.goto(f"/releases/{OLD}")
    expect(page.get_by_role("region", name="Deploys")).to_contain_text("canary-eu")
    page.get_by_role("button", name="Finalize release").click()
    expect(page.get_by_role("button", name="Finalize release")).to_have_count(0)
    assert hub.get(f"/api/v1/releases/{OLD}")["released_ns"] is not None
    page.get_by_role("button", name="Archive release").click()
    expect(page.get_by_role("button", name="Restore release")).to_be_visible()
    page.goto("/releases")
    expect(_row(page, NEW)).to_be_visible()
    expect(_row(page, OLD)).to_have_count(0)
    page.get_by_role("button", name="Archived too").click()
    expect(_row(page, OLD)).to_contain_text("archived")
    page.goto(f"/releases/{OLD}")
    page.get_by_role("button", name="Restore release").click()
    expect(page.get_by_role("button", name="Archive release")).to_be_visible()


def test_two_releases_are_picked_and_held_against_each_other(page: Page, hub: Hub) -> None:
    page.goto(f"/releases/{NEW}")
    page.get_by_role("link", name=f"Compare with {OLD}").click()
    expect(page).to_have_url(re.compile(rf"/releases\?a={OLD}&b={NEW}"))
    words = {"better": "better", "worse": "worse", "alike": "no clear difference", "too_few": "too few to say"}
    answer = hub.get("/api/v1/releases/compare", a=OLD, b=NEW)
    figures = page.get_by_role("region", name="Figures").get_by_role("row")
    for place, measure in enumerate(answer["measures"], start=1):
        expect(figures.nth(place).get_by_role("cell").last).to_have_text(words[measure["verdict"]])
    operations = page.get_by_role("region", name="Operations").get_by_role("row")
    for operation in answer["operations"]:
        row = operations.filter(has_text=operation["name"])
        expect(row.get_by_role("cell").last).to_have_text(words[operation["verdict"]])
        expect(row).to_contain_text(f"of {operation['b']['count']} spans")
    expect(
        page.get_by_text(re.compile("^Worse: net P&L per decision, mean slippage, crash-free sessions"))
    ).to_be_visible()
    page.get_by_role("button", name="Swap the two").click()
    expect(page).to_have_url(re.compile(rf"a={NEW}&b={OLD}"))
    expect(page.get_by_text(re.compile("^Better: net P&L per decision"))).to_be_visible()


def test_ticking_two_compares_the_later_with_the_earlier(page: Page) -> None:
    page.goto("/releases?q=vol-arb")
    page.get_by_role("checkbox", name=f"Compare {NEW}").check()
    expect(page.get_by_role("status").filter(has_text="is picked")).to_contain_text(NEW)
    page.get_by_role("checkbox", name=f"Compare {OLD}").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    expect(page.get_by_role("region", name="Figures")).to_be_visible()


def test_a_release_that_is_not_there_is_said_so(page: Page) -> None:
    page.goto("/releases/nobody@9.9.9")
    expect(page.get_by_role("heading", name=re.compile("there is no release"))).to_be_visible()


def test_an_empty_hub_shows_how_to_make_a_release(chromium: Browser, empty_hub: Hub) -> None:
    page = chromium.new_page(base_url=empty_hub.url)
    page.goto("/decisions")
    expect(page.get_by_role("heading", name="Waiting for the first cycle")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="No releases yet")).to_be_visible()
    expect(page.get_by_text(f"export SENTRY_URL={empty_hub.url}")).to_be_visible()
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures(chromium: Browser, hub: Hub, tmp_path: Path, width: int, theme: str) -> None:
    """Nothing scrolls sideways, and the pictures are there for somebody to look at."""
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    size = {"width": width, "height": 860 if width == 1280 else 1100}
    context = chromium.new_context(base_url=hub.url, viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    for name, path, awaited in (
        ("releases", "/releases?range=7d", NEW),
        ("release", f"/releases/{NEW}?range=7d", "pf.trade.execute"),
        ("compare", f"/releases?a={OLD}&b={NEW}", "pf.trade.execute"),
    ):
        page.goto(path)
        expect(page.get_by_text(awaited, exact=True).or_(page.get_by_title(awaited)).first).to_be_visible()
        page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
        for box in ("document.documentElement", "document.querySelector('.rel')"):
            assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth"), (name, box)
    context.close()
