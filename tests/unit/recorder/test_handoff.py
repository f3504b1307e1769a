"""Two agents, one story: the context goes with the escrow and is taken over on the other side."""

import pytest
from opentelemetry import baggage

from fleaglass.recorder import outgoing_headers
from fleaglass.testing import Recording


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
        · pf.cycle_outcome = 'completed'"""
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
    assert task.links == ((handoff.trace_id, handoff.span_id),)
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
