"""A judge that the store feeds: warmed up with what still counts, and shown from then on what ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fleaglass.alerts.judge.judge import HORIZON_NS, Judge
from fleaglass.alerts.judge.plan import SpanRule, wanted
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.hub.alerting.feed import ended, history
from fleaglass.hub.store import Store

__all__ = ["FedJudge"]

OVERLAP_NS: Final = 15_000_000_000
"""How long a span may be on its way and still be seen by the next round; later ones by the next look at the horizon."""

LOOK_BACK_EVERY_NS: Final = 60_000_000_000


class FedJudge:
    """Reads for the rules that are about spans. One call at a time.

    The judge works on a thread, so that a storm of spans does not hold up the hub.
    """

    def __init__(self, store: Store, rules: Sequence[SpanRule]) -> None:
        self._store = store
        self._rules = rules
        self._wanted = wanted(rules)
        self._judge = Judge(rules)
        self._until_ns: int | None = None
        self._looked_back_ns = 0

    async def read(self, now_ns: int, hearing: Hearing) -> Mapping[str, list[Reading]]:
        """What every rule reads now. The first time takes as long as there is history. Raises EngineError."""
        if not self._rules:
            return {}
        if self._until_ns is None:
            await self._warm_up(now_ns)
        else:
            rows = await ended(self._store, self._wanted, self._from_ns(now_ns, self._until_ns), now_ns)
            await asyncio.to_thread(_show, self._judge, rows, now_ns)
        self._until_ns = now_ns
        return await asyncio.to_thread(self._judge.at, now_ns, hearing)

    def _from_ns(self, now_ns: int, until_ns: int) -> int:
        if now_ns - self._looked_back_ns < LOOK_BACK_EVERY_NS:
            return until_ns - OVERLAP_NS
        self._looked_back_ns = now_ns
        return min(until_ns - OVERLAP_NS, now_ns - HORIZON_NS)

    async def _warm_up(self, now_ns: int) -> None:
        judge = Judge(self._rules)
        async for until_ns, rows in history(self._store, self._rules, now_ns):
            await asyncio.to_thread(_show, judge, rows, until_ns)
        self._judge, self._looked_back_ns = judge, now_ns


def _show(judge: Judge, rows: Iterable[Row], until_ns: int) -> None:
    for row in rows:
        judge.see(row)
    judge.settle(until_ns)
