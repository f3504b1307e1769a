"""The rounds: every few seconds all rules are judged, and what follows from it is written.

    rules file ──▶ spans that ended ──▶ judge ──┐
                   sessions, schedules, … ──────┴──▶ readings ──▶ moves ──▶ standings, incidents

A round that fails is one log line; the next one takes up where the last that worked has ended.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from fleaglass.alerts.judge.facts import of_facts
from fleaglass.alerts.judge.plan import span_rules
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Rule
from fleaglass.hub.alerting.evidence import gather as gather_evidence
from fleaglass.hub.alerting.facts import gather as gather_facts
from fleaglass.hub.alerting.fed import FedJudge
from fleaglass.hub.alerting.keeper import keep, standings
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.alerting.standings import Move, Readings, moves
from fleaglass.hub.outage import Outage
from fleaglass.hub.state import State, StateError
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
        self, store: Store, state: State, rules: Path | None = None, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self.rulebook = Rulebook(rules)
        self.took_s = 0.0
        self._store = store
        self._state = state
        self._now_ns = now_ns
        self._judge: FedJudge | None = None
        self._last_ns = 0
        self._since_ns = 0
        self._outage = Outage(_log, "judging the alert rules")

    async def run(self) -> None:
        """A round every two seconds; later when they take longer."""
        while True:
            await self.tick()
            await asyncio.sleep(max(LEAST_PAUSE_S, EVERY_S - self.took_s))

    async def tick(self) -> None:
        """One round. A failure is told once, and once that it is over."""
        began = time.perf_counter()
        now_ns = max(self._now_ns(), self._last_ns)
        if now_ns - self._last_ns > GAP_NS:
            self._since_ns = now_ns
        self._last_ns = now_ns
        try:
            await self._round(now_ns)
            self._outage.worked()
        except (EngineError, StateError, Unavailable) as error:
            self._outage.failed(str(error))
        self.took_s = time.perf_counter() - began

    async def _round(self, now_ns: int) -> None:
        if self.rulebook.look(now_ns) or self._judge is None:
            self._judge = FedJudge(self._store, span_rules(self._rules))
        readings = await self._read(self._judge, now_ns)
        kept = await self._state.reading(standings)
        changes = await asyncio.to_thread(moves, self._rules, kept, readings, now_ns)
        if changes:
            await self._write(changes, now_ns)

    async def _read(self, judge: FedJudge, now_ns: int) -> Readings:
        facts, ended = await gather_facts(self._store, self._state, self._rules, now_ns)
        of_spans = await judge.read(now_ns, Hearing(since_ns=self._since_ns, ended=ended))
        return {**of_spans, **of_facts(self._rules, facts, now_ns)}

    async def _write(self, changes: Sequence[Move], now_ns: int) -> None:
        asked = {move.group_hash: move.reading.trace_ids for move in changes if move.fires and move.reading is not None}
        evidence = await gather_evidence(self._store, self._state, asked) if asked else {}
        await self._state.writing(lambda connection: keep(connection, changes, evidence, now_ns))

    @property
    def _rules(self) -> Sequence[Rule]:
        return [rule for rule in self.rulebook.book.rules if rule.enabled]
