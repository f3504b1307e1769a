"""Random programs against OpenTelemetry's API, run on its SDK and on ours: the same spans come out.

1. A program is a list of steps: begin a span, enter a block, leave one, record something, end. A step names a span by
   its number, so it may be one that is over; parents may be from elsewhere, blocks may be left in any order.
2. It runs twice, with the same ids and the same clock.
3. What both export, and which span is current after each step, must be equal, but for `DIFFERENCES`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from opentelemetry import context as otel
from opentelemetry import trace as api
from opentelemetry.sdk import trace as sdk
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import sampling
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from fleaglass.alerts import RecordAll
from fleaglass.recorder.tracer import Limits
from fleaglass.recorder.tracer.limits import NO_LIMIT
from fleaglass.testing import CountingIds
from tests.unit.recorder.tracer.making import SCHEMA, Made

# Differences -------------------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """How a span of ours differs from the SDK's, and why that is better."""

    what: str
    why: str
    blur: Callable[[dict[str, Any]], None]
    """Makes both alike."""
    program: list[Any]
    """Shows it."""
    limits: Limits = Limits()


def without_stack(span: dict[str, Any]) -> None:
    for event in span["events"]:
        stack = event["attributes"].get("exception.stacktrace")
        if isinstance(stack, str):
            event["attributes"]["exception.stacktrace"] = stack.splitlines()[-1:]


def without_victims(span: dict[str, Any]) -> None:
    if span["dropped_attributes"] and span["was_set_again"]:
        span["attributes"] = len(span["attributes"])
        span["dropped_attributes"] = True


DIFFERENCES = [
    Difference(
        "The stack of an exception that leaves a block has no frames of OpenTelemetry's own.",
        "Our block is the span, not a generator that the exception is thrown into.",
        without_stack,
        [("enter", {"name": "a"}, True), ("leave", -1, ValueError)],
    ),
    Difference(
        "An attribute that is set again keeps its place among the attributes. Beyond the limit the oldest goes first, "
        "so it may be another one; and the SDK counts one twice that was dropped, set again and dropped again.",
        "To move it, it would be taken out and put in again. In between, a thread that reads or ends the span would "
        "miss it, unless every change took a lock.",
        without_victims,
        [
            ("begin", {"name": "a"}),
            *(("set_attribute", 0, key, 1) for key in ("a", "b", "a", "c")),
            ("end", 0, None),
        ],
        Limits(attributes=2),
    ),
]
"""Besides: what makes the SDK raise into the program (a value without text, a link that is none) is left out, with a
line in the log; what it says in the log for each value, and each call after the end, is said once. See test_span.py."""

# Programs ----------------------------------------------------------------------------------------------------------


class Mute:
    """An object that says nothing of itself."""


NAMES = some.sampled_from(["a", "b", "c", "long name"])
KEYS: some.SearchStrategy[Any] = some.sampled_from(["a", "b", "c", "d", "", 1, None])
VALUES: some.SearchStrategy[Any] = some.recursive(
    some.sampled_from([None, True, 7, -(1 << 70), 0.5, "", "text", "longer text", b"bytes", 1 + 2j, Mute()]),
    lambda inner: some.lists(inner, max_size=2) | some.tuples(inner) | some.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)
ATTRIBUTES = some.none() | some.dictionaries(KEYS, VALUES, max_size=4)
TIMES = some.none() | some.integers(1, 100)
CONTEXTS = some.builds(
    SpanContext,
    some.sampled_from([0, 0xABC, (1 << 64) - 1]),
    some.sampled_from([0, 0xDEF]),
    some.booleans(),
    some.integers(0, 3).map(TraceFlags),
    some.sampled_from([None, TraceState([("vendor", "x")])]),
)
LINKS = some.none() | some.lists(some.tuples(CONTEXTS, ATTRIBUTES), max_size=3)
ERRORS = some.sampled_from([ValueError, KeyboardInterrupt, GeneratorExit, UnicodeError, type("Own", (Exception,), {})])
SPANS = some.integers(0, 5)
STATUSES = some.sampled_from(StatusCode) | some.builds(
    Status, some.sampled_from(StatusCode), some.none() | some.just("text")
)
BEGIN = some.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "kind": some.sampled_from(SpanKind),
        "attributes": ATTRIBUTES,
        "links": LINKS,
        "start_time": TIMES,
        "record_exception": some.booleans(),
        "set_status_on_exception": some.booleans(),
        "parent": CONTEXTS,
    },
)
STEPS = some.one_of(
    some.tuples(some.just("begin"), BEGIN),
    some.tuples(some.just("enter"), BEGIN, some.booleans()),
    some.tuples(some.just("leave"), some.integers(-2, 2), some.none() | ERRORS),
    some.tuples(some.just("block"), SPANS, some.none() | ERRORS),
    some.tuples(some.just("set_attribute"), SPANS, KEYS, VALUES),
    some.tuples(some.just("set_attributes"), SPANS, ATTRIBUTES.filter(lambda found: found is not None)),
    some.tuples(some.just("add_event"), SPANS, NAMES, ATTRIBUTES, TIMES),
    some.tuples(some.just("add_link"), SPANS, CONTEXTS, ATTRIBUTES),
    some.tuples(some.just("set_status"), SPANS, STATUSES, some.none() | some.just("why")),
    some.tuples(some.just("record_exception"), SPANS, ERRORS, ATTRIBUTES, TIMES, some.booleans()),
    some.tuples(some.just("update_name"), SPANS, NAMES),
    some.tuples(some.just("end"), SPANS, TIMES),
)
LIMIT = some.integers(0, 3) | some.just(128)
LIMITS = some.builds(
    Limits,
    attributes=LIMIT,
    events=LIMIT,
    links=LIMIT,
    event_attributes=LIMIT,
    link_attributes=LIMIT,
    chars=some.sampled_from([0, 3, NO_LIMIT]),
    other_chars=some.sampled_from([0, 3, NO_LIMIT]),
)
SAMPLERS = some.sampled_from(
    [
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ]
)
SHARES = some.sampled_from([0.0, 1e-19, 0.5, 1.0])


@dataclass
class Run:
    """One run of a program."""

    tracer: api.Tracer
    tick: Callable[[], None]
    spans: list[api.Span] = field(default_factory=list)
    blocks: list[Any] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)
    known: dict[int, set[Any]] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    """Ids of spans on which an attribute was set a second time."""

    def __call__(self, program: list[Any]) -> None:
        for step, *arguments in program:
            self.tick()
            getattr(self, step)(*arguments)
            current = api.get_current_span().get_span_context()
            self.seen.append((context(current), [span.is_recording() for span in self.spans]))
        while self.blocks:
            self.leave(-1, None)

    def begin(self, how: dict[str, Any]) -> None:
        span = self.tracer.start_span(**self.arguments(how))
        self.spans.append(span)
        self.note(span, how.get("attributes"))

    def enter(self, how: dict[str, Any], ends: bool) -> None:
        block = self.tracer.start_as_current_span(**self.arguments(how), end_on_exit=ends)
        self.blocks.append(block)
        self.spans.append(block.__enter__())
        self.note(self.spans[-1], how.get("attributes"))

    @staticmethod
    def arguments(how: dict[str, Any]) -> dict[str, Any]:
        found = dict(how)
        if (above := found.pop("parent", None)) is not None:
            found["context"] = api.set_span_in_context(api.NonRecordingSpan(above), otel.Context())
        if found.get("links"):
            found["links"] = [Link(*link) for link in found["links"]]  # anew: the SDK changes those that it is given
        return found

    def leave(self, which: int, error: type[BaseException] | None) -> None:
        if self.blocks:
            exit_with(self.blocks.pop(which % len(self.blocks)), error)

    def block(self, which: int, error: type[BaseException] | None) -> None:
        for span in self.one(which):
            exit_with(span.__enter__(), error)

    def one(self, which: int) -> Iterator[api.Span]:
        if self.spans:
            yield self.spans[which % len(self.spans)]

    def note(self, span: api.Span, values: Mapping[Any, Any] | None) -> None:
        known = self.known.setdefault(number := span.get_span_context().span_id, set())
        if known & (keys := {str(key) for key in values or ()}):
            self.again.add(number)
        known |= keys

    def set_attribute(self, which: int, key: Any, value: Any) -> None:
        for span in self.one(which):
            span.set_attribute(key, value)
            self.note(span, {key: value})

    def set_attributes(self, which: int, values: Any) -> None:
        for span in self.one(which):
            span.set_attributes(values)
            self.note(span, values)

    def record_exception(self, which: int, error: type[BaseException], *arguments: Any) -> None:
        for span in self.one(which):
            span.record_exception(error("why"), *arguments)

    def __getattr__(self, name: str) -> Any:
        def call(which: int, *arguments: Any) -> None:
            for span in self.one(which):
                getattr(span, name)(*arguments)

        return call


def exit_with(block: Any, error: type[BaseException] | None) -> None:
    """Leave a block with an exception that was raised in it, as ``with`` does."""
    if error is None:
        block.__exit__(None, None, None)
        return
    try:
        raise error("why")
    except BaseException as raised:
        swallowed = block.__exit__(error, raised, raised.__traceback__)
    assert not swallowed


# The SDK, set up as the recorder did when it was built on it -------------------------------------------------------


class Ids(IdGenerator):
    def __init__(self) -> None:
        self.ids = CountingIds()

    def generate_trace_id(self) -> int:
        return self.ids.trace_id()

    def generate_span_id(self) -> int:
        return self.ids.span_id()

    def is_trace_id_random(self) -> bool:
        return True


class Share(sampling.TraceIdRatioBased):
    """Draws an id of its own for a trace that was begun elsewhere."""

    ids: Ids

    def should_sample(self, parent_context: Any, trace_id: int, *args: Any, **named: Any) -> sampling.SamplingResult:
        above = api.get_current_span(parent_context).get_span_context()
        if above.is_remote and above.is_valid:
            trace_id = self.ids.generate_trace_id()
        return super().should_sample(parent_context, trace_id, *args, **named)


class BelowOurs(sampling.ParentBased):
    """Follows parents of this process's own."""

    def should_sample(self, parent_context: Any, *args: Any, **named: Any) -> sampling.SamplingResult:
        if isinstance(api.get_current_span(parent_context), sdk.ReadableSpan):
            return super().should_sample(parent_context, *args, **named)
        return self._root.should_sample(parent_context, *args, **named)


class Keeping(sdk.SpanProcessor):
    def __init__(self) -> None:
        self.ended: list[Any] = []

    def on_end(self, span: Any) -> None:
        self.ended.append(span)


def sdk_provider(limits: Limits, sampler: str, share: float) -> tuple[sdk.TracerProvider, Keeping]:
    ids, keeping, by_share = Ids(), Keeping(), Share(share)
    by_share.ids = ids
    most = {
        "max_span_attributes": limits.attributes,
        "max_events": limits.events,
        "max_links": limits.links,
        "max_event_attributes": limits.event_attributes,
        "max_link_attributes": limits.link_attributes,
        "max_span_attribute_length": limits.chars,
        "max_attribute_length": limits.other_chars,
    }
    samplers: dict[str, sampling.Sampler] = {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": BelowOurs(by_share),
        "parentbased_always_on": BelowOurs(sampling.ALWAYS_ON),
        "parentbased_always_off": BelowOurs(sampling.ALWAYS_OFF),
        "parentbased_traceidratio": BelowOurs(by_share),
    }
    provider = sdk.TracerProvider(
        sampler=RecordAll(samplers[sampler]),
        resource=Resource({"service.name": "test"}, SCHEMA),
        id_generator=ids,
        span_limits=sdk.SpanLimits(
            **{name: sdk.SpanLimits.UNSET if value == NO_LIMIT else value for name, value in most.items()}
        ),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(keeping)
    return provider, keeping


# The comparison ----------------------------------------------------------------------------------------------------


def context(found: SpanContext | None) -> Any:
    if found is None:
        return None
    return *found[:3], int(found.trace_flags), found.trace_state.to_header(), found.is_valid


def seen_of(span: Any, again: set[int]) -> dict[str, Any]:
    scope = span.instrumentation_scope
    return {
        "name": span.name,
        "context": context(span.get_span_context()),
        "parent": context(span.parent),
        "kind": span.kind,
        "times": (span.start_time, span.end_time),
        "attributes": dict(span.attributes),
        "events": [
            {
                "name": event.name,
                "time": event.timestamp,
                "attributes": dict(event.attributes),
                "dropped": event.dropped_attributes,
            }
            for event in span.events
        ],
        "links": [(context(link.context), dict(link.attributes), link.dropped_attributes) for link in span.links],
        "status": (span.status.status_code, span.status.description),
        "dropped_attributes": span.dropped_attributes,
        "dropped": (span.dropped_events, span.dropped_links),
        "scope": (scope.name, scope.version, scope.schema_url, dict(scope.attributes)),
        "resource": (dict(span.resource.attributes), span.resource.schema_url),
        "was_set_again": span.context.span_id in again,
    }


def blurred(seen: dict[str, Any]) -> dict[str, Any]:
    for difference in DIFFERENCES:
        difference.blur(seen)
    return seen


def run(provider: api.TracerProvider, clock: Any, program: list[Any]) -> Run:
    def tick() -> None:
        clock.now_ns += 1

    running = Run(provider.get_tracer("lib", "1", "https://lib", {"a": [1]}), tick)
    copy_context().run(running, program)
    return running


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """The SDK says something of each odd value."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(STEPS, max_size=14), LIMITS | some.just(Limits()), SAMPLERS, SHARES)
def test_the_same_program_gives_the_same_spans(program: list[Any], limits: Limits, sampler: str, share: float) -> None:
    ours, theirs = run_both(program, limits, sampler, share)
    assert [blurred(span) for span in ours] == [blurred(span) for span in theirs]


def run_both(program: list[Any], limits: Limits, sampler: str = "always_on", share: float = 1.0) -> tuple[Any, Any]:
    """The spans that ours exports, and the SDK's."""
    ours = Made(limits=limits, sampler=sampler, share=share)
    our_run = run(ours.provider, ours.clock, program)
    theirs, keeping = sdk_provider(limits, sampler, share)
    clock = type(ours.clock)()
    with mock.patch.object(sdk, "time_ns", clock.wall_ns):
        their_run = run(theirs, clock, program)
    assert our_run.seen == their_run.seen
    return (
        [seen_of(span, our_run.again) for span in ours.ended],
        [seen_of(span, their_run.again) for span in keeping.ended],
    )


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.what)
def test_a_difference_is_one_and_the_only_one(difference: Difference) -> None:
    ours, theirs = run_both(difference.program, difference.limits)
    assert ours != theirs
    for span in (*ours, *theirs):
        difference.blur(span)
    assert ours == theirs
