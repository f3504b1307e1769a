"""An issue's page says in a sentence why its events belong together."""

from __future__ import annotations

import pytest

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.grouped import grouped
from fleaglass.hub.issues.grouping import hashes

from .made import app, event, lib, raised

STACK = (app("agent.run"), app("agent.run"), app("agent.place"), lib("httpx.send"))


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (
            event(exceptions=(raised("TimeoutError"), raised("TradeError", *STACK))),
            "in-app stack: agent.run › agent.place; type TimeoutError › TradeError",
        ),
        (event(exceptions=(raised("E", lib("httpx.send")),)), "stack: httpx.send; type E"),
        (event(stack=STACK), "in-app stack: agent.run › agent.place"),
        (
            event(stack=tuple(app(f"agent.{name}") for name in "abcde")),
            "in-app stack: … agent.c › agent.d › agent.e",
        ),
        (event(stack=(app("", "x = 1"),)), "in-app stack: frames without a name"),
        (event(exceptions=(raised("E", value="order 7"),)), "type and value: E: order <num>"),
        (event(exceptions=(raised("E"),)), "type and value: E"),
        (event(message="order 7"), "message: order <num>"),
        (event(message="x" * 300), f"message: {'x' * 199}…"),
        (event(), "nothing: it has no stack, no exception and no message"),
        (event(fingerprint=("TradeError", "{{ level }}")), "its fingerprint: TradeError, error"),
        (
            event(message="m", fingerprint=("{{ default }}", "BTC")),
            "its fingerprint: BTC; and message: m",
        ),
    ],
)
def test_why_events_are_one_issue(of: Event, why: str) -> None:
    assert grouped(of).why == f"grouped by {why}"
    assert grouped(of).hashes == hashes(of)
