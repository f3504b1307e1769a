"""A secret that is cut, put into lower case, split or wrapped before it is recorded would have lost its shape.

So everything that does one of these scrubs first.
"""

from __future__ import annotations

import json

import pytest

from fleaglass.recorder import OperationError, keep_secret
from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.carrier.w3c import format_baggage
from fleaglass.recorder.failure import describe
from fleaglass.recorder.scrub import MARKER
from fleaglass.recorder.sentry.clean import clean
from fleaglass.testing import Recording

MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "pf_live_canary0123456789"
HEX = "8b4ec0ffee31d7a9" * 4


@pytest.mark.parametrize("secret", [MNEMONIC, HEX])
def test_a_long_reason_is_scrubbed_before_it_is_cut(fleaglass_recording: Recording, secret: str) -> None:
    with fleaglass_recording.agent.cycle() as cycle:
        cycle.skip(f"{'no. ' * 44}{secret}")
    reason = fleaglass_recording.one("agent.decision_cycle").attributes["pf.cycle_reason"]
    assert secret[:20] not in reason
    assert reason.endswith(MARKER)


def test_a_code_is_scrubbed_before_it_is_in_lower_case() -> None:
    keep_secret("OddlyShaped-Key")
    error = OperationError()
    error.code = "OddlyShaped-Key"
    assert error.reason == MARKER


@pytest.mark.parametrize("secret", [MNEMONIC, KEY])
def test_a_slug_is_made_of_what_is_left(fleaglass_recording: Recording, secret: str) -> None:
    with fleaglass_recording.agent.monitor(secret):
        pass
    assert fleaglass_recording.one("pf.monitor.run").attributes["pf.monitor.slug"] == "scrubbed"
    assert {check_in.slug for check_in in fleaglass_recording.check_ins} == {"scrubbed"}


def test_a_long_stack_trace_does_not_begin_within_a_key() -> None:
    for length in range(32_760 - 64, 32_760, 7):
        told = describe(ValueError(f"{HEX}\n{'-' * length}"))["exception.stacktrace"]
        assert "c0ffee" not in told


class Rude(Exception):
    def __str__(self) -> str:
        raise ValueError(KEY)


def test_an_exception_that_cannot_say_what_it_is_is_described_without(fleaglass_recording: Recording) -> None:
    with pytest.raises(Rude), fleaglass_recording.agent.cycle():
        raise Rude
    (event,) = fleaglass_recording.one("agent.decision_cycle").events
    assert event.attributes["exception.type"].endswith("Rude")
    assert "exception.message" not in event.attributes


def test_the_name_of_an_exception_is_text_like_any_other(fleaglass_recording: Recording) -> None:
    kind = type(KEY, (Exception,), {})
    with pytest.raises(kind), fleaglass_recording.agent.cycle():
        raise kind
    span = fleaglass_recording.one("agent.decision_cycle")
    assert span.attributes["error.type"] == span.status_message == MARKER
    assert KEY not in repr(span)


def test_what_a_mapping_calls_secret_is_gone_whatever_it_is() -> None:
    odd = {"api_key": ["a", {"b": 1}], "deep": [{"walletPassword": {"is": "x y"}}], "asset": "BTC"}
    told = attributes({"custom.body": odd, "gen_ai.tool.call.arguments": odd})
    assert {json.dumps(json.loads(str(text))) for text in told.values()} == {
        json.dumps({"api_key": MARKER, "deep": [{"walletPassword": MARKER}], "asset": "BTC"})
    }


def test_a_mnemonic_word_by_word_is_one() -> None:
    words = MNEMONIC.split()
    assert attributes({"words": words, "body": {"words": words}}) == {
        "words": [MARKER],
        "body": json.dumps({"words": [MARKER]}, separators=(",", ":")),
    }
    assert clean({"words": words, "repr": [repr(word) for word in words]}) == {"words": [MARKER], "repr": [MARKER]}


def test_a_key_does_not_travel_as_a_kind_of_work() -> None:
    assert format_baggage({"pf.task_type": KEY}) == ""
    assert format_baggage({"pf.requester_agent_id": KEY, "pf.task_type": "research"}) == (
        f"pf.requester_agent_id={KEY},pf.task_type=research"
    ), "an agent's own id may have that shape"


def test_the_name_of_another_librarys_scope(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    tracer = agent.tracer_provider.get_tracer(KEY, f"1-{KEY}")
    with agent.cycle(), tracer.start_as_current_span("theirs"):
        pass
    assert fleaglass_recording.one("theirs").scope == MARKER
