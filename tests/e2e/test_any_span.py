"""A span that the hub knows nothing about is shown as it was sent, every value with its kind."""

from __future__ import annotations

import time

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo
from tests.support.otlp import TEN_KINDS, trace_id, traces

pytestmark = pytest.mark.e2e

TRACE = 0xFEA
SHOWN = {
    "text": ("string", "buy"),
    "text.empty": ("string", '""'),
    "int": ("int", "9007199254740993"),
    "int.zero": ("int", "0"),
    "double": ("double", "0.1"),
    "double.zero": ("double", "0.0"),
    "bool.false": ("bool", "false"),
    "bytes": ("bytes", "0x00fffe"),
    "array": ("array", '["a", 1, 2.5, true, []]'),
    "kvlist": ("map", '{"a": 1, "b": {"c": ""}}'),
}


def test_ten_values_of_ten_kinds_are_shown_as_they_were_sent(chromium: Browser, demo: Demo) -> None:
    began = time.time_ns()  # a hub forgets what is old
    times = {"start_time_unix_nano": began, "end_time_unix_nano": began + 1_000_000}
    body = traces({"name": "any.work", "attributes": TEN_KINDS, **times}, trace=TRACE).SerializeToString()
    sent = httpx.post(f"{demo.url}/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
    assert sent.status_code == 200
    page = chromium.new_page(base_url=demo.url, viewport={"width": 1280, "height": 1400})
    page.goto(f"/traces/{trace_id(TRACE).hex()}")
    expect(page.get_by_role("treegrid", name="Spans").get_by_text("any.work")).to_be_visible()
    assert {key: _shown(page, key) for key in TEN_KINDS} == SHOWN
    page.close()


def _shown(page: Page, key: str) -> tuple[str, str]:
    """Kind and text beside an attribute's name in the details."""
    value = page.locator(f'dt[title="{key}"] + dd')
    read_aloud, _, text = value.inner_text().rpartition(":\n")
    assert read_aloud, "a screen reader is told key, value and kind"
    return value.locator(".type").inner_text(), text
