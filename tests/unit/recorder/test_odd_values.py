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
