"""An error is recorded once, on the deepest span, without its secrets."""

import pytest

from fleaglass.recorder.scrub import MARKER
from fleaglass.testing import Recording

KEY = "pf_live_0123456789abcdef"


def exceptions(record: Recording) -> list[tuple[str, str]]:
    """(span, message) of every exception event."""
    return [
        (span.name, event.attributes["exception.message"])
        for span in record.spans
        for event in span.events
        if event.name == "exception"
    ]


def test_every_span_on_the_way_failed_and_one_says_why(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with pytest.raises(ValueError, match="bad"), agent.cycle(), agent.pipeline("BTC", "buy"), agent.stage("order.size"):
        raise ValueError("bad size")
    assert exceptions(fleaglass_recording) == [("order.size", "bad size")]
    assert {span.status for span in fleaglass_recording.spans} == {"error"}
    assert {span.attributes["error.type"] for span in fleaglass_recording.spans} == {"ValueError"}


def test_wrapping_an_error_is_not_a_second_error(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent

    def decide() -> None:
        with agent.cycle():
            try:
                with agent.stage("order.size"):
                    raise ValueError("cause")
            except ValueError as error:
                raise RuntimeError("wrapped") from error

    with pytest.raises(RuntimeError):
        decide()
    assert exceptions(fleaglass_recording) == [("order.size", "cause")]
    assert fleaglass_recording.one("agent.decision_cycle").attributes["error.type"] == "RuntimeError"


def test_another_error_while_handling_one_is_a_second_error(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent

    def give_up() -> None:
        raise RuntimeError("second")

    def decide() -> None:
        with agent.cycle():
            try:
                with agent.stage("order.size"):
                    raise ValueError("first")
            except ValueError:
                give_up()

    with pytest.raises(RuntimeError):
        decide()
    assert exceptions(fleaglass_recording) == [("order.size", "first"), ("agent.decision_cycle", "second")]


def test_the_same_exception_object_in_another_cycle_is_recorded_again(fleaglass_recording: Recording) -> None:
    error = ValueError("kept in a module")
    for _ in range(2):
        with pytest.raises(ValueError, match="kept"), fleaglass_recording.agent.cycle():
            raise error
    assert len(exceptions(fleaglass_recording)) == 2


def test_a_secret_in_an_error_stays_here(fleaglass_recording: Recording) -> None:
    def decide(api_key: str) -> None:
        with fleaglass_recording.agent.cycle():
            raise ValueError(f"key {api_key} of https://user:pass@venue.example/?k=1 refused")

    with pytest.raises(ValueError, match="pf_live"):
        decide(KEY)
    span = fleaglass_recording.one("agent.decision_cycle")
    (event,) = span.events
    assert event.attributes["exception.message"] == f"key {MARKER} of https://{MARKER}@venue.example/?{MARKER} refused"
    assert KEY not in repr(span)
    assert "user:pass" not in repr(span)
    assert event.attributes["exception.type"] == "ValueError"
    assert "test_failure.py" in event.attributes["exception.stacktrace"]


def test_a_long_stack_keeps_the_end_where_the_error_is(fleaglass_recording: Recording) -> None:
    def descend(levels: int) -> None:
        if levels == 0:
            raise ValueError("at the bottom")
        if levels % 2:
            descend(levels - 1)
        else:
            descend(levels - 1)

    with pytest.raises(ValueError, match="bottom"), fleaglass_recording.agent.cycle():
        descend(200)
    (event,) = fleaglass_recording.one("agent.decision_cycle").events
    stack = event.attributes["exception.stacktrace"]
    assert len(stack) <= 8_192
    assert stack.rstrip().endswith("ValueError: at the bottom")


def test_an_error_that_nobody_can_print_does_not_stop_the_agents_own_handling(fleaglass_recording: Recording) -> None:
    from fleaglass.testing import lenient

    class Unprintable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this works")

    with lenient(), pytest.raises(Unprintable), fleaglass_recording.agent.cycle():
        raise Unprintable
    assert fleaglass_recording.one("agent.decision_cycle").attributes["error.type"].endswith("Unprintable")
