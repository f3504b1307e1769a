"""The rounds: every few seconds all rules are judged, and what follows from it is written.

    rules file ──▶ spans that ended ──▶ judge ──┐
                   sessions, schedules, … ──────┴──▶ readings ──▶ moves ──▶ standings, incidents

A round that fails is one log line; the next one takes up where the last that worked has ended. Of several hubs each
judges, so that whoever takes over is warm, and the leader alone writes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from fleaglass.alerts.rules.model import NewIssue
from fleaglass.hub.alerting.evidence import Asked, gather
from fleaglass.hub.alerting.keeper import keep, standings
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.alerting.sources import Sources
from fleaglass.hub.alerting.standings import Move, moves
from fleaglass.hub.outage import Outage
from fleaglass.hub.state import Alone, Lead, NotLeading, State, StateError
from fleaglass.hub.store import EngineError, Store, Unavailable

__all__ = ["Rounds"]

EVERY_S: Final = 2.0
"""From the beginning of a round to that of the next."""

LEAST_PAUSE_S: Final = 0.5
"""What is left to others, however long a round takes."""

GAP_NS: Final = 60_000_000_000
"""A pause between rounds after which silence is nobody's: the hub was stopped, or its machine asleep."""

_log = logging.getLogger(__name__)


class Rounds:
    """The clock of alerting. `run` is a task on the event loop, until it is cancelled.

    Attributes:
        rulebook: the rules that are in force.
        took_s: how long the last round took, in seconds.
    """

    def __init__(
        self,
        store: Store,
        state: State,
        rules: Path | None = None,
        now_ns: Callable[[], int] = time.time_ns,
        lead: Lead | None = None,
    ) -> None:
        self.rulebook = Rulebook(rules)
        self.took_s = 0.0
        self._store = store
        self._state = state
        self._lead = lead or Alone(state)
        self._now_ns = now_ns
        self._sources: Sources | None = None
        self._last_ns = 0
        self._since_ns = 0
        self._outage = Outage(_log, "judging the alert rules")

    async def run(self) -> None:
        """A round every two seconds; later when they take longer."""
        try:
            while True:
                await self.tick()
                await asyncio.sleep(max(LEAST_PAUSE_S, EVERY_S - self.took_s))
        finally:
            self.close()

    async def tick(self) -> None:
        """One round. A failure is told once, and once that it is over."""
        began = time.perf_counter()
        now_ns = self._moment()
        try:
            await self._round(now_ns)
            self._outage.worked()
        except (EngineError, StateError, Unavailable) as error:
            self._outage.failed(str(error))
        self.took_s = time.perf_counter() - began

    def _moment(self) -> int:
        """Now. Moments do not go back, unless the clock was set back by more than a little: then all begins anew."""
        now_ns, last_ns = self._now_ns(), self._last_ns
        if now_ns < last_ns - GAP_NS:
            self.close()
            self._sources = None
        elif now_ns < last_ns:
            now_ns = last_ns
        if abs(now_ns - last_ns) > GAP_NS:
            self._since_ns = now_ns
        self._last_ns = now_ns
        return now_ns

    @property
    def is_warm(self) -> bool:
        """Whether every rule is judged already: after a start, history is gone through first."""
        return self._sources is not None and self._sources.is_warm

    def close(self) -> None:
        """Give up what is still warming up."""
        if self._sources is not None:
            self._sources.close()

    async def _round(self, now_ns: int) -> None:
        if self.rulebook.look(now_ns) or self._sources is None:
            self.close()
            self._sources = Sources(self._store, self._state, self.rulebook.book.rules)
        readings = await self._sources.read(now_ns, self._since_ns)
        kept = await self._state.reading(standings)
        changes = await asyncio.to_thread(moves, self.rulebook.book.rules, kept, readings, now_ns)
        if changes and self._lead.leads:
            await self._write(changes, now_ns)

    async def _write(self, changes: Sequence[Move], now_ns: int) -> None:
        asked = {move.group_hash: _asked(move) for move in changes if move.fires}
        evidence = await gather(self._store, self._state, asked) if asked else {}
        with suppress(NotLeading):
            await self._lead.writing(lambda connection: keep(connection, changes, evidence, now_ns))


def _asked(move: Move) -> Asked:
    issue = dict(move.group).get("issue", "") if isinstance(move.rule, NewIssue) else ""
    return Asked(() if move.reading is None else move.reading.trace_ids, int(issue) if issue else None)
