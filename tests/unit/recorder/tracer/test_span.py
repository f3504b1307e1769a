"""A span keeps what it is told until it ends, nothing after that, and never raises."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Link, SpanContext, SpanKind, Status, StatusCode

from fleaglass.recorder import guard
from fleaglass.recorder.tracer import Limits
from tests.unit.recorder.tracer.making import Made

ELSEWHERE = SpanContext(0xABC, 0xDEF, is_remote=True)


class Name(enum.StrEnum):
    MARKET = "pf.market"


class Mute:
    """Says nothing of itself."""


class Broken:
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.fixture
def made() -> Made:
    return Made()


def test_it_reads_like_one_of_opentelemetrys_sdk(made: Made) -> None:
    tracer = made.provider.get_tracer("lib", "1.2", "https://lib", {"scope": "x"})
    span = tracer.start_span("work", kind=SpanKind.CLIENT, attributes={"a": 1}, links=[Link(ELSEWHERE, {"l": 2})])
    made.clock.now_ns = 2_000
    span.add_event("seen", {"e": 3})
    span.end()
    ended = made.span
    assert (ended.name, ended.kind, ended.start_time, ended.end_time) == ("work", SpanKind.CLIENT, 1_000, 2_000)
    assert (ended.parent, ended.attributes, ended.status.status_code) == (None, {"a": 1}, StatusCode.UNSET)
    assert [(event.name, event.timestamp, event.attributes) for event in ended.events] == [("seen", 2_000, {"e": 3})]
    assert [(link.context, link.attributes) for link in ended.links] == [(ELSEWHERE, {"l": 2})]
    assert (ended.dropped_attributes, ended.dropped_events, ended.dropped_links) == (0, 0, 0)
    assert ended.resource.attributes == {"service.name": "test"}
    assert ended.resource.schema_url == "https://example.org/schema"
    scope = ended.instrumentation_scope
    assert (scope.name, scope.version, scope.schema_url, scope.attributes) == (
        "lib",
        "1.2",
        "https://lib",
        {"scope": "x"},
    )
    context = ended.context
    assert (context.trace_id, context.span_id, context.is_valid, context.is_remote) == (1, 1, True, False)
    assert context.trace_flags == 3  # sampled, random
    assert ended.get_span_context() is context
    assert "work" in repr(ended)


def test_what_is_read_cannot_be_changed(made: Made) -> None:
    span: Any = made.tracer.start_span("work")
    span.add_event("seen", {"a": 1})
    with pytest.raises(TypeError):
        span.attributes["a"] = 1
    with pytest.raises(TypeError):
        span.events[0].attributes["a"] = 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (True, True),
        (7, 7),
        (0.5, 0.5),
        ("text", "text"),
        (b"\xff", b"\xff"),
        (None, None),
        ([1, 2], (1, 2)),
        (["a", None], ("a", None)),
        ((1, "a"), (1, "a")),
        ({"a": [1]}, {"a": (1,)}),
        ({1: 2}, {"1": 2}),
        (Name.MARKET, "pf.market"),
        (1 + 2j, "(1+2j)"),
        (Mute(), None),
        (Broken(), None),
    ],
    ids=lambda value: repr(value) if type(value).__module__ == "builtins" else type(value).__name__,
)
def test_a_value_is_made_what_an_attribute_may_be(made: Made, given: object, kept: object) -> None:
    for span in (made.tracer.start_span("work", attributes={"a": given}), made.tracer.start_span("work")):  # type: ignore[dict-item]
        span.set_attribute("a", given)
        span.set_attributes({"b": given})
        span.add_event("seen", {"c": given})
        span.end()
        assert span.attributes == {"a": kept, "b": kept}
        assert span.events[0].attributes == {"c": kept}


def test_a_list_that_goes_on_changing_does_not_change_the_span(made: Made) -> None:
    prices, facts = [1.0], {"a": 1}
    span = made.tracer.start_span("work", attributes=facts)
    span.set_attribute("prices", prices)
    span.add_event("seen", facts)
    prices.append(2.0)
    facts["a"] = 2
    assert span.attributes == {"a": 1, "prices": (1.0,)}
    assert span.events[0].attributes == {"a": 1}


@pytest.mark.parametrize("name", ["", None, 7, b"x"])
def test_an_attribute_needs_a_name(made: Made, name: Any) -> None:
    span = made.tracer.start_span("work")
    span.set_attribute(name, 1)
    assert span.attributes == {}
    assert span.dropped_attributes == 1
    span.set_attribute(Name.MARKET, 1)
    assert [type(known) for known in span.attributes] == [str]


def test_an_error_has_a_description_and_ok_is_the_last_word(made: Made) -> None:
    span = made.tracer.start_span("work")

    def status() -> tuple[StatusCode, str | None]:
        return span.status.status_code, span.status.description

    span.set_status(StatusCode.UNSET, "nothing")
    assert status() == (StatusCode.UNSET, None)
    span.set_status(StatusCode.ERROR, "refused")
    span.set_status(StatusCode.UNSET)
    assert status() == (StatusCode.ERROR, "refused")
    span.set_status(Status(StatusCode.ERROR, "timed out"))
    assert status() == (StatusCode.ERROR, "timed out")
    span.set_status(StatusCode.OK, "fine")
    span.set_status(StatusCode.ERROR, "late")
    span.set_status("nonsense")  # type: ignore[arg-type]
    assert status() == (StatusCode.OK, None)


def test_an_exception_is_an_event(made: Made) -> None:
    span = made.tracer.start_span("work")
    try:
        raise KeyError("price")
    except KeyError as error:
        span.record_exception(error, {"pf.asset": "BTC"}, timestamp=5)
    (event,) = span.events
    assert (event.name, event.timestamp) == ("exception", 5)
    assert event.attributes["exception.type"] == "KeyError"
    assert event.attributes["exception.message"] == "'price'"
    assert "raise KeyError" in event.attributes["exception.stacktrace"]
    assert event.attributes["exception.escaped"] == "False"
    assert event.attributes["pf.asset"] == "BTC"


def test_a_started_span_as_a_block_ends_with_it_and_keeps_what_leaves_it(made: Made) -> None:
    with pytest.raises(KeyboardInterrupt), made.tracer.start_span("work"):
        raise KeyboardInterrupt
    assert made.span.status.description == "KeyboardInterrupt: "
    assert made.span.events[0].attributes["exception.escaped"] == "True"
    made.ended.clear()
    quiet = made.tracer.start_span("work", record_exception=False, set_status_on_exception=False)
    with pytest.raises(ValueError, match="x"), quiet:
        raise ValueError("x")
    assert (made.span.events, made.span.status.status_code) == ((), StatusCode.UNSET)


def test_nothing_is_recorded_after_the_end_and_that_is_said_once(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    guard.forget()
    span = made.tracer.start_span("work", attributes={"a": 1})
    assert span.is_recording()
    span.end(5)
    for _ in range(3):
        span.end(6)
        span.set_attribute("a", 2)
        span.set_attributes({"b": 2})
        span.add_event("late")
        span.add_link(ELSEWHERE)
        span.update_name("other")
        span.set_status(StatusCode.ERROR)
        span.record_exception(ValueError())
    assert not span.is_recording()
    assert len(made.ended) == 1
    assert (span.name, span.end_time, span.attributes, span.events, span.links) == ("work", 5, {"a": 1}, (), ())
    assert span.status.status_code is StatusCode.UNSET
    assert len(caplog.records) == 1


def test_what_is_beyond_a_limit_is_dropped_and_counted(made: Made) -> None:
    limits = Limits(attributes=2, events=1, links=1, event_attributes=1, link_attributes=1, chars=3, other_chars=4)
    made = Made(limits=limits)
    span = made.tracer.start_span("work", attributes={"a": "12345", "b": ["12345"], "c": {"k": "12345"}})
    span.set_attribute("c", "12345")
    for name in ("first", "last"):
        span.add_event(name, {"a": "12345", "b": "12345"})
        span.add_link(ELSEWHERE, {"a": 1, name: "12345"})
    span.end()
    assert (span.attributes, span.dropped_attributes) == ({"b": ("123",), "c": "123"}, 1)
    (event,), (link,) = span.events, span.links
    assert (event.name, event.attributes, event.dropped_attributes, span.dropped_events) == (
        "last",
        {"b": "1234"},
        1,
        1,
    )
    assert (link.attributes, link.dropped_attributes, span.dropped_links) == ({"last": "1234"}, 1, 1)


def test_a_link_to_nothing_with_nothing_to_say_is_none(made: Made) -> None:
    span = made.tracer.start_span("work", links=[Link(INVALID_SPAN_CONTEXT)])
    span.add_link(INVALID_SPAN_CONTEXT)
    assert span.links == ()
    span.add_link(INVALID_SPAN_CONTEXT, {"a": 1})
    assert len(span.links) == 1


def test_no_argument_makes_it_raise(made: Made) -> None:
    arguments: Any = {"context": 7, "kind": "client", "attributes": [1], "links": 7, "start_time": "soon"}
    span: Any = made.tracer.start_span(Broken(), **arguments)  # type: ignore[arg-type]
    span.set_attributes(None)
    span.set_attributes([("a", 1)])
    span.add_event(7, 7, "then")
    span.add_link(None)
    span.add_link("x", 5)
    span.record_exception(None, 7)
    span.set_status(None)
    span.update_name(8)
    span.end("now")
    assert (span.name, span.kind, span.start_time, span.end_time) == ("8", SpanKind.INTERNAL, 1_000, 1_000)
    assert [event.name for event in span.events][:1] == ["7"]
    assert span.attributes == {}
