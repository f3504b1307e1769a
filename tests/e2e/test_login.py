"""A person at a hub that asks for tokens: sent to log in, brought back to the page, and out again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.processes import Hub, run, running_hub

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, str]]:
    """A hub that asks, and a token that may read."""
    data = tmp_path_factory.mktemp("hub")
    secret = run("hub", "token", "create", "ada", "--scope", "read", "--data", str(data)).stdout.strip()
    with running_hub(data, "--auth", "on") as hub:
        yield hub, secret


def test_a_token_opens_the_page_that_was_asked_for(token: tuple[Hub, str], chromium: Browser) -> None:
    hub, secret = token
    context = chromium.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{hub.url}/?range=1h")
    page.wait_for_url("**/login?next=*")
    page.get_by_label("API token").fill("flea_guessed")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("not known")
    page.get_by_label("API token").fill(secret)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{hub.url}/?range=1h")
    expect(page.get_by_text("Hub healthy")).to_be_visible()
    assert page.evaluate("document.cookie") == "", "no script sees the cookie"
    page.goto(f"{hub.url}/login")
    expect(page.get_by_text("You are ada.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.goto(hub.url)
    page.wait_for_url("**/login?next=*")
    assert complaints == []
    context.close()
