"""Two agents, one story: the context goes with the escrow and is taken over on the other side."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import baggage

from fleaglass.recorder import EndedLink, outgoing_headers
from fleaglass.recorder.carrier import to_text
from fleaglass.testing import Recording, recording


def test_in_one_trace(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.handoff("signal_research", counterparty="ag_77") as carrier:
        pass
    with agent.take_over(carrier, mode="child", escrow_id="esc_1") as task, agent.cycle():
        assert task.requester_agent_id == "test-agent"
    assert (
        fleaglass_recording.tree(attributes=True)
        == """\
agent.decision_cycle
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'completed'
  agent_a.create_task
    · pf.counterparty = 'ag_77'
    · pf.requester_agent_id = 'test-agent'
    · pf.task_type = 'signal_research'
    agent_b.task_execution
      · pf.escrow_id = 'esc_1'
      · pf.handoff.mode = 'child'
      · pf.requester_agent_id = 'test-agent'
      · pf.task_type = 'signal_research'
      agent.decision_cycle
        · pf.cycle_id = '00000000000000000000000000000002'
        · pf.cycle_outcome = 'completed'
        → 00000000000000000000000000000001/0000000000000001 {'pf.link.type': 'previous_cycle'}"""
    )
    kinds = {span.name: span.kind for span in fleaglass_recording.spans}
    assert (kinds["agent_a.create_task"], kinds["agent_b.task_execution"]) == ("producer", "consumer")
    assert len({span.trace_id for span in fleaglass_recording.spans}) == 1


def test_in_two_linked_traces(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.handoff("signal_research") as carrier:
        pass
    with agent.take_over(carrier):
        pass
    handoff = fleaglass_recording.one("agent_a.create_task")
    task = fleaglass_recording.one("agent_b.task_execution")
    assert task.parent_span_id is None
    assert task.trace_id != handoff.trace_id
    assert task.links == (EndedLink(handoff.trace_id, handoff.span_id),)
    assert task.attributes["pf.handoff.mode"] == "link"


@pytest.mark.parametrize("mode", ["child", "link"])
def test_a_bad_carrier_makes_a_new_trace_that_says_why(fleaglass_recording: Recording, mode) -> None:
    with fleaglass_recording.agent.take_over({"traceparent": "00-0-0-0"}, mode=mode, task_type="x", escrow_id="esc_1"):
        pass
    task = fleaglass_recording.one("agent_b.task_execution")
    assert (task.parent_span_id, task.links, task.status) == (None, (), "unset")
    assert task.attributes["pf.requester_agent_id"] == "unknown"
    (event,) = task.events
    assert (event.name, dict(event.attributes)) == (
        "context_rejected",
        {"pf.handoff.problem": "malformed", "pf.escrow_id": "esc_1"},
    )


def test_the_work_belongs_to_the_hirer_even_inside_a_cycle_of_ones_own(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.handoff("research") as carrier:
        pass
    with agent.cycle() as cycle:
        with agent.take_over(carrier, mode="child"), agent.stage("digging"):
            pass
        with agent.stage("afterwards"):
            pass
    assert fleaglass_recording.one("digging").trace_id == fleaglass_recording.one("agent_a.create_task").trace_id
    assert fleaglass_recording.one("afterwards").trace_id == cycle.trace_id


def test_requests_made_inside_carry_the_context_and_two_identifiers(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    assert outgoing_headers() == {}
    with agent.handoff("research", task="Buy at any price!") as carrier:
        headers = outgoing_headers()
        assert headers["traceparent"] == carrier["traceparent"]
        assert headers["baggage"] == carrier["baggage"] == "pf.requester_agent_id=test-agent,pf.task_type=research"
        headers["traceparent"] = "mine"
        assert outgoing_headers()["traceparent"] != "mine"
    with agent.take_over(carrier, mode="child"):
        # Visible to the work itself, which reading baggage before attaching the remote context would miss.
        assert baggage.get_baggage("pf.requester_agent_id") == "test-agent"
    assert baggage.get_all() == {}
    assert "pf.task" in fleaglass_recording.one("agent_a.create_task").attributes
    assert "price" not in repr(carrier)


def test_the_carrier_is_the_callers_own(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.handoff("research") as carrier:
        carrier.clear()
        carrier["note"] = "mine"
    assert carrier == {"note": "mine"}


def test_flags_say_sampled_and_random(fleaglass_recording: Recording) -> None:
    """W3C Trace Context level 2; readers test the bits and never compare with 01."""
    with fleaglass_recording.agent.handoff("research") as carrier:
        assert carrier["traceparent"].endswith("-03")


def test_an_error_in_the_work_is_the_tasks(fleaglass_recording: Recording) -> None:
    with pytest.raises(ValueError, match="lost"), fleaglass_recording.agent.take_over(None):
        raise ValueError("lost interest")
    task = fleaglass_recording.one("agent_b.task_execution")
    assert task.attributes["error.type"] == "ValueError"
    assert [event.name for event in task.events] == ["context_rejected", "exception"]


def test_an_escrows_id_alone_joins_the_two(fleaglass_recording: Recording) -> None:
    """Where a venue keeps nothing of ours, both sides still know the escrow; nothing was rejected."""
    with fleaglass_recording.agent.take_over(escrow_id="esc_1", task_type="research"):
        pass
    task = fleaglass_recording.one("agent_b.task_execution")
    assert (task.attributes["pf.handoff.mode"], task.attributes["pf.escrow_id"]) == ("escrow", "esc_1")
    assert (task.parent_span_id, task.links, task.events) == (None, (), ())


@pytest.mark.parametrize(
    "carried",
    [
        lambda carrier: carrier,
        lambda carrier: list(carrier.items()),
        lambda carrier: {"Host": "x", **{name.title(): value for name, value in carrier.items()}},
        json.dumps,
        lambda carrier: {"metadata": {"task": {"asset": "BTC"}, "trace_context": carrier}},
        lambda carrier: "Research BTC" + to_text(carrier),
    ],
    ids=["as it is", "pairs", "headers", "json", "escrow", "description"],
)
def test_it_may_travel_as_anything(fleaglass_recording: Recording, carried) -> None:
    with fleaglass_recording.agent.handoff("research") as carrier:
        pass
    with fleaglass_recording.agent.take_over(carried(carrier), mode="child"):
        pass
    handoff = fleaglass_recording.one("agent_a.create_task")
    assert fleaglass_recording.one("agent_b.task_execution").parent_span_id == handoff.span_id


def test_b3_is_spoken_when_asked_for() -> None:
    with recording(propagators=("b3",)) as record:
        with record.agent.handoff("research") as carrier:
            assert carrier == outgoing_headers() == {"b3": f"{1:032x}-{1:016x}-1"}
        with record.agent.take_over(carrier, mode="child"):
            pass
        assert record.one("agent_b.task_execution").parent_span_id == f"{1:016x}"


@pytest.mark.parametrize("flags", ["00", "01", "02", "03", "ff"])
@pytest.mark.parametrize("mode", ["child", "link"])
@pytest.mark.parametrize(
    ("sampler", "recorded"),
    [("parentbased_always_on", 1), ("parentbased_always_off", 0), ("always_on", 1), ("always_off", 0)],
)
def test_whoever_hires_has_no_say_in_sampling(sampler: str, recorded: int, mode, flags: str) -> None:
    with recording(sampler=sampler) as record:
        with record.agent.take_over({"traceparent": f"00-{'1' * 32}-{'2' * 16}-{flags}"}, mode=mode):
            pass
        assert len(record.spans) == recorded


SPOILT = st.sampled_from(
    [
        {"traceparent": f"00-{'1' * 31}-{'2' * 16}-01"},
        {"traceparent": f"00-{'0' * 32}-{'2' * 16}-03"},
        {"traceparent": f"ff-{'1' * 32}-{'2' * 16}-01"},
        {"traceparent": "x" * 100_000},
        {"baggage": ",".join(f"k{n}=v" for n in range(10_000))},
        {f"k{n}": "v" for n in range(10_000)},
        "[" * 20_000,
        b"\x00" * 100,
    ]
) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["traceparent", "trace_context", "b3"]), inner),
)


@given(carrier=SPOILT, mode=st.sampled_from(["child", "link", "neither"]))
def test_a_spoilt_carrier_changes_nothing_but_the_reason(carrier: object, mode) -> None:
    """The same spans, ids, times and attributes as without one; the event says why it was not followed."""

    def spans(given: object) -> tuple[str, list[object]]:
        with recording() as record:
            with record.agent.take_over(given, mode=mode, task_type="research"), record.agent.cycle():
                pass
            ids = [
                (span.trace_id, span.span_id, span.parent_span_id, span.start_ns, span.links) for span in record.spans
            ]
            task = record.one("agent_b.task_execution")
            assert [event.name for event in task.events] == ["context_rejected"]
            without_reason = record.tree(attributes=True).replace(str(task.events[0].attributes), "")
            return without_reason, list(ids)

    assert spans(carrier) == spans({})


def test_who_asks_is_a_claim_and_is_only_recorded(fleaglass_recording: Recording) -> None:
    """A carrier that names this very agent, or anybody, changes neither the resource nor the agent's own spans."""
    carrier: Mapping[str, str] = {
        "traceparent": f"00-{'1' * 32}-{'2' * 16}-01",
        "baggage": "pf.requester_agent_id=test-agent,pf.agent_id=somebody,pf.task_type=research",
    }
    with fleaglass_recording.agent.take_over(carrier) as task, fleaglass_recording.agent.cycle():
        assert (task.requester_agent_id, task.task_type) == ("test-agent", "research")
    cycle, task_span = fleaglass_recording.spans
    assert {span.resource["pf.agent_id"] for span in (cycle, task_span)} == {"test-agent"}
    assert "pf.requester_agent_id" not in cycle.attributes
    assert "pf.agent_id" not in task_span.attributes
