"""Spans nest by who called whom, through tasks and threads, and leave no trace behind in the context."""

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator
from types import FrameType

from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider

from fleaglass.recorder import current_span
from fleaglass.recorder.tracer.recorded import Recorded
from fleaglass.testing import Recording


async def test_tasks_started_inside_hang_below(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent

    async def work(name: str) -> None:
        with agent.stage(name):
            await asyncio.sleep(0)

    with agent.cycle():
        await asyncio.gather(work("one"), work("two"))
        await asyncio.to_thread(lambda: agent.risk_check("net_vega", passed=True))
    assert fleaglass_recording.tree() == "agent.decision_cycle\n  one\n  two\n  risk.check"


async def test_cycles_side_by_side_do_not_mix(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent

    async def cycle(market: str) -> None:
        with agent.cycle(market=market):
            await asyncio.sleep(0)
            with agent.stage(market):
                await asyncio.sleep(0)

    await asyncio.gather(cycle("A"), cycle("B"))
    for market in "AB":
        stage = fleaglass_recording.one(market)
        parent = next(s for s in fleaglass_recording.spans if s.span_id == stage.parent_span_id)
        assert parent.attributes["pf.market"] == market
        assert parent.trace_id == stage.trace_id


async def test_a_generator_left_in_the_middle_breaks_nothing(fleaglass_recording: Recording, caplog) -> None:
    """An async generator that is collected closes its spans in somebody else's context."""
    agent = fleaglass_recording.agent

    async def cycles():
        while True:
            with agent.cycle():
                yield

    async for _ in cycles():
        break
    gc.collect()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not [record for record in caplog.records if "detach" in record.message]
    with agent.cycle():
        pass
    left, after = fleaglass_recording.named("agent.decision_cycle")
    assert left.status == "unset"
    assert after.parent_span_id is None
    assert after.trace_id != left.trace_id


def test_the_context_is_as_it_was(fleaglass_recording: Recording) -> None:
    before = context.get_current()
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.handoff("research") as carrier, agent.take_over(carrier, mode="child"):
        assert current_span() is not None
    assert context.get_current() == before


def test_a_cycle_is_never_part_of_another_cycle(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(market="outer") as outer, agent.stage("order.size"):
        with agent.cycle(market="inner") as inner:
            pass
        assert current_span() is not inner
        with agent.stage("still.outer") as stage:
            pass
    assert inner.trace_id != outer.trace_id == stage.trace_id
    assert fleaglass_recording.named("agent.decision_cycle")[0].parent_span_id is None


def test_another_librarys_spans_nest_with_ours(fleaglass_recording: Recording) -> None:
    """Fleaglass does not need to be the program's tracer provider, and in a test it does not become it."""
    theirs = TracerProvider().get_tracer("theirs")
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle, theirs.start_as_current_span("theirs") as span:
        assert trace.format_trace_id(span.get_span_context().trace_id) == cycle.trace_id
        assert trace.format_span_id(span.parent.span_id) == cycle.span_id
        with agent.stage("order.size") as stage:
            pass
    assert stage.trace_id == cycle.trace_id
    assert fleaglass_recording.one("order.size").parent_span_id == trace.format_span_id(span.get_span_context().span_id)
    assert not isinstance(trace.get_tracer_provider(), TracerProvider)


async def test_generators_left_half_way_do_not_add_up(fleaglass_recording: Recording) -> None:
    """Each leaves its cycle current; a cycle must not hold on to all that were before it."""
    agent = fleaglass_recording.agent

    async def endless() -> AsyncIterator[None]:
        while True:
            with agent.cycle():
                yield

    for _ in range(30):
        async for _ in endless():
            break
        await asyncio.sleep(0)
    span, held = current_span(), 0
    while span is not None:
        span, held = span.opened_in, held + 1
    assert held <= 2


def test_a_signal_may_be_handled_in_the_middle_of_recording(fleaglass_recording: Recording) -> None:
    """Or a destructor may log an error there: the thread that records does so again, on the same span."""
    agent = fleaglass_recording.agent

    def handle(frame: FrameType, event: str, _: object) -> None:
        """Called where attributes are put on a span, before and after."""
        if frame.f_code is Recorded.put.__code__ and event in ("call", "return"):
            sys.setprofile(None)
            agent.breadcrumb("signal", f"SIGUSR1 at its {event}")
            agent.capture(ValueError("x"))
            sys.setprofile(handle)

    def decide() -> None:
        with agent.cycle() as cycle:
            sys.setprofile(handle)
            cycle.set(note="x")
            sys.setprofile(None)

    thread = threading.Thread(target=decide, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    events = fleaglass_recording.one("agent.decision_cycle").events
    assert [event.name for event in events].count("breadcrumb") == 2
