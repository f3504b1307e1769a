"""Group commit: nobody is answered early, nobody suffers for a neighbour, a retry adds nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from fleaglass.hub.store import Batch, Busy, EngineError, Refused, Signal, Unavailable
from fleaglass.hub.store.writer import QUEUE_BYTES, Writer


class ParseError(EngineError):
    """What the engine says of bytes it cannot read."""

    code = 33


class FakeEngine:
    """Remembers what was inserted; holds inserts back while `gate` is closed, and refuses bodies that contain `bad`."""

    def __init__(self) -> None:
        self.inserted: list[tuple[Signal, bytes]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None

    def insert(self, signal: Signal, body: bytes) -> None:
        self.gate.wait(5)
        if self.failure:
            raise self.failure
        if b"bad" in body:
            raise ParseError("Code: 33. cannot read all data")
        self.inserted.append((signal, body))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def writer(engine: FakeEngine) -> AsyncIterator[Writer]:
    writer = Writer(engine)
    writer.start()
    yield writer
    engine.gate.set()
    await asyncio.to_thread(writer.stop)


def traces(body: bytes) -> Batch:
    return Batch("traces", body, 1)


async def test_the_answer_comes_after_the_commit(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    sent = asyncio.create_task(writer.submit(traces(b"a")))
    await asyncio.sleep(0.05)
    assert not sent.done()
    engine.gate.set()
    await sent
    assert engine.inserted == [("traces", b"a")]


async def test_what_waits_together_is_committed_together(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    first = asyncio.create_task(writer.submit(traces(b"a")))
    await asyncio.sleep(0.06)
    rest = [asyncio.create_task(writer.submit(traces(body))) for body in (b"b", b"c", b"d")]
    await asyncio.sleep(0.01)
    engine.gate.set()
    await asyncio.gather(first, *rest)
    assert engine.inserted == [("traces", b"a"), ("traces", b"bcd")]
    assert writer.counters.rows["traces"] == 4
    assert writer.counters.commits == 2


async def test_signals_do_not_mix(writer: Writer, engine: FakeEngine) -> None:
    await asyncio.gather(writer.submit(traces(b"a")), writer.submit(Batch("logs", b"b", 1)))
    assert sorted(engine.inserted) == [("logs", b"b"), ("traces", b"a")]


async def test_a_bad_body_is_refused_and_its_neighbours_are_stored(writer: Writer, engine: FakeEngine) -> None:
    outcomes = await asyncio.gather(
        *(writer.submit(traces(body)) for body in (b"a", b"bad", b"c")), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), Refused, type(None)]
    assert engine.inserted == [("traces", b"a"), ("traces", b"c")]
    assert writer.counters.refused == 1


async def test_a_failing_engine_acknowledges_nothing_and_a_retry_stores_once(
    writer: Writer, engine: FakeEngine
) -> None:
    engine.failure = EngineError("disk full")
    with pytest.raises(Unavailable, match="disk full"):
        await writer.submit(traces(b"a"))
    engine.failure = None
    await writer.submit(traces(b"a"))
    await writer.submit(traces(b"a"))
    assert engine.inserted == [("traces", b"a")]
    assert writer.counters.retries == 1


async def test_an_unforeseen_failure_is_unavailable_too(writer: Writer, engine: FakeEngine) -> None:
    engine.failure = RuntimeError("engine crashed")
    with pytest.raises(Unavailable, match="engine crashed"):
        await writer.submit(traces(b"a"))


async def test_a_retry_under_way_waits_for_the_first(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    both = [asyncio.create_task(writer.submit(traces(b"a"))) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in both)
    engine.gate.set()
    await asyncio.gather(*both)
    assert engine.inserted == [("traces", b"a")]


async def test_a_sender_that_leaves_does_not_undo_its_commit(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    sent = asyncio.create_task(writer.submit(traces(b"a")))
    await asyncio.sleep(0.02)
    sent.cancel()
    engine.gate.set()
    await writer.submit(traces(b"b"))
    assert sorted(body for _, body in engine.inserted) == [b"a", b"b"]


async def test_a_full_queue_says_so(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    first = asyncio.create_task(writer.submit(traces(b"a")))
    await asyncio.sleep(0.06)
    waiting = asyncio.create_task(writer.submit(traces(bytes(QUEUE_BYTES))))
    await asyncio.sleep(0)
    with pytest.raises(Busy, match=str(QUEUE_BYTES)):
        await writer.submit(traces(b"c"))
    engine.gate.set()
    await asyncio.gather(first, waiting)


async def test_a_sender_may_fill_half_of_the_queue_and_others_still_come_in(writer: Writer, engine: FakeEngine) -> None:
    engine.gate.clear()
    half = bytes(QUEUE_BYTES // 2)
    waiting = [asyncio.create_task(writer.submit(Batch("traces", half, 1, "runaway")))]
    await asyncio.sleep(0.06)  # that one is being committed, and waits no more
    waiting.append(asyncio.create_task(writer.submit(Batch("traces", half[1:], 1, "runaway"))))
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="bytes of runaway wait") as busy:
        await writer.submit(Batch("traces", b"more", 1, "runaway"))
    assert 1.0 <= busy.value.retry_after_s <= 36.0
    waiting.append(asyncio.create_task(writer.submit(Batch("traces", b"few", 1, "quiet"))))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="bytes wait to be stored") as full:
        writer.check_room("another", QUEUE_BYTES)
    assert not isinstance(full.value, Busy)
    engine.gate.set()
    await asyncio.gather(*waiting)
    assert writer.waiting_bytes == 0


async def test_a_quiet_sender_is_committed_next_whatever_a_runaway_has_waiting(
    writer: Writer, engine: FakeEngine
) -> None:
    engine.gate.clear()
    bodies = [f"runaway {number}," for number in range(40)]
    sent = [asyncio.create_task(writer.submit(Batch("traces", each.encode(), 512, "runaway"))) for each in bodies]
    await asyncio.sleep(0.06)
    sent.append(asyncio.create_task(writer.submit(Batch("traces", b"quiet,", 5, "quiet"))))
    await asyncio.sleep(0)
    engine.gate.set()
    await asyncio.gather(*sent)
    first, second, *_ = (body for _, body in engine.inserted)
    assert first.startswith(b"runaway 0,")
    assert second.startswith(b"quiet,runaway ")
    assert [each for _, body in engine.inserted for each in body.decode().split(",") if "runaway" in each] == [
        each.rstrip(",") for each in bodies
    ]


async def test_no_rows_need_no_commit(writer: Writer, engine: FakeEngine) -> None:
    await writer.submit(Batch("traces", b"", 0))
    assert engine.inserted == []


async def test_stopping_commits_what_waits(engine: FakeEngine) -> None:
    writer = Writer(engine)
    writer.start()
    engine.gate.clear()
    sent = [asyncio.create_task(writer.submit(traces(body))) for body in (b"a", b"b")]
    await asyncio.sleep(0.05)
    engine.gate.set()
    await asyncio.to_thread(writer.stop)
    await asyncio.gather(*sent)
    assert b"".join(body for _, body in engine.inserted) == b"ab"
    with pytest.raises(Unavailable, match="stopping"):
        await writer.submit(traces(b"c"))
