"""What the journal gets of a span is what the span says, whatever was recorded on it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from opentelemetry import trace as api
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from fleaglass.journal import records as journal
from fleaglass.recorder.tracer import Limits, records
from tests.unit.recorder.tracer.making import Made

STATE = TraceState([("vendor", "x")])
ELSEWHERE = SpanContext(0xABC, 0xDEF, True, TraceFlags(3), STATE)


def started(made: Made) -> journal.SpanStarted:
    record = journal.decode(journal.SpanStarted.kind, records.started(made.started[-1]))
    assert isinstance(record, journal.SpanStarted)
    return record


def ended(made: Made) -> journal.SpanEnded:
    record = journal.decode(journal.SpanEnded.kind, records.ended(made.ended[-1]))
    assert isinstance(record, journal.SpanEnded)
    return record


def test_a_plain_span() -> None:
    made = Made()
    with (
        made.tracer.start_as_current_span("outer"),
        made.tracer.start_as_current_span("work", kind=SpanKind.CLIENT, attributes={"a": 1}) as span,
    ):
        begun = started(made)
        span.set_attribute("b", "x")
        span.add_event("seen", {"c": 0.5}, timestamp=7)
        span.set_status(StatusCode.ERROR, "refused")
    trace_id, parent_id = (1).to_bytes(16), (1).to_bytes(8)
    assert begun == journal.SpanStarted(trace_id, (2).to_bytes(8), parent_id, "work", 3, 1_000, {"a": 1}, 0, 0x103)
    made.ended.pop()
    assert ended(made) == journal.SpanEnded(
        trace_id,
        (2).to_bytes(8),
        parent_id,
        "work",
        3,
        1_000,
        1_000,
        {"a": 1, "b": "x"},
        0,
        0x103,
        2,
        "refused",
        [journal.Event("seen", 7, {"c": 0.5})],
    )


def test_a_span_with_links_a_state_and_a_parent_from_elsewhere() -> None:
    made = Made(limits=Limits(attributes=1, events=1))
    made.provider.get_tracer("ours")
    theirs = made.provider.get_tracer("theirs")
    below = api.set_span_in_context(api.NonRecordingSpan(ELSEWHERE))
    span = theirs.start_span("work", below, links=[Link(ELSEWHERE, {"a": (1, 2)})])
    link = journal.Link((0xABC).to_bytes(16), (0xDEF).to_bytes(8), "vendor=x", {"a": [1, 2]}, 0x303)
    begun = started(made)
    assert (begun.parent_id, begun.scope, begun.flags) == ((0xDEF).to_bytes(8), 1, 0x303)
    assert (begun.trace_state, begun.links) == ("vendor=x", [link])
    span.set_attributes({"a": 1, "b": 2})
    for name in "xy":
        span.add_event(name)
    span.end()
    over = ended(made)
    assert (over.trace_state, over.links, over.dropped) == ("vendor=x", [link], (1, 1, 0))
    assert (over.attributes, over.events) == ({"b": 2}, [journal.Event("y", 1_000, {})])


def test_a_root_has_no_parent_and_a_scope_its_names() -> None:
    made = Made()
    tracer = made.provider.get_tracer("lib", "1", "https://x", {"a": [1, "b"]})
    tracer.start_span("work")
    assert started(made).parent_id == b""
    record = journal.decode(journal.Scope.kind, records.scope(tracer.scope))
    assert record == journal.Scope(0, "lib", "1", "https://x", {"a": ["1", "b"]})


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, 2), [1, 2]),
        (("a", None, "b"), ["a", "b"]),
        ((1, "a"), ["1", "a"]),
        (b"text", "text"),
        (b"\x00\xff", "00ff"),
        (1 << 64, str(1 << 64)),
        (((1 << 63),), [str(1 << 63)]),
        (-(1 << 70), str(-(1 << 70))),
        ({"a": {"b": 1}}, '{"a":{"b":1}}'),
        ("half \ud800", "half ?"),
        (True, True),
    ],
    ids=repr,
)
def test_a_value_that_a_journal_does_not_take_is_made_one(value: object, kept: object) -> None:
    made = Made()
    span = made.tracer.start_span("work", attributes={"a": value})  # type: ignore[dict-item]
    assert started(made).attributes == {"a": kept}
    span.add_event("seen", {"a": value})
    span.end()
    assert ended(made).attributes == {"a": kept}
    assert ended(made).events[0].attributes == {"a": kept}


ANYTHING: some.SearchStrategy[Any] = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.binary() | some.text(some.characters()),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
NAMES = some.text(some.characters(), max_size=5)


def is_attribute(value: object) -> bool:
    """As the journal's records have them."""
    if isinstance(value, list):
        return all(map(is_scalar, value)) and len({type(item) for item in value}) < 2
    return is_scalar(value)


def is_scalar(value: object) -> bool:
    return isinstance(value, bool | float | str) or (isinstance(value, int) and -(1 << 63) <= value < 1 << 64)


@given(some.dictionaries(NAMES, ANYTHING, max_size=4), NAMES, NAMES)
def test_every_span_is_one_that_the_journal_takes(values: dict[str, Any], name: str, message: str) -> None:
    made = Made()
    span = made.tracer.start_span(name, attributes=values)
    span.add_event(name, values)
    span.set_status(Status(StatusCode.ERROR, message))
    span.end()
    over = ended(made)
    for attributes in (started(made).attributes, over.attributes, over.events[0].attributes):
        assert all(map(is_attribute, attributes.values()))
        assert len(attributes) <= len(values)
