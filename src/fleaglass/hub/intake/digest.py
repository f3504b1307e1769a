"""What waits in the queue takes effect: in the store, in the state, and then it is gone from the queue.

    take ──▶ read ──▶ store: events, spans, logs …   ──▶ state: issues, releases, sessions,   ──▶ done
             (thread)  (rows replace: again is harmless)  monitors, and how far we are, all at once

A hub that is killed anywhere in this begins the batch again, and each effect is there once: rows of the store replace
those of the time before, and the state's transaction says up to which envelope it has come. What a batch cannot be
digested for is looked for one envelope at a time, and set aside with the reason.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from fleaglass.hub.intake.queue import Queue, Queued
from fleaglass.hub.intake.reading import read
from fleaglass.hub.state import State, StateError
from fleaglass.hub.store import Store, Unavailable

__all__ = ["Digest"]

MOST: Final = 200
"""Envelopes digested together. More are no cheaper each, and the first ones wait longer."""
AGAIN_S: Final = 1.0

_log = logging.getLogger(__name__)


class Digest:
    """The one who digests. `run` is a task on the event loop, until it is cancelled.

    Args:
        queue: from where.
        store: where events, spans, logs and metrics go.
        state: where the rest goes.
        now_ns: Unix time in nanoseconds.
    """

    def __init__(self, queue: Queue, store: Store, state: State, now_ns: Callable[[], int]) -> None:
        self._queue = queue
        self._store = store
        self._state = state
        self._now_ns = now_ns
        self._mark = f"intake {queue.identity}"
        self._said: set[str] = set()

    async def run(self) -> None:
        """Digest whatever comes."""
        while True:
            try:
                taken = await self._queue.take(MOST)
                await self._digest(taken)
                await self._queue.done(taken)
            except (Unavailable, StateError, sqlite3.Error) as error:
                self._say(f"what Sentry's clients sent waits, because it cannot be stored: {error}")
                await asyncio.sleep(AGAIN_S)

    async def _digest(self, taken: Sequence[Queued]) -> None:
        try:
            await self._apply(taken)
        except (Unavailable, StateError, sqlite3.Error):
            raise
        except Exception as error:
            if len(taken) > 1:
                for one in taken:
                    await self._digest([one])
                return
            _log.exception("an envelope is set aside: it cannot be digested")
            await self._queue.set_aside(taken[0], f"{type(error).__name__}: {error}")

    async def _apply(self, taken: Sequence[Queued]) -> None:
        so_far = await self._state.reading(self._so_far)
        new = [one for one in taken if one.id > so_far]
        if not new:
            return
        names = await self._state.reading(project_names)
        found = await asyncio.to_thread(read, new, names)
        batches = await asyncio.to_thread(lambda: list(found.batches()))
        await asyncio.gather(*(self._store.submit(batch) for batch in batches))
        await self._state.writing(partial(self._take_effect, found, new[-1].id))

    # --- on the state's thread ---------------------------------------------------------------------------------------

    def _so_far(self, connection: Connection) -> int:
        found = connection.execute(select(marks.c.value).where(marks.c.name == self._mark)).scalar()
        return 0 if found is None else int(found)

    def _take_effect(self, found: Read, last: int, connection: Connection) -> None:
        take_effect(connection, found, self._now_ns(), self._put)
        mark = insert(connection, marks).values(name=self._mark, value=last)
        connection.execute(mark.on_conflict_do_update(index_elements=["name"], set_={"value": last}))

    def _put(self, events: Sequence[Event]) -> None:
        """Have the store keep events of the hub's own. Blocks this thread until they are on disk."""
        batch = event_batch(events)
        asyncio.run_coroutine_threadsafe(self._store.submit(batch), self._loop).result()
