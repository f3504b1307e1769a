"""What the hub concludes once a minute: releases that only spans name, and from time alone what is late or over.

    what came before ──▶ releases: seen ──▶ monitors: missed, timed out ──▶ sessions: silent
                     ──▶ issues: settled, no longer archived ──▶ old messages, checkpoints: forgotten

One transaction does all of it, when what came before has taken effect: a check-in that waits in the queue is no
silence.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Connection

from fleaglass.hub.access.projects import FIRST
from fleaglass.hub.alerting import forgetting as messages
from fleaglass.hub.intake.digest import Digest
from fleaglass.hub.intake.effects import tell
from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.issues.housekeeping import refresh
from fleaglass.hub.monitors import keeper as monitors
from fleaglass.hub.releases.keeper import see_release
from fleaglass.hub.releases.spans import Ran, releases_of_spans
from fleaglass.hub.sessions import silence as sessions
from fleaglass.hub.sessions.silence import LastHeard
from fleaglass.hub.state import Alone, Lead, NotLeading, State, StateError
from fleaglass.hub.store import EngineError, Store, Unavailable
from fleaglass.hub.witness import forgetting as witnessed

__all__ = ["Minutes"]

MINUTE_NS: Final = 60_000_000_000

_HEARD: Final = """
    SELECT s.agent AS agent, s.environment AS environment,
      max(toUnixTimestamp64Nano(s.start_time) + s.duration_ns) AS heard_ns
    FROM spans AS s WHERE s.start_time >= now() - INTERVAL 1 DAY GROUP BY agent, environment"""

_log = logging.getLogger(__name__)


class Minutes:
    """The clock. `run` is a task on the event loop, until it is cancelled."""

    def __init__(
        self,
        queue: Queue,
        digest: Digest,
        store: Store,
        state: State,
        now_ns: Callable[[], int] = time.time_ns,
        lead: Lead | None = None,
    ) -> None:
        self._queue = queue
        self._digest = digest
        self._store = store
        self._lead = lead or Alone(state)
        self._now_ns = now_ns
        self._is_stuck = False

    async def run(self) -> None:
        """Tick at the beginning of every minute, and once at the start."""
        while True:
            await self.tick()
            await asyncio.sleep((MINUTE_NS - self._now_ns() % MINUTE_NS) / 1e9)

    async def tick(self) -> None:
        """Conclude what there is to conclude now; a failure is one log line, and the next minute makes up for it.

        Of several hubs the leader concludes.
        """
        if not self._lead.leads:
            return
        now_ns = self._now_ns()
        await self._queue.caught_up()
        try:
            heard = {(row["agent"], row["environment"]): row["heard_ns"] for row in await self._store.query(_HEARD)}
            ran = await releases_of_spans(self._store, now_ns)
            await self._lead.writing(lambda connection: self._conclude(connection, now_ns, heard, ran))
            self._is_stuck = False
        except NotLeading:
            return
        except (EngineError, StateError, Unavailable) as error:
            if not self._is_stuck:
                _log.error(
                    "schedules and sessions are not judged, because the hub's own data cannot be used: %s", error
                )
            self._is_stuck = True

    def _conclude(self, connection: Connection, now_ns: int, heard: LastHeard, ran: Iterable[Ran]) -> None:
        for release in ran:
            see_release(connection, FIRST.id, *release)
        tell(connection, monitors.tick(connection, now_ns), now_ns, self._digest.put)
        sessions.tick(connection, now_ns, heard)
        refresh(connection, now_ns)
        messages.forget(connection, now_ns)
        witnessed.forget(connection, now_ns)
