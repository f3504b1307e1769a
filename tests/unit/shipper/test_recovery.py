"""An agent that is killed leaves its open spans, its orders in flight and its session behind, and each is told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fleaglass.journal import MONEY
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import Crumb, Envelope, Run, SpanEnded, SpanEvent, SpanMarked, State, encode
from fleaglass.shipper import NotNow
from tests.unit.journal.desk import only_folder
from tests.unit.shipper.bench import (
    HUB,
    SENTRY,
    T0,
    Clock,
    Recorded,
    agent,
    ended,
    folders,
    killed,
    put,
    ship,
    shipper_of,
    started,
    turns,
)

TRACE = b"t" * 16


def span(number: int) -> bytes:
    return number.to_bytes(8, "big")


def spans(outlets: dict[str, Recorded]) -> list[SpanEnded]:
    return [each for batch in outlets["hub/traces"].batches for each in batch.records if isinstance(each, SpanEnded)]


def items(outlets: dict[str, Recorded]) -> list[tuple[str, Any]]:
    found = [each for batch in outlets["sentry/envelopes"].batches for each in batch.records]
    return [(each.category, json.loads(each.item)) for each in found if isinstance(each, Envelope)]


def dies_with_an_order_in_flight(home: Path) -> None:
    journal = agent(home, HUB, SENTRY)
    put(journal, Run("5" * 32, T0, T0 + 1, "ok", 2, "agent@1.0", "demo"))
    put(journal, State(T0, b'{"balance_usd":5}'))
    put(journal, started(1), started(2, "pf.trade.execute", parent=1))
    put(journal, Crumb(TRACE, span(1), "signal", "buy", "info", {"z": 1.5}, T0 + 3))
    put(journal, SpanEvent(TRACE, span(2), "order_submitted", T0 + 4, {"pf.asset": "BTC"}))
    told = {"pf.trail.endpoint": "POST /x"}
    put(journal, Crumb(TRACE, span(2), "http", "POST /x: 201", "info", {"n": 1}, T0 + 4, "api_response", told))
    put(journal, SpanMarked(TRACE, span(2), T0 + 5, {"pf.asset": "BTC", "pf.side": "buy"}))
    put(journal, ended(3), SpanEvent(TRACE, span(1), "later", T0 + 900))
    killed(journal)


def test_open_spans_end_as_interrupted_with_the_last_thing_that_was_recorded(tmp_path: Path) -> None:
    dies_with_an_order_in_flight(tmp_path)
    done, cycle, order = spans(ship(tmp_path))
    assert done.attributes["number"] == 3
    assert (cycle.name, cycle.start_ns, cycle.end_ns) == ("agent.decision_cycle", T0 + 1, T0 + 900)
    assert (cycle.status, cycle.status_message, cycle.attributes["pf.interrupted"]) == (2, "interrupted", True)
    assert [each.name for each in cycle.events] == ["later"]
    assert order.parent_id == cycle.span_id
    assert order.attributes == {
        "number": 2,
        "pf.asset": "BTC",
        "pf.side": "buy",
        "pf.order.state": "unknown",
        "pf.interrupted": True,
        "error.type": "interrupted",
    }
    assert [(each.name, each.attributes) for each in order.events] == [
        ("order_submitted", {"pf.asset": "BTC"}),
        ("api_response", {"pf.trail.endpoint": "POST /x"}),
    ]
    assert folders(tmp_path) == []


def test_orders_in_flight_are_named_in_one_event_with_the_story_of_the_decision(tmp_path: Path) -> None:
    dies_with_an_order_in_flight(tmp_path)
    (_, event), (_, session) = items(ship(tmp_path))
    assert event["logentry"]["formatted"] == "agent died mid-decision"
    assert (event["level"], event["release"], event["environment"]) == ("fatal", "agent@1.0", "demo")
    (order,) = event["contexts"]["interrupted"]["in_flight"]
    assert (order["operation"], order["pf.asset"], order["pf.side"]) == ("pf.trade.execute", "BTC", "buy")
    assert (order["trace_id"], order["span_id"]) == (TRACE.hex(), span(2).hex())
    assert event["contexts"]["agent_state"] == {"balance_usd": 5}
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["buy", "POST /x: 201"]
    assert event["tags"]["agent_id"] == event["user"]["id"] == "vol-arb-1"
    assert (session["sid"], session["status"], session["errors"]) == ("5" * 32, "abnormal", 2)


def test_an_agent_that_ended_by_itself_has_nothing_to_recover(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, Run("5" * 32, T0, T0 + 1, "ok", 0, "", ""), started(1))
    journal.end()
    outlets = ship(tmp_path)
    assert spans(outlets) == []
    assert items(outlets) == []
    assert folders(tmp_path) == []


def test_an_agent_that_died_between_two_decisions_says_only_that_its_session_ended(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, Run("5" * 32, T0, T0 + 1, "ok", 0, "", ""), started(1), ended(1))
    killed(journal)
    outlets = ship(tmp_path)
    assert [each.attributes.get("pf.interrupted") for each in spans(outlets)] == [None]
    assert [category for category, _ in items(outlets)] == ["session"]


def test_a_session_that_had_ended_is_not_ended_again(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, Run("5" * 32, T0, T0 + 1, "crashed", 1, "", ""))
    killed(journal)
    assert items(ship(tmp_path)) == []


def test_a_span_that_was_open_for_many_segments_is_not_forgotten_when_they_go(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB)
    put(journal, started(1, "agent_b.task_execution"))
    put(journal, SpanMarked(TRACE, span(1), T0, {"mark": 1}))
    put(journal, *(ended(number, chars=500) for number in range(10, 110)))
    ship(tmp_path)
    assert segments_in(only_folder(tmp_path))[0][0] > 1
    put(journal, ended(200))
    killed(journal)
    *_, last = spans(ship(tmp_path))
    assert (last.span_id, last.name, last.attributes["mark"]) == (span(1), "agent_b.task_execution", 1)


@pytest.mark.parametrize("turns_before", range(6))
def test_it_is_told_once_whenever_the_shipper_dies_too(tmp_path: Path, turns_before: int) -> None:
    dies_with_an_order_in_flight(tmp_path)
    down = {name: Recorded(*[NotNow("refused")] * 99) for name in ("hub/traces", "sentry/envelopes")}
    clock = Clock()
    first = shipper_of(tmp_path, down, clock)
    turns(first, clock, turns_before)
    for shipment in first._shipments.values():
        shipment._lock.release()
    outlets = ship(tmp_path)
    assert [each.span_id for each in spans(outlets)] == [span(3), span(1), span(2)]
    assert [category for category, _ in items(outlets)] == ["error", "session"]
    assert folders(tmp_path) == []


def test_a_record_that_was_written_and_not_committed_counts(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB)
    put(journal, started(1))
    before = journal._at
    put(journal, ended(1))
    journal._words[2] = before  # the process died before its last store
    killed(journal)
    (only,) = spans(ship(tmp_path))
    assert "pf.interrupted" not in only.attributes


def test_what_cannot_be_read_does_not_stop_it(tmp_path: Path) -> None:
    journal = agent(tmp_path, HUB, SENTRY)
    put(journal, started(1))
    for kind in range(1, 15):
        if kind not in (13, 14):
            journal.append(kind, encode(7), MONEY)
            journal.append(kind, b"\xc1", 0)
    killed(journal)
    assert [each.span_id for each in spans(ship(tmp_path))] == [span(1)]
    assert folders(tmp_path) == []
