"""Defects 1 to 4: context that travels from one agent to another."""

from __future__ import annotations

import json

from opentelemetry import baggage
from opentelemetry import trace as api
from opentelemetry.propagate import extract, inject

from fleaglass.recorder import EndedLink
from fleaglass.testing import Recording, recording
from tests.defects.raw import RawOtel

TASK = "Read the order book of fund 17 and trade ETH against it"
UNSAMPLED = {"traceparent": "00-" + "ab" * 16 + "-" + "cd" * 8 + "-00"}


def test_d01_raw_baggage_is_not_read_from_a_context_that_only_picks_the_parent() -> None:
    carrier: dict[str, str] = {}
    inject(carrier, baggage.set_baggage("requester", "agent-a"))
    remote = extract(carrier)
    with RawOtel().tracer.start_as_current_span("task", context=remote):
        assert baggage.get_baggage("requester") is None
    assert baggage.get_baggage("requester", remote) == "agent-a"


def test_d01_ours_the_hired_agent_knows_who_asks(record: Recording) -> None:
    with recording("agent-a") as hirer, hirer.agent.handoff("signal_research") as carrier:
        pass
    with record.agent.take_over(carrier) as task:
        assert task.requester_agent_id == "agent-a"
        assert baggage.get_baggage("pf.requester_agent_id") == "agent-a"
    assert baggage.get_baggage("pf.requester_agent_id") is None
    attributes = record.one("agent_b.task_execution").attributes
    assert (attributes["pf.requester_agent_id"], attributes["pf.task_type"]) == ("agent-a", "signal_research")


def test_d02_raw_a_span_returned_from_its_own_block_is_over() -> None:
    otel = RawOtel()

    def begin() -> api.Span:
        with otel.tracer.start_as_current_span("task") as span:
            return span

    task = begin()
    assert not task.is_recording()
    with otel.tracer.start_as_current_span("work") as work:
        assert work.get_span_context().trace_id != task.get_span_context().trace_id


async def test_d02_ours_a_task_lives_as_long_as_its_block(record: Recording) -> None:
    with record.agent.take_over(UNSAMPLED) as task:
        task.set(escrow_id="esc_1")
        with record.agent.stage("research"):
            pass
    span, stage = record.one("agent_b.task_execution"), record.one("research")
    assert (stage.trace_id, stage.parent_span_id) == (span.trace_id, span.span_id)
    assert span.attributes["pf.escrow_id"] == "esc_1"


def test_d03_raw_whoever_wrote_the_carrier_decides_what_is_recorded() -> None:
    otel = RawOtel()
    with otel.tracer.start_as_current_span("task", context=extract(UNSAMPLED), kind=api.SpanKind.SERVER) as span:
        assert f"{span.get_span_context().trace_id:032x}" == "ab" * 16
    assert otel.spans == []


def test_d03_ours_a_task_is_a_trace_of_its_own_with_a_link(record: Recording) -> None:
    with recording("agent-a") as hirer, hirer.agent.handoff("signal_research"):
        pass
    with record.agent.take_over(UNSAMPLED):
        pass
    task = record.one("agent_b.task_execution")
    assert (hirer.one("agent_a.create_task").kind, task.kind) == ("producer", "consumer")
    assert task.links == (EndedLink("ab" * 16, "cd" * 8),)
    assert (task.trace_id, task.parent_span_id) == ("0" * 31 + "1", None)


def test_d03_ours_continuing_the_hirers_trace_is_asked_for(record: Recording) -> None:
    with record.agent.take_over(UNSAMPLED, mode="child"):
        pass
    task = record.one("agent_b.task_execution")
    assert (task.trace_id, task.parent_span_id, task.links) == ("ab" * 16, "cd" * 8, ())


def test_d03_ours_a_carrier_is_checked_before_it_is_followed(record: Recording) -> None:
    for carrier in ({"traceparent": "00-zz"}, {"traceparent": "0" * 1_000_000}, ["no carrier"]):
        with record.agent.take_over(carrier, mode="child"):
            pass
    tasks = record.named("agent_b.task_execution")
    assert {task.parent_span_id for task in tasks} == {None}
    assert {event.name for task in tasks for event in task.events} == {"context_rejected"}


def test_d04_raw_text_put_into_baggage_is_sent_to_the_counterparty() -> None:
    carrier: dict[str, str] = {}
    inject(carrier, baggage.set_baggage("task", TASK[:50]))
    assert "fund" in carrier["baggage"]


def test_d04_ours_only_identifiers_travel(record: Recording) -> None:
    with record.agent.handoff("signal_research", task=TASK) as carrier:
        pass
    with record.agent.handoff(TASK) as another:  # somebody will
        pass
    assert carrier["baggage"] == "pf.requester_agent_id=test-agent,pf.task_type=signal_research"
    assert "fund" not in json.dumps([carrier, another])
    assert [span.attributes.get("pf.task") for span in record.named("agent_a.create_task")] == [TASK, None]
