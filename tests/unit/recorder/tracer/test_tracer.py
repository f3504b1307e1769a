"""``start_as_current_span`` in all its forms; and whose child a span is."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Any

import pytest
from opentelemetry import context as otel
from opentelemetry import trace as api
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanContext, StatusCode, TraceFlags, TraceState
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from fleaglass.recorder.tracer.current import Current, by_api, directly
from tests.unit.recorder.tracer.making import Made

QUICK = directly()
assert QUICK is not None


@pytest.fixture(params=[QUICK, by_api()], ids=["directly", "by the API"])
def made(request: pytest.FixtureRequest) -> Made:
    current: Current = request.param
    return Made(current=current)


def test_a_block_is_a_span_and_current_inside(made: Made) -> None:
    before = otel.get_current()
    with made.tracer.start_as_current_span("outer", attributes={"a": 1}) as outer:
        assert api.get_current_span() is outer
        with made.tracer.start_as_current_span("inner") as inner:
            assert api.get_current_span() is inner
        assert api.get_current_span() is outer
    assert otel.get_current() is before
    assert [span.name for span in made.ended] == ["inner", "outer"]
    assert inner.parent == outer.get_span_context()
    assert inner.get_span_context().trace_id == outer.get_span_context().trace_id
    assert outer.parent is None


def test_what_else_the_context_holds_stays(made: Made) -> None:
    token = otel.attach(otel.set_value("baggage", "x"))
    with made.tracer.start_as_current_span("work"):
        assert otel.get_value("baggage") == "x"
    otel.detach(token)


def test_it_begins_with_the_block(made: Made) -> None:
    """Not when it is asked for."""
    block = made.tracer.start_as_current_span("work")
    block.set_attribute("too", "early")
    block.end()
    assert not block.is_recording()
    assert not block.get_span_context().is_valid
    made.clock.now_ns = 5_000
    with api.use_span(block), block:
        pass
    assert (made.span.start_time, made.span.attributes, made.span.parent) == (5_000, {}, None)


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("sets", [True, False])
def test_an_exception_that_leaves_the_block(made: Made, records: bool, sets: bool) -> None:
    block = made.tracer.start_as_current_span("work", record_exception=records, set_status_on_exception=sets)
    with pytest.raises(ValueError, match="bad"), block:
        raise ValueError("bad size")
    assert [event.name for event in made.span.events] == ["exception"] * records
    status = made.span.status
    expected = (StatusCode.ERROR, "ValueError: bad size") if sets else (StatusCode.UNSET, None)
    assert (status.status_code, status.description) == expected


def test_what_is_no_error_is_none(made: Made) -> None:
    """A task that is cancelled, a generator that is closed."""
    with pytest.raises(asyncio.CancelledError), made.tracer.start_as_current_span("work"):
        raise asyncio.CancelledError
    assert (made.span.events, made.span.status.status_code) == ((), StatusCode.UNSET)


def test_it_may_outlive_its_block(made: Made) -> None:
    with made.tracer.start_as_current_span("work", end_on_exit=False) as span:
        pass
    assert span.is_recording()
    assert made.ended == []
    with api.use_span(span, end_on_exit=True):
        assert api.get_current_span() is span
    assert made.span is span


def test_a_block_inside_may_end_it(made: Made) -> None:
    with made.tracer.start_as_current_span("work") as span:
        with span as same:
            assert same is span
        assert not span.is_recording()
        assert api.get_current_span() is span
    assert made.span is span
    assert api.get_current_span() is api.INVALID_SPAN


async def test_as_a_decorator_each_call_is_a_span(made: Made) -> None:
    @made.tracer.start_as_current_span("plain", attributes={"a": 1})
    def plain(x: int) -> int:
        """Doubles."""
        assert api.get_current_span().is_recording()
        return 2 * x

    @made.tracer.start_as_current_span("later")
    async def later(x: int) -> int:
        await asyncio.sleep(0)
        assert api.get_current_span().is_recording()
        return 2 * x

    assert (plain(1), plain(x=2)) == (2, 4)
    assert await asyncio.gather(later(1), later(2)) == [2, 4]
    assert (plain.__name__, plain.__doc__) == ("plain", "Doubles.")
    assert [span.name for span in made.ended] == ["plain", "plain", "later", "later"]
    assert len({span.context.span_id for span in made.ended}) == 4
    assert made.ended[1].attributes == {"a": 1}


def test_blocks_that_are_left_in_the_wrong_order_do_no_harm(made: Made) -> None:
    def run() -> None:
        first, second = made.tracer.start_as_current_span("first"), made.tracer.start_as_current_span("second")
        for block in (first, second):
            block.__enter__()
        for block in (first, second):
            block.__exit__(None, None, None)

    copy_context().run(run)
    assert [span.name for span in made.ended] == ["first", "second"]


def test_a_parent_from_elsewhere(made: Made) -> None:
    state = TraceState([("vendor", "x")])
    above = SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=TraceFlags(2), trace_state=state)
    below = api.set_span_in_context(api.NonRecordingSpan(above))
    with made.tracer.start_as_current_span("work", context=below) as span:
        context = span.get_span_context()
    assert span.parent is above
    assert (context.trace_id, context.trace_state, context.is_remote) == (0xABC, state, False)
    assert context.trace_flags == 3  # sampled by us; random, as its trace is
    with made.tracer.start_as_current_span("below", context=api.set_span_in_context(span)) as child:
        assert child.get_span_context().trace_state is state


def test_a_parent_that_is_not_valid_is_none(made: Made) -> None:
    class Odd(api.NonRecordingSpan):
        def get_span_context(self) -> SpanContext:
            return None  # type: ignore[return-value]

    for parent in (api.INVALID_SPAN, Odd(api.INVALID_SPAN_CONTEXT)):
        made.tracer.start_span("work", context=api.set_span_in_context(parent)).end()
    assert [span.parent for span in made.ended] == [None, None]


def test_it_nests_with_spans_of_the_sdk_and_travels_like_them(made: Made) -> None:
    theirs = TracerProvider(shutdown_on_exit=False).get_tracer("theirs")
    with made.tracer.start_as_current_span("ours") as ours, theirs.start_as_current_span("theirs") as inner:
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        with made.tracer.start_as_current_span("below") as below:
            pass
    assert inner.parent == ours.get_span_context()  # type: ignore[attr-defined]
    assert below.parent == inner.get_span_context()
    assert carrier["traceparent"].startswith(f"00-{1:032x}-")
    assert carrier["traceparent"].endswith("-03")


def test_times_are_the_callers_if_it_gives_them(made: Made) -> None:
    span = made.tracer.start_span("work", start_time=5)
    span.add_event("seen", timestamp=6)
    span.end(end_time=7)
    assert (span.start_time, span.events[0].timestamp, span.end_time) == (5, 6, 7)


@pytest.mark.parametrize("odd", [-1, 1 << 64, float("inf"), "now"])
def test_a_time_that_is_none_is_now(made: Made, odd: Any) -> None:
    span = made.tracer.start_span("work", start_time=odd)
    span.end(end_time=odd)
    assert (span.start_time, span.end_time) == (1_000, 1_000)


class OwnRuntime:
    """A runtime context of the program's, which knows one thread and takes anything for a token."""

    def __init__(self) -> None:
        self.stack = [otel.Context()]

    def attach(self, context: otel.Context) -> int:
        self.stack.append(context)
        return len(self.stack)

    def get_current(self) -> otel.Context:
        return self.stack[-1]

    def detach(self, token: int) -> None:
        if token != len(self.stack):
            raise LookupError(token)
        self.stack.pop()


def test_a_program_may_keep_its_context_elsewhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runtime = OwnRuntime()
    monkeypatch.setattr(otel, "_RUNTIME_CONTEXT", runtime)
    assert directly() is None
    made = Made()
    with made.tracer.start_as_current_span("outer") as outer, made.tracer.start_as_current_span("inner") as inner:
        assert runtime.get_current()[made.provider.current.key] is inner
        assert inner.parent == outer.get_span_context()
    assert len(runtime.stack) == 1
    first, second = made.tracer.start_as_current_span("first"), made.tracer.start_as_current_span("second")
    for block in (first, second):
        block.__enter__()
    for block in (first, second):
        block.__exit__(None, None, None)
    assert len(made.ended) == 4
    assert caplog.records == []


def test_a_runtime_context_that_fails_costs_nothing_but_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(OwnRuntime):
        def attach(self, context: otel.Context) -> int:
            raise OSError("no context today")

    monkeypatch.setattr(otel, "_RUNTIME_CONTEXT", Failing())
    made = Made()
    with made.tracer.start_as_current_span("work") as span:
        assert span.is_recording()
    assert made.span is span


def test_the_quick_way_is_taken_where_it_works() -> None:
    assert Made().provider.current == QUICK
