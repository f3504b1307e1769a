"""A recording depends on nothing outside of the test."""

import logging
import threading

import pytest

import fleaglass
from fleaglass.recorder import current_core
from fleaglass.testing import recording

ENVIRONMENT = {
    "OTEL_SDK_DISABLED": "true",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "5",
    "OTEL_ATTRIBUTE_COUNT_LIMIT": "2",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "3",
    "OTEL_SPAN_EVENT_COUNT_LIMIT": "0",
    "OTEL_SPAN_LINK_COUNT_LIMIT": "0",
    "OTEL_TRACES_SAMPLER": "always_off",
    "FLEAGLASS_DISABLED": "true",
    "FLEAGLASS_STRATEGY": "of-the-environment",
}
HIRER = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}


def recorded() -> str:
    with recording("vol-arb-1", release="a@1") as record:
        with record.agent.take_over(HIRER), record.agent.cycle(market="BTC/USD") as cycle:
            cycle.set(**{f"value_{number}": "long enough" for number in range(20)})
            cycle.skip("low_confidence")
        return repr(record.spans)


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Many a CI switches OpenTelemetry off."""
    undisturbed = recorded()
    assert "long enough" in undisturbed
    monkeypatch.setenv(variable, ENVIRONMENT[variable])
    assert recorded() == undisturbed


def decide(agent: fleaglass.Agent) -> None:
    with agent.cycle() as cycle:
        cycle.skip("low_confidence")


def test_an_agent_that_the_program_makes_is_recorded_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "http://key@127.0.0.1:1/7")
    monkeypatch.setenv("FLEAGLASS_ENDPOINT", "http://127.0.0.1:1")
    threads = threading.active_count()
    with recording(release="a@1") as record:
        agent = fleaglass.init("vol-arb-1", strategy="vol-arb-btc", endpoint="http://127.0.0.1:2", span_log="s.jsonl")
        assert record.agent is agent
        with agent.session(handle_sigterm=False):
            decide(agent)
            logging.getLogger("strategy").error("no price")
            record.pass_time(61)
        assert threading.active_count() == threads
    assert record.tree() == "agent.decision_cycle"
    resource = record.one("agent.decision_cycle").resource
    assert (resource["pf.agent_id"], resource["pf.strategy"], resource["pf.release"]) == (
        "vol-arb-1",
        "vol-arb-btc",
        "a@1",
    )
    assert [event["user"]["id"] for event in record.events] == ["vol-arb-1"]
    assert [check_in.status for check_in in record.check_ins] == ["ok", "ok"]


def test_init_without_a_name_is_the_recordings_agent(caplog: pytest.LogCaptureFixture) -> None:
    with recording("momentum-7", strategy="momentum") as record:
        assert fleaglass.init() is record.agent
        assert record.agent.agent_id == "momentum-7"
    assert not caplog.records


def test_what_the_program_says_of_its_agent_holds_also_under_the_recordings_name() -> None:
    seen: list[object] = []

    def hook(event: fleaglass.recorder.sentry.Event, hint: object) -> fleaglass.recorder.sentry.Event:
        seen.append(event)
        return event

    with recording("momentum-7", strategy="momentum") as record:
        agent = fleaglass.init("momentum-7", strategy="mean-reversion", before_send=hook)
        agent.capture(ValueError("odd"))
    assert record.agent is agent
    assert (record.events[0]["tags"]["strategy"], len(seen)) == ("mean-reversion", 1)


def test_several_agents_are_recorded_and_the_first_is_the_one_under_test() -> None:
    with recording() as record:
        agents = [fleaglass.init(name) for name in ("a", "b")]
        assert record.agent is agents[0]
        assert current_core() is agents[0].core
        for agent in agents:
            decide(agent)
    assert [span.resource["pf.agent_id"] for span in record.spans] == ["a", "b"]
    assert fleaglass.recorder.current_core().agent_id == "unnamed-agent", "none is left behind"


def test_an_agent_that_the_test_has_begun_to_use_stays() -> None:
    with recording("own") as record:
        decide(record.agent)
        decide(fleaglass.init("theirs"))
        assert record.agent.agent_id == "own"
        decide(record.agent)
    assert [span.resource["pf.agent_id"] for span in record.spans] == ["own", "theirs", "own"]
