"""What waits in the queue takes effect: in the store, in the state, and then it is gone from the queue.

    take ──▶ read ──▶ store: events, spans, logs …   ──▶ state: issues, releases, sessions,   ──▶ done
             (thread)  (rows replace: again is harmless)  monitors, and how far we are, all at once

A hub that is killed anywhere in this begins the batch again, and each effect is there once: rows of the store replace
those of the time before, and the state's transaction says up to which envelope it has come. When a batch cannot be
digested, the envelope that it fails for is looked for one by one, and set aside with the reason.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection, select

from fleaglass.hub.access.projects import all_projects
from fleaglass.hub.intake.effects import take_effect
from fleaglass.hub.intake.queue import Queue, Queued
from fleaglass.hub.intake.reading import Read, event_batch, read
from fleaglass.hub.issues.event import Event
from fleaglass.hub.state import State, StateError, insert
from fleaglass.hub.state.tables import marks
from fleaglass.hub.store import Batch, Store, Unavailable

__all__ = ["Digest"]

MOST: Final = 200
"""Envelopes digested together. More are no cheaper each, and the first ones wait longer."""
AGAIN_S: Final = 1.0

_log = logging.getLogger(__name__)


class Digest:
    """The one who digests; made on the event loop. `run` is a task there, until it is cancelled.

    Args:
        queue: from where.
        store: where events, spans, logs and metrics go.
        state: where the rest goes.
        now_ns: Unix time in nanoseconds.
    """

    def __init__(self, queue: Queue, store: Store, state: State, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue = queue
        self._store = store
        self._state = state
        self._now_ns = now_ns
        self._mark = f"intake {queue.identity}"
        self._is_stuck = False

    async def run(self) -> None:
        """Digest whatever comes."""
        while True:
            try:
                taken = await self._queue.take(MOST)
                await self._digest(taken)
                self._is_stuck = False
            except (Unavailable, StateError, sqlite3.Error) as error:
                if not self._is_stuck:
                    _log.error("what Sentry's clients sent waits, because it cannot be stored: %s", error)
                self._is_stuck = True
                await asyncio.sleep(AGAIN_S)

    def put(self, events: Sequence[Event]) -> None:
        """Have the store keep events of the hub's own. Blocks the calling thread, not the loop's, until they are there.

        Raises Refused, Unavailable.
        """
        asyncio.run_coroutine_threadsafe(self._store.submit(event_batch(events)), self._loop).result()

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
            await self._queue.set_aside(taken[0], f"{type(error).__name__}: {error}"[:1_000])
        else:
            await self._queue.done(taken)

    async def _apply(self, taken: Sequence[Queued]) -> None:
        so_far, names = await self._state.reading(self._begin)
        new = [one for one in taken if one.id > so_far]
        if not new:
            return
        found, batches = await asyncio.to_thread(_read, new, names)
        await asyncio.gather(*(self._store.submit(batch) for batch in batches))
        await self._state.writing(partial(self._take_effect, found, new[-1].id))

    # --- on the state's thread ---------------------------------------------------------------------------------------

    def _begin(self, connection: Connection) -> tuple[int, dict[int, str]]:
        """The last envelope that has taken effect, and the projects' names."""
        so_far = connection.execute(select(marks.c.value).where(marks.c.name == self._mark)).scalar()
        return so_far or 0, {project.id: project.name for project in all_projects(connection)}

    def _take_effect(self, found: Read, last: int, connection: Connection) -> None:
        take_effect(connection, found, self._now_ns(), self.put)
        mark = insert(connection, marks).values(name=self._mark, value=last)
        connection.execute(mark.on_conflict_do_update(index_elements=["name"], set_={"value": last}))


def _read(queued: Sequence[Queued], names: Mapping[int, str]) -> tuple[Read, list[Batch]]:
    found = read(queued, names)
    return found, list(found.batches())
