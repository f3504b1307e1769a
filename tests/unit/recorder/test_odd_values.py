"""Values that an agent may pass by accident, and what they must not cost."""

from __future__ import annotations

import enum
import time

import pytest

import fleaglass
from fleaglass.recorder import keep_secret, scrub
from fleaglass.testing import Recording
from tests.unit.recorder.collector import collector


def test_half_a_surrogate_pair_does_not_cost_the_batch() -> None:
    with collector() as hub:
        agent = fleaglass.init("surrogates", endpoint=hub.url)
        with agent.cycle(), agent.stage("\ud800 stage") as stage:
            stage.set(note="\ud800")

        assert agent.flush(5)
        agent.shutdown()

    assert len(hub.span_ids) == 2


def test_a_reason_may_be_a_member_of_an_enumeration(fleaglass_recording: Recording) -> None:
    class Why(enum.Enum):
        LOW = "low_confidence"

    with fleaglass_recording.agent.cycle() as cycle:
        cycle.skip(Why.LOW)  # type: ignore[arg-type]

    cycle_span = fleaglass_recording.spans[-1]
    assert cycle_span.attributes["pf.cycle_outcome"] == "skipped"
    assert cycle_span.attributes["pf.cycle_reason"] == "low_confidence"


@pytest.mark.parametrize("text", ["http://" * 9_000, "eyJ-" * 16_000])
def test_no_text_of_a_strangers_holds_up_the_agent(text: str) -> None:
    began = time.process_time()
    scrub(text)
    assert time.process_time() - began < 0.5


def test_a_key_is_not_recorded_as_a_name_or_percent_encoded(fleaglass_recording: Recording) -> None:
    keep_secret("odd+key/with=signs")
    with fleaglass_recording.agent.cycle() as cycle:
        cycle.set(**{"odd+key/with=signs": 1, "note": "http://h/odd%2Bkey%2Fwith%3Dsigns/x"})

    recorded = str(fleaglass_recording.spans[-1].attributes)
    assert "odd+key" not in recorded
    assert "odd%2Bkey" not in recorded


def test_a_key_that_begins_with_another_goes_as_a_whole() -> None:
    for length in range(8, 20):
        keep_secret("wxyzwxyzwxyzwxyzwxyz"[:length])

    assert scrub("wxyzwxyzwxyzwxyzwxy") == "[scrubbed]"


def test_a_value_may_be_called_as_an_argument_is(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle, agent.stage("work") as stage:
        agent.marker("model_checkpoint", kind="lstm", self=2)
        agent.breadcrumb("fill", "half of it", category="c", message="m")
        agent.state(self=1)
        stage.set(self=1)
        cycle.set(self=1)
        cycle.reject("net_vega", reason="x")
        cycle.skip("low_confidence", reason="x")

    crumb = fleaglass_recording.breadcrumbs[-1]
    assert (crumb.category, crumb.message, crumb.data) == ("fill", "half of it", {"category": "c", "message": "m"})
    assert fleaglass_recording.one("pf.agent.marker").attributes == {
        "pf.marker.kind": "model_checkpoint",
        "pf.marker.change": "kind lstm, self 2",
    }
    decided = fleaglass_recording.one("agent.decision_cycle").attributes
    assert (decided["pf.cycle_reason"], decided["custom.reason"], decided["custom.self"]) == ("low_confidence", "x", 1)


def test_the_first_arguments_may_be_given_by_name(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle:
        agent.marker(kind="parameters", lookback=24)
        agent.breadcrumb(category="fill", message="half of it", size=2)
        cycle.reject(reason="net_vega")
        cycle.skip(reason="low_confidence")

    marked, filled = fleaglass_recording.breadcrumbs
    assert marked.message == "parameters: lookback 24"
    assert (filled.category, filled.message, filled.data) == ("fill", "half of it", {"size": 2})
    assert fleaglass_recording.one("agent.decision_cycle").attributes["pf.cycle_reason"] == "low_confidence"
