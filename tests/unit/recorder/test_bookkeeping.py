"""Who gets the checkpoints of an agent's ledger, by its settings."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.recorder.bookkeeping import bookkeeping_for
from fleaglass.settings import Settings

LOCAL, FAR = "http://127.0.0.1:4318", "https://hub.example"
TOKEN = {"authorization": "Bearer flea_1"}


@pytest.mark.parametrize(
    ("settings", "lines", "hub", "headers"),
    [
        ({}, ("hub",), LOCAL, {}),
        ({"hub_token": "flea_1"}, ("hub",), LOCAL, TOKEN),
        ({"endpoint": "http://[::1]:9999/v1/traces"}, ("hub",), "http://[::1]:9999", {}),
        ({"endpoint": "http://collector.example:4318"}, (), "", {}),
        ({"hub": f"{FAR}/", "hub_token": "flea_1"}, ("hub",), FAR, TOKEN),
        ({"hub": "https://me:secret@hub.example"}, ("hub",), FAR, {}),
        ({"destinations": "jaeger,hub", "hub": FAR}, ("hub",), FAR, {}),
        ({"destinations": "jaeger"}, (), "", {}),
        ({"destinations": {"hub": {"protocol": "grpc"}}}, (), "", {}),
        ({"exporter": "none"}, (), "", {}),
        ({"ledger_anchors": ["file:/a", "hub"]}, ("file:/a", "hub"), LOCAL, {}),
        ({"ledger_anchors": "none"}, (), LOCAL, {}),
    ],
)
def test_the_hub_that_gets_what_is_recorded_unless_others_are_named(
    settings: dict[str, Any], lines: tuple[str, ...], hub: str, headers: dict[str, str]
) -> None:
    loaded = Settings.load(settings)
    found = bookkeeping_for(loaded).anchors
    assert loaded.problems == ()
    assert (found.lines, found.hub, {name.lower(): value for name, value in found.hub_headers.items()}) == (
        lines,
        hub,
        headers,
    )
    assert found.escrows is (settings.get("ledger_anchors") != "none")
    assert "flea_1" not in repr(found)
