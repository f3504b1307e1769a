"""GET /live: server-sent events, so that a page knows when to ask again.

    event: commit   rows were committed: how many since the event before, at most twice a second
    event: status   every five seconds, and at once on connecting: the figures alone, and proof that the hub is there

A stream that cannot keep up is told less often; nothing queues for it. It ends when its client leaves or the hub stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import orjson

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.status import Rates
from fleaglass.hub.store import Counters, EngineError

__all__ = ["Feed"]

MOST_STREAMS: Final = 64
GAP_S: Final = 0.5
STATUS_S: Final = 5.0
_RETRY: Final = b"retry: 3000\n\n"


class Feed:
    """All open streams of one hub. Used on the event loop only.

    `rates` tells the hub's figures; `stopping` is set when the hub is about to end. The pauses are in seconds.
    """

    def __init__(
        self,
        rates: Callable[[], Awaitable[Rates]],
        stopping: asyncio.Event,
        gap_s: float = GAP_S,
        status_s: float = STATUS_S,
    ) -> None:
        self._rates = rates
        self._stopping = stopping
        self._gap_s = gap_s
        self._status_s = status_s
        self._commits = 0
        self._spans = 0
        self._wakers: set[asyncio.Event] = set()

    def committed(self, counters: Counters) -> None:
        """Rows were committed: what Store.on_commit calls."""
        self._commits, self._spans = counters.commits, counters.rows["traces"]
        for waker in self._wakers:
            waker.set()

    def open(self) -> AsyncIterator[bytes]:
        """A new stream of events. Raises Problem when there are too many."""
        if len(self._wakers) >= MOST_STREAMS:
            hint = "Close a tab; pages that ask now and then work without a stream."
            raise Problem(503, "too_many_streams", f"{MOST_STREAMS} live streams are open already", hint)
        return self._stream()

    async def _stream(self) -> AsyncIterator[bytes]:
        waker = asyncio.Event()
        self._wakers.add(waker)
        commits, spans = self._commits, self._spans
        try:
            yield _RETRY + _event("status", await self._rates())
            while await self._woken(waker):
                waker.clear()
                if self._commits == commits:
                    yield _event("status", await self._rates())
                    continue
                since = {"commits": self._commits - commits, "spans": self._spans - spans}
                commits, spans = self._commits, self._spans
                yield _event("commit", {**since, **await self._rates()})
                await _first_of(self._stopping, seconds=self._gap_s)
        except EngineError:
            return  # the client comes back by itself, and the answer it gets then says what is wrong
        finally:
            self._wakers.discard(waker)

    async def _woken(self, waker: asyncio.Event) -> bool:
        """Wait for a commit, or until it is time for a status; False when the hub is stopping."""
        await _first_of(waker, self._stopping, seconds=self._status_s)
        return not self._stopping.is_set()


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    """Return when one of the events is set, or the time is up."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
