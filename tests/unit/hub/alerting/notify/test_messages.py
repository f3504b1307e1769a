"""What a message says: enough to act on, never too much, and no secret."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.alerting.notify.messages import Message, message_of
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.senders.text import as_text
from fleaglass.hub.alerting.notify.words import figure, lasting, one_line
from tests.support.incidents import HUB, START_NS, incident_row, seconds

TRACE = "0af7651916cd43dd8448eb211c80319c"
EVIDENCE = {
    "traces": [TRACE],
    "orders": ["ord_17"],
    "assets": ["BTC"],
    "breadcrumbs": [{"time_ns": "1", "name": "risk.check", "says": "net_vega=ok"}],
    "issues": [{"id": 4, "title": "OrderRejectedError"}],
}
KEY = "sk-" + "ant-api03-" + "a1B2" * 12


def told(rows: list[dict[str, Any]], action: str = "trigger", over: list[dict[str, Any]] | None = None) -> Message:
    note = Note(7, "ab" * 32, "team", action, (), ())  # type: ignore[arg-type]
    return message_of(note, {"rule": "slow-order"}, rows, over or [], HUB, START_NS + seconds(90))


def test_a_message_has_all_that_whoever_is_woken_needs() -> None:
    labels = {"rule": "slow-order", "agent": "a-1", "span": "order.pipeline", "environment": "production"}
    row = incident_row(START_NS, id=12, labels=labels, worst=3000.0, evidence=EVIDENCE)
    assert as_text(told([row])).splitlines() == [
        "CRITICAL: slow-order on a-1",
        "",
        "slow-order (critical)",
        "  order.pipeline took 2,345 ms, more than 2,000 ms",
        "  agent:       a-1",
        "  operation:   order.pipeline",
        "  value:       2,345 ms",
        "  threshold:   2,000 ms",
        "  worst:       3,000 ms",
        "  asset:       BTC",
        "  order:       ord_17",
        "  environment: production",
        "  since:       2027-01-15 08:00:00 UTC",
        "  incident:    http://hub.example:4318/incidents/12",
        f"  trace:       http://hub.example:4318/traces/{TRACE}",
        "  issue:       http://hub.example:4318/issues/4",
        "  last breadcrumbs:",
        "    risk.check net_vega=ok",
        "",
        "All incidents: http://hub.example:4318/incidents",
    ]


def test_it_says_what_is_over_and_how_long_it_lasted() -> None:
    ended = incident_row(START_NS, id=1, status="resolved", resolved_ns=START_NS + seconds(754))
    message = told([], "resolve", [ended])
    assert message.title == "RESOLVED: slow-order on a-1"
    assert dict(message.over[0].facts)["lasted"] == "12 min"


def test_the_worst_come_first_and_the_others_are_counted() -> None:
    rows = [incident_row(START_NS + number, id=number, severity="warning") for number in range(47)]
    rows.append(incident_row(START_NS + 99, id=99, severity="critical"))
    message = told(rows)
    assert [item.id for item in message.firing] == [99, 0, 1, 2, 3]
    assert (message.severity, message.firing_more) == ("critical", 43)
    assert message.title == "CRITICAL: slow-order (48 firing)"
    assert "… and 43 more are firing." in as_text(message)


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("trigger", "CRITICAL: slow-order on a-1"),
        ("update", "CRITICAL: slow-order on a-1"),
        ("repeat", "STILL CRITICAL: slow-order on a-1"),
        ("acknowledge", "ACKNOWLEDGED: slow-order on a-1"),
    ],
)
def test_the_title_says_the_state(action: str, title: str) -> None:
    assert told([incident_row(START_NS, id=1)], action).title == title


def test_a_message_about_incidents_that_were_deleted_says_so() -> None:
    assert told([], "resolve").title == "RESOLVED: incidents that are no longer kept"


@pytest.mark.parametrize("place", ["summary", "label", "name", "order", "asset", "crumb", "cut"])
def test_no_secret_is_in_a_message_wherever_it_was(place: str) -> None:
    crumb = {"time_ns": "1", "name": "env", "says": f"key={KEY}" if place == "crumb" else ""}
    summary = {"summary": f"failed with {KEY}", "cut": "x" * 280 + f" {KEY}"}.get(place, "")
    evidence = {
        "orders": [KEY if place == "order" else "ord_1"],
        "assets": [KEY if place == "asset" else "BTC"],
        "breadcrumbs": [crumb],
    }
    labels = {"rule": "r", "agent": KEY if place == "label" else "a-1"}
    if place == "name":
        labels["api_key"] = KEY
    row = incident_row(START_NS, id=1, summary=summary, labels=labels, evidence=evidence)
    assert KEY[:16] not in repr(told([row]))


@given(st.text(max_size=2000), st.text(max_size=400), st.lists(st.text(max_size=400), max_size=30))
def test_a_message_is_bounded_and_each_text_is_one_line(summary: str, agent: str, orders: list[str]) -> None:
    crumbs = [{"time_ns": "1", "name": each, "says": each} for each in orders]
    evidence = {"orders": orders, "assets": orders, "breadcrumbs": crumbs}
    row = incident_row(START_NS, id=1, summary=summary, labels={"rule": "r", "agent": agent}, evidence=evidence)
    text = as_text(told([row] * 9))
    assert len(text) < 13_000
    assert all(each.isprintable() for each in text.split("\n"))


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (2345.4, "ms", "2,345 ms"),
        (0.074, "ratio", "7.4 %"),
        (12.3, "usd", "12.30 USD"),
        (95, "s", "95 s"),
        (12.14, "times", "12.1 times"),
        (3, "count", "3"),
        (-1234.5, "usd", "-1,234.50 USD"),
    ],
)
def test_a_figure_has_its_unit(value: float, unit: str, told: str) -> None:
    assert figure(value, unit) == told


@pytest.mark.parametrize(
    ("passed_s", "told"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (11_100, "3 h 5 min"), (180_000, "2 d 2 h"), (-5, "0 s")],
)
def test_a_duration_is_told_in_its_two_greatest_units(passed_s: int, told: str) -> None:
    assert lasting(seconds(passed_s)) == told


def test_a_line_is_cut_where_it_is_too_long() -> None:
    assert one_line("a\tb\n\x1b[31mred\u202e", 80) == "a b [31mred"
    assert one_line("abcdef", 4) == "abc…"
