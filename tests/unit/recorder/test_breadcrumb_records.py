"""A breadcrumb is written into the journal once: as itself, and as the event of the span that it was left in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import fleaglass
from fleaglass.journal.records import Crumb, SpanEnded, SpanEvent
from fleaglass.recorder import Agent
from fleaglass.recorder.rounds import Rounds
from fleaglass.recorder.seams import Seams
from fleaglass.testing import TickingClock
from tests.unit.journal.desk import only_folder, records


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {"HOME": str(tmp_path), "SHIPPER": "off", "METRICS": "none", "LOGS": "none"}.items():
        monkeypatch.setenv(f"FLEAGLASS_{name}", value)
    return tmp_path


@pytest.fixture
def agent(home: Path) -> Iterator[Agent]:
    clock = TickingClock()
    made = fleaglass.init("crumbs", seams=Seams(clock=clock, rounds=Rounds(clock, threaded=False)))
    yield made
    made.shutdown(0)


def crumbs(home: Path) -> list[Crumb]:
    return [each for each in records(only_folder(home)) if isinstance(each, Crumb)]


def test_inside_of_a_span_it_is_an_event_of_it(home: Path, agent: Agent) -> None:
    with agent.cycle(), agent.stage("x"):
        agent.breadcrumb("rebalance", "weights recomputed", assets=3)
        agent.position_change("BTC", "buy", 1, 68_000)
    written = records(only_folder(home))
    first, second = crumbs(home)
    span = next(each for each in written if isinstance(each, SpanEnded) and each.name == "x")
    assert (first.trace_id, first.span_id) == (span.trace_id, span.span_id)
    assert (first.category, first.message, first.level, first.data) == (
        "rebalance",
        "weights recomputed",
        "info",
        {"assets": 3},
    )
    assert [(each.event, each.attributes, each.time_ns) for each in (first, second)] == [
        (each.name, each.attributes, each.time_ns) for each in span.events
    ]
    assert second.attributes["pf.trail.price"] == 68_000.0
    assert not [each for each in written if isinstance(each, SpanEvent)]


def test_outside_of_spans_it_is_none(home: Path, agent: Agent) -> None:
    agent.breadcrumb("rebalance", "weights recomputed")
    (crumb,) = crumbs(home)
    assert (crumb.trace_id, crumb.span_id, crumb.event, crumb.attributes) == (b"", b"", "", {})


def test_a_heartbeat_and_a_line_of_the_log_are_none(home: Path, agent: Agent) -> None:
    with agent.cycle():
        agent.breadcrumb("heartbeat", "alive")
        agent.core.trail.log("strategy", "thinking", level="info", time_ns=1)
    assert [(each.message, each.event, len(each.span_id)) for each in crumbs(home)] == [
        ("alive", "", 8),
        ("thinking", "", 8),
    ]


def test_nor_is_one_of_a_span_that_is_over(home: Path, agent: Agent) -> None:
    with agent.stage("x") as stage:
        stage._span.end()
        agent.breadcrumb("late", "after the end")
    (crumb,) = crumbs(home)
    assert (crumb.message, crumb.event) == ("after the end", "")


def test_with_limits_on_events_both_are_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "2")
    clock = TickingClock()
    agent = fleaglass.init("limited", seams=Seams(clock=clock, rounds=Rounds(clock, threaded=False)))
    with agent.stage("x"):
        agent.breadcrumb("rebalance", "weights recomputed")
    agent.shutdown(0)
    (crumb,) = crumbs(home)
    (event,) = (each for each in records(only_folder(home)) if isinstance(each, SpanEvent))
    assert (crumb.message, crumb.event) == ("weights recomputed", "")
    assert event.attributes == {"pf.trail.message": "weights recomputed", "pf.trail.level": "info"}
