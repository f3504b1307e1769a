"""Each decision links to the one before it, in the agent's own order and in each of its loops."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

import fleaglass
from fleaglass import semconv
from fleaglass.recorder import EndedLink, EndedSpan, Seams
from fleaglass.recorder.seams import RandomIds
from fleaglass.testing import Recording, recording


@pytest.fixture
def record(fleaglass_recording: Recording) -> Recording:
    return fleaglass_recording


def decide(record: Recording, market: str) -> None:
    with record.agent.cycle(market=market):
        pass


def order(record: Recording) -> dict[str, str | None]:
    """For each market that was decided on, the one before it; every market is decided on once."""
    cycles = record.named(semconv.SPAN_AGENT_DECISION_CYCLE)
    market_of = {cycle.span_id: str(cycle.attributes[semconv.PF_MARKET]) for cycle in cycles}
    return {market_of[cycle.span_id]: before(cycle, market_of) for cycle in cycles}


def before(cycle: EndedSpan, market_of: dict[str, str]) -> str | None:
    found = [link for link in cycle.links if semconv.PF_LINK_TYPE in link.attributes]
    return market_of[found[0].span_id] if found else None


def test_a_decision_links_to_the_one_before_it(record: Recording) -> None:
    for market in "123":
        decide(record, market)
    first, second, third = record.spans
    assert (first.links, second.links, third.links) == (
        (),
        (EndedLink(first.trace_id, first.span_id, {"pf.link.type": "previous_cycle"}),),
        (EndedLink(second.trace_id, second.span_id, {"pf.link.type": "previous_cycle"}),),
    )
    assert len({first.trace_id, second.trace_id, third.trace_id}) == 3, "and is a trace of its own all the same"


def test_one_that_failed_came_before_too(record: Recording) -> None:
    with suppress(ValueError), record.agent.cycle(market="failed"):
        raise ValueError
    decide(record, "next")
    assert order(record) == {"failed": None, "next": "failed"}


async def test_loops_side_by_side_are_lines_of_their_own(record: Recording) -> None:
    async def loop(name: str) -> None:
        for number in "123":
            with record.agent.cycle(market=name + number):
                await asyncio.sleep(0)

    await asyncio.gather(loop("A"), loop("B"))
    assert order(record) == {"A1": None, "B1": "A1", "A2": "A1", "B2": "B1", "A3": "A2", "B3": "B2"}


def test_so_are_threads(record: Recording) -> None:
    def loop(name: str) -> None:
        for number in "12":
            both.wait(5)
            decide(record, name + number)

    both = threading.Barrier(2)
    threads = [threading.Thread(target=loop, args=[name]) for name in "AB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = order(record)
    assert (found["A2"], found["B2"]) == ("A1", "B1")


async def in_a_task(decision: Callable[[], None]) -> None:
    async def run() -> None:
        decision()

    await asyncio.create_task(run())


async def in_a_thread(decision: Callable[[], None]) -> None:
    await asyncio.to_thread(decision)


async def in_a_loop(decision: Callable[[], None]) -> None:
    async def run() -> None:
        decision()

    await asyncio.to_thread(asyncio.run, run())


@pytest.mark.parametrize("somewhere", [in_a_task, in_a_thread, in_a_loop])
@pytest.mark.parametrize("warm_up", [False, True])
async def test_a_loop_may_run_each_decision_somewhere_else(
    record: Recording, somewhere: Callable[[Callable[[], None]], Awaitable[None]], warm_up: bool
) -> None:
    """Also one that has decided by itself before, which is in the context of everything that it starts."""
    if warm_up:
        decide(record, "0")
    for market in "123":
        await somewhere(lambda market=market: decide(record, market))  # type: ignore[misc]
    assert order(record) == {**({"0": None} if warm_up else {}), "1": "0" if warm_up else None, "2": "1", "3": "2"}


async def test_loops_that_begin_after_a_decision_are_lines_of_their_own_too(record: Recording) -> None:
    async def loop(name: str) -> None:
        for number in "12":
            with record.agent.cycle(market=name + number):
                await asyncio.sleep(0)

    decide(record, "0")
    await asyncio.gather(loop("A"), loop("B"))
    assert order(record) == {"0": None, "A1": "0", "B1": "A1", "A2": "A1", "B2": "B1"}


def test_agents_in_one_loop_do_not_mix() -> None:
    with recording("a") as a, recording("b") as b:
        for market in "12":
            decide(a, market)
            decide(b, market)
        assert order(a) == order(b) == {"1": None, "2": "1"}


def test_a_decision_within_a_task_has_one_before_it_as_well(record: Recording) -> None:
    decide(record, "own")
    for market in ("hired 1", "hired 2"):
        with record.agent.take_over({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, mode="child"):
            decide(record, market)
    assert order(record) == {"own": None, "hired 1": "own", "hired 2": "hired 1"}


class Drawn(RandomIds):
    """Traces with these ids, of which a sampler keeps the low ones."""

    def __init__(self, *ids: int) -> None:
        super().__init__()
        self._ids = iter(ids)

    def trace_id(self) -> int:
        return next(self._ids)


def test_one_that_does_not_leave_is_not_linked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    spans: list[EndedSpan] = []
    agent = fleaglass.init("sampled", seams=Seams(ids=Drawn(1, 2**64 - 1, 2, 3), sinks=(spans.append,)))
    for _ in range(4):
        with agent.cycle():
            pass
    agent.shutdown()
    assert [(int(span.trace_id, 16), [int(link.trace_id, 16) for link in span.links]) for span in spans] == [
        (1, []),
        (2, []),
        (3, [2]),
    ]


def test_nothing_of_a_decision_is_kept_for_the_next(record: Recording) -> None:
    with record.agent.cycle() as cycle:
        pass
    gone = weakref.ref(cycle)
    del cycle
    record.spans.clear()
    gc.collect()
    assert gone() is None
