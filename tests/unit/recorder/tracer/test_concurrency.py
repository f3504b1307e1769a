"""Threads, tasks, generators, forks, signals: parents are right, nothing is lost, nothing raises, nothing hangs."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import FrameType
from typing import Any

import pytest
from opentelemetry import trace as api

from fleaglass.recorder.tracer import Limits, cleaning, recorded, records
from fleaglass.recorder.tracer import span as spans
from fleaglass.recorder.tracer.current import by_api, directly
from tests.unit.recorder.tracer.making import Made

THREADS = 16


@pytest.fixture(autouse=True)
def threads_take_turns_often() -> Any:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(params=[directly(), by_api()], ids=["directly", "by the API"])
def made(request: pytest.FixtureRequest) -> Made:
    return Made(current=request.param)


def in_threads(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def test_threads_lose_nothing_on_one_span() -> None:
    made = Made(limits=Limits(attributes=10_000, events=10_000, links=10_000))
    with made.tracer.start_as_current_span("work") as span:

        def work(thread: int) -> None:
            for step in range(100):
                span.set_attribute(f"{thread}.{step}", step)
                span.set_attributes({f"{thread}.{step}.more": step})
                span.add_event(f"{thread}.{step}")
                span.add_link(api.SpanContext(thread + 1, step + 1, False))

        in_threads(work)
    assert (len(made.span.attributes), len(made.span.events), len(made.span.links)) == (3200, 1600, 1600)


def test_threads_keep_to_the_limits_and_count_what_is_dropped() -> None:
    made = Made(limits=Limits(attributes=5, events=5, links=5))
    with made.tracer.start_as_current_span("work") as span:

        def work(thread: int) -> None:
            for step in range(50):
                span.set_attribute(f"{thread}.{step}", step)
                span.add_event(f"{thread}.{step}")
                span.add_link(api.SpanContext(thread + 1, step + 1, False))

        in_threads(work)
    over = made.span
    for kept, dropped in (
        (over.attributes, over.dropped_attributes),
        (over.events, over.dropped_events),
        (over.links, over.dropped_links),
    ):
        assert (len(kept), dropped) == (5, THREADS * 50 - 5)


def test_of_threads_that_end_a_span_one_does() -> None:
    made = Made()
    for _ in range(20):
        span = made.tracer.start_span("work")
        in_threads(span.end)
        assert made.ended.pop() is span
        assert made.ended == []


def test_each_thread_has_its_own_spans(made: Made) -> None:
    def work(thread: int) -> None:
        for _ in range(20):
            with made.tracer.start_as_current_span(f"outer {thread}") as outer:
                with made.tracer.start_as_current_span("inner") as inner:
                    inner.set_attribute("thread", thread)
                assert inner.parent == outer.get_span_context()
            assert outer.parent is None

    in_threads(work)
    assert len(made.ended) == THREADS * 40
    assert len({span.context.span_id for span in made.ended}) == THREADS * 40


async def test_ten_thousand_tasks_side_by_side(made: Made) -> None:
    async def task(number: int) -> None:
        with made.tracer.start_as_current_span("outer", attributes={"task": number}) as outer:
            await asyncio.sleep(0)
            with made.tracer.start_as_current_span("inner", attributes={"task": number}) as inner:
                await asyncio.sleep(0)
            assert inner.parent == outer.get_span_context()
            assert api.get_current_span() is outer

    with made.tracer.start_as_current_span("all") as above:
        await asyncio.gather(*(task(number) for number in range(10_000)))
    inner = {span.parent.span_id: span for span in made.ended if span.name == "inner" and span.parent}
    outer = [span for span in made.ended if span.name == "outer"]
    assert len(outer) == len(inner) == 10_000
    assert all(span.parent == above.get_span_context() for span in outer)
    assert all(inner[span.context.span_id].attributes == span.attributes for span in outer)


async def test_threads_of_an_executor(made: Made) -> None:
    """Only ``to_thread`` takes the context along; ``run_in_executor`` begins a trace, unless it is handed over."""

    def work() -> Any:
        with made.tracer.start_as_current_span("work") as span:
            return span.parent

    loop = asyncio.get_running_loop()
    with made.tracer.start_as_current_span("outer") as outer:
        assert await asyncio.to_thread(work) == outer.get_span_context()
        assert await loop.run_in_executor(None, work) is None
        assert await loop.run_in_executor(None, copy_context().run, work) == outer.get_span_context()


async def test_generators_that_are_left_half_way(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    """They are closed in somebody else's context, where nothing is to be given back."""

    async def prices() -> AsyncIterator[int]:
        with made.tracer.start_as_current_span("prices"):
            while True:
                yield 1

    with made.tracer.start_as_current_span("around") as around:
        for _ in range(20):
            async for _ in prices():
                break
            gc.collect()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
    assert Counter(span.name for span in made.ended) == {"prices": 20, "around": 1}
    assert caplog.records == []
    assert not around.is_recording()
    assert all(span.status.status_code is api.StatusCode.UNSET for span in made.ended)


async def test_spans_of_such_generators_do_not_hold_on_to_each_other(made: Made) -> None:
    async def prices() -> AsyncIterator[int]:
        with made.tracer.start_as_current_span("prices"):
            while True:
                yield 1

    known = []
    for _ in range(20):
        generator = prices()
        async for _ in generator:
            break
        await asyncio.create_task(generator.aclose())
        known.append(weakref.ref(made.ended.pop()))
        made.started.clear()
    del generator
    gc.collect()
    assert sum(ref() is not None for ref in known) <= 2


async def test_a_block_that_is_left_in_another_task(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    block = made.tracer.start_as_current_span("work")

    async def enter() -> None:
        block.__enter__()

    async def leave() -> None:
        block.__exit__(None, None, None)

    await asyncio.create_task(enter())
    await asyncio.create_task(leave())
    assert made.span is block
    assert caplog.records == []
    assert api.get_current_span() is api.INVALID_SPAN


def test_a_signal_may_be_handled_at_any_line() -> None:
    """Its handler records on the same span, as a destructor may: at every line of what records, and none waits."""
    made = Made(limits=Limits(attributes=3, events=3, links=3))
    span = made.tracer.start_span("work")
    files = {module.__file__ for module in (cleaning, recorded, spans)}
    handled = 0

    def handle() -> None:
        nonlocal handled
        handled += 1
        sys.settrace(None)
        span.set_attribute(f"signal {handled}", True)
        span.set_attributes({"signal": handled})
        span.add_event("signal")
        span.add_link(api.SpanContext(1, handled, False))
        sys.settrace(trace)

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            handle()
        return trace

    def work() -> None:
        sys.settrace(trace)
        for step in range(5):
            span.set_attribute(f"{step}", step)
            span.set_attributes({f"{step}.more": [step]})
            span.add_event("step", {"step": step})
            span.add_link(api.SpanContext(2, step + 1, False), {"step": step})
            span.record_exception(ValueError())
        span.end()
        sys.settrace(None)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert handled > 100
    assert (len(made.span.attributes), len(made.span.events), len(made.span.links)) == (3, 3, 3)
    records.ended(made.span)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_goes_on_recording_while_threads_of_its_parent_hold_the_lock() -> None:
    made = Made(limits=Limits(attributes=1))
    stop = threading.Event()

    def work() -> None:
        span = made.tracer.start_span("theirs")
        while not stop.is_set():
            span.set_attributes({"a": 1, "b": 2})

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    with made.tracer.start_as_current_span("outer") as outer:
        outcomes = [os.waitpid(fork(made, outer), 0)[1] for _ in range(20)]
    stop.set()
    for thread in threads:
        thread.join()
    assert set(outcomes) == {0}


def fork(made: Made, outer: Any) -> int:
    if (child := os.fork()) != 0:
        return child
    try:
        with made.tracer.start_as_current_span("child") as span:
            span.set_attributes({"a": 1, "b": 2})
        outer.set_attributes({"c": 1, "d": 2})
        good = span.parent == outer.get_span_context() and made.ended[-1] is span and dict(span.attributes) == {"b": 2}
        os._exit(0 if good else 1)
    finally:
        os._exit(2)
