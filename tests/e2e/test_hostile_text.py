"""Script in every field of an event runs nowhere: the pages show it as the text that it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.processes import Hub, eventually, running_hub

pytestmark = pytest.mark.e2e

RUNS = "globalThis.ran=1"
SCRIPTS = (
    f"<script>{RUNS}</script>",
    f'"><img src=x onerror="{RUNS}">',
    f"<svg onload={RUNS}>",
    f"javascript:{RUNS}",
    "{{constructor.constructor('globalThis.ran=1')()}}",
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


def event(said: str) -> dict[str, Any]:
    """An event that says it wherever an event can say something."""
    frame = {
        **dict.fromkeys(("function", "module", "filename", "abs_path", "context_line"), said),
        "pre_context": [said],
        "post_context": [said],
        "vars": {said: said},
        "lineno": 1,
        "in_app": True,
    }
    return {
        **dict.fromkeys(("platform", "logger", "transaction", "release", "environment", "server_name", "dist"), said),
        "tags": {"agent_id": said, "tag": said},
        "user": {"id": said, "email": said},
        "request": {"url": said, "method": said, "headers": {said: said}},
        "contexts": {"agent_state": {said: said}, said: {said: said}},
        "extra": {said: said},
        "sdk": {"name": said, "version": said},
        "breadcrumbs": [{"category": said, "type": said, "message": said, "level": said, "data": {said: said}}],
        "exception": [{"type": said, "value": said, "module": said, "stacktrace": {"frames": [frame]}}],
    }


def send(hub: Hub, said: str) -> int:
    """Send it, with an attachment; the number of its issue."""
    items = [({"type": "event"}, json.dumps(event(said)).encode())]
    items.append(({"type": "attachment", "filename": said, "content_type": "text/html"}, said.encode()))
    lines = [json.dumps({"event_id": f"{SCRIPTS.index(said) + 1:032x}"}).encode()]
    for header, payload in items:
        lines += [json.dumps({**header, "length": len(payload)}).encode(), payload]
    before = len(hub.get("/api/v1/issues")["issues"])
    assert httpx.post(f"{hub.url}/api/1/envelope/", content=b"\n".join(lines)).status_code == 200
    eventually(lambda: len(hub.get("/api/v1/issues")["issues"]) > before, 15)
    number: int = max(row["id"] for row in hub.get("/api/v1/issues")["issues"])
    return number


@pytest.mark.parametrize("said", SCRIPTS)
def test_script_in_every_field_is_text_on_every_page(chromium: Browser, hub: Hub, said: str) -> None:
    number = send(hub, said)
    comment = {"text": said}
    assert httpx.post(f"{hub.url}/api/v1/issues/{number}/comments", json=comment).status_code == 200
    context = chromium.new_context(base_url=hub.url)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    for address in ("/issues", f"/issues/{number}"):
        page.goto(address)
        expect(page.get_by_text(said).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        for hidden in page.locator("summary").all():
            hidden.click()
        assert page.evaluate("globalThis.ran") is None, address
        assert page.locator("a[href^='javascript:' i]").count() == 0, address
        assert page.locator("img[src='x'], svg[onload], script:not([src])").count() == 0, address
    context.close()
    assert trouble == []
