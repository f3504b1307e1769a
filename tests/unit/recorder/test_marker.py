"""A marker says what of the running agent changed, from what to what, wherever somebody will look for it."""

from decimal import Decimal

from fleaglass.recorder import EndedLink
from fleaglass.testing import Recording, recording


def test_the_first_value_and_every_change_are_marked(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    for window in (20, 20, 30):
        agent.marker("parameters", iv_window=window, z_min=Decimal("1.5"))
    first, second = fleaglass_recording.named("pf.agent.marker")
    assert first.attributes == {"pf.marker.kind": "parameters", "pf.marker.change": "iv_window 20, z_min 1.5"}
    assert second.attributes == {"pf.marker.kind": "parameters", "pf.marker.change": "iv_window 20 → 30"}
    assert [dict(event.attributes) for event in second.events] == [
        {
            "pf.marker.kind": "parameters",
            "pf.marker.name": "iv_window",
            "pf.marker.old": "20",
            "pf.marker.new": "30",
        }
    ]


def test_kinds_do_not_mix(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    agent.marker("parameters", version=1)
    agent.marker("model_checkpoint", version=1)
    assert len(fleaglass_recording.named("pf.agent.marker")) == 2


def test_inside_a_cycle_it_is_a_root_of_its_own_with_a_link_and_an_event_there(fleaglass_recording: Recording) -> None:
    """The change is about the agent, not about the decision that happens to be under way."""
    with fleaglass_recording.agent.cycle() as cycle:
        fleaglass_recording.agent.marker("model_checkpoint", signal="v12")
    marker = fleaglass_recording.one("pf.agent.marker")
    assert marker.parent_span_id is None
    assert marker.links == (EndedLink(cycle.trace_id, cycle.span_id),)
    (event,) = [
        event for event in fleaglass_recording.one("agent.decision_cycle").events if event.name == "agent_marker"
    ]
    assert event.attributes["pf.marker.new"] == "v12"


def test_it_is_in_the_breadcrumbs(fleaglass_recording: Recording) -> None:
    fleaglass_recording.agent.marker("parameters", iv_window=30)
    (crumb,) = fleaglass_recording.breadcrumbs
    assert (crumb.category, crumb.message) == ("marker", "parameters: iv_window 30")
    assert crumb.data["iv_window"] == "30"


def test_a_secret_is_not_shown(fleaglass_recording: Recording) -> None:
    fleaglass_recording.agent.marker("parameters", api_key="hunter2", note="Bearer pf_live_0123456789abcdef0123")
    text = fleaglass_recording.tree(attributes=True) + repr(fleaglass_recording.breadcrumbs)
    assert "hunter2" not in text
    assert "0123456789abcdef" not in text


def test_odd_values_are_text(fleaglass_recording: Recording) -> None:
    fleaglass_recording.agent.marker("parameters", nothing=None, many=[1, 2], long="x" * 10_000)
    assert len(fleaglass_recording.one("pf.agent.marker").attributes["pf.marker.change"]) < 1000


def test_inside_another_agents_cycle_it_stays_the_agents_own() -> None:
    with recording("a") as a, recording("b") as b:
        with b.agent.cycle():
            a.agent.marker("parameters", iv_window=30)
            a.agent.risk_check("net_vega", passed=False)
        assert a.one("pf.agent.marker").links == ()
        cycle = b.one("agent.decision_cycle")
        assert cycle.events == ()
        assert b.breadcrumbs == []


def test_a_failed_check_is_told_to_the_agents_own_cycle_only() -> None:
    with recording("a") as a, recording("b") as b:
        with a.agent.cycle() as cycle, b.agent.pipeline("BTC", "buy"):
            a.agent.risk_check("net_vega", passed=False)
            cycle.reject("net_vega")
        decided = a.one("agent.decision_cycle")
        assert decided.attributes["pf.cycle_reason"] == "risk net_vega"
        assert [event.name for event in decided.events] == ["risk_check_failed"]
        pipeline = b.one("order.pipeline")
        assert (pipeline.events, pipeline.attributes["pf.pipeline_outcome"]) == ((), "not_ordered")
