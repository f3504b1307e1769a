"""GET /live: a page is told of commits, seldom enough, and streams end when they should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.live import MOST_STREAMS, Feed
from fleaglass.hub.api.status import Rates
from fleaglass.hub.store import Counters, EngineError

RATES: Rates = {"spans_per_s": 38.5, "rejected": 1, "dropped": 2}


async def rates() -> Rates:
    return RATES


def feed(stopping: asyncio.Event | None = None, gap_s: float = 0.0, status_s: float = 30.0) -> Feed:
    return Feed(rates, stopping or asyncio.Event(), gap_s, status_s)


def counters(commits: int, spans: int) -> Counters:
    return Counters(commits=commits, rows={"traces": spans, "logs": 0, "metrics": 0})


async def event(stream: AsyncIterator[bytes]) -> tuple[str, Any]:
    """The next event's name and data."""
    text = (await asyncio.wait_for(anext(stream), 5)).decode()
    fields = dict(line.split(": ", 1) for line in text.split("\n") if line)
    assert text.endswith("\n\n")
    return fields["event"], json.loads(fields["data"])


async def test_a_stream_begins_with_the_figures_and_tells_of_each_commit() -> None:
    told = feed()
    told.committed(counters(5, 1000))
    stream = told.open()
    assert await event(stream) == ("status", RATES)
    told.committed(counters(6, 1010))
    assert await event(stream) == ("commit", {"commits": 1, "spans": 10, **RATES})
    told.committed(counters(7, 1010))
    assert await event(stream) == ("commit", {"commits": 1, "spans": 0, **RATES})


async def test_a_burst_of_commits_is_one_event() -> None:
    told = feed(gap_s=0.05)
    stream = told.open()
    await event(stream)
    told.committed(counters(1, 10))
    assert await event(stream) == ("commit", {"commits": 1, "spans": 10, **RATES})
    began = asyncio.get_running_loop().time()
    for number in range(2, 50):
        told.committed(counters(number, number * 10))
    assert await event(stream) == ("commit", {"commits": 48, "spans": 480, **RATES})
    assert asyncio.get_running_loop().time() - began >= 0.045


async def test_a_quiet_stream_still_shows_that_the_hub_is_there() -> None:
    stream = feed(status_s=0.01).open()
    assert [(await event(stream))[0] for _ in range(3)] == ["status"] * 3


async def test_a_stream_ends_when_the_hub_stops() -> None:
    stopping = asyncio.Event()
    waiting, pausing = (feed(stopping, gap_s=30).open() for _ in range(2))
    await event(waiting)
    await event(pausing)
    ends = [asyncio.create_task(anext(stream, None)) for stream in (waiting, pausing)]
    await asyncio.sleep(0)
    stopping.set()
    assert await asyncio.wait_for(asyncio.gather(*ends), 5) == [None, None]


async def test_a_stream_pauses_no_longer_than_the_hub_runs() -> None:
    stopping = asyncio.Event()
    told = feed(stopping, gap_s=30)
    stream = told.open()
    await event(stream)
    told.committed(counters(1, 1))
    await event(stream)
    end = asyncio.create_task(anext(stream, None))
    await asyncio.sleep(0)
    stopping.set()
    assert await asyncio.wait_for(end, 5) is None


async def test_a_stream_ends_when_the_store_fails() -> None:
    async def failing() -> Rates:
        raise EngineError("Code: 1. gone")

    assert await anext(Feed(failing, asyncio.Event()).open(), None) is None


async def test_streams_are_bounded_and_leaving_makes_room() -> None:
    told = feed()
    streams = [told.open() for _ in range(MOST_STREAMS)]
    for stream in streams:
        await event(stream)
    with pytest.raises(Problem, match="64 live streams are open already") as raised:
        told.open()
    assert raised.value.status == 503
    await streams[0].aclose()  # type: ignore[attr-defined]
    assert (await event(told.open()))[0] == "status"
