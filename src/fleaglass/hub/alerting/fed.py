"""A judge that the store feeds: warmed up with what still counts, and shown from then on what is new.

A day of history takes its time. So warming up goes on beside the rounds when it takes long, and until it is done
nothing is said of these rules: what stands stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.hub.alerting.arrivals import Arrivals, Point
from fleaglass.hub.alerting.history import History
from fleaglass.hub.store import Store

__all__ = ["FedJudge", "show"]

PATIENCE_S: Final = 10.0
"""How long the first round waits for what is warming up; later ones do not."""


class FedJudge:
    """Reads for the rules that are about spans. One call at a time; `close` it.

    The judge works on threads, so that a storm of spans does not hold up the hub.
    """

    def __init__(
        self,
        store: Store,
        arrivals: Arrivals,
        rules: Sequence[SpanRule],
        history: History,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store = store
        self._arrivals = arrivals
        self._patience_s = patience_s
        self._rules = rules
        self._history = history
        self._judge = Judge(rules)
        self._point: Point | None = None
        self._warming: asyncio.Task[Point] | None = None

    async def read(self, now_ns: int, hearing: Hearing) -> Mapping[str, list[Reading]]:
        """What every rule reads now; nothing while it is warming up. Raises EngineError."""
        point = await self._warmed(now_ns) if self._rules else None
        if point is None:
            return {}
        reached, rows = await self._arrivals.since(point, now_ns)
        await asyncio.to_thread(show, self._judge, rows, now_ns)
        self._point = reached
        return await asyncio.to_thread(self._judge.at, now_ns, hearing)

    @property
    def is_warm(self) -> bool:
        """Whether all history that counts has been gone through."""
        return not self._rules or self._point is not None

    def close(self) -> None:
        """Warm up no more."""
        if self._warming is not None:
            self._warming.cancel()

    async def _warmed(self, now_ns: int) -> Point | None:
        """From where on to read what is new, once history has been gone through."""
        if self._point is None:
            if self._warming is None:
                self._warming = asyncio.create_task(self._warm_up(now_ns))
                await asyncio.wait({self._warming}, timeout=self._patience_s)
            if not self._warming.done():
                return None
            warmed, self._warming = self._warming, None
            self._point = warmed.result()
        return self._point

    async def _warm_up(self, now_ns: int) -> Point:
        point = await self._arrivals.begin(now_ns)
        judge = Judge(self._rules)
        judge.expect(now_ns)
        async for until_ns, rows in self._history(self._store, self._rules, now_ns):
            await asyncio.to_thread(show, judge, rows, until_ns)
        self._judge = judge
        return point


def show(judge: Judge, rows: Iterable[Row], until_ns: int) -> None:
    """Let a judge see rows that ended by then; work for a thread."""
    for row in rows:
        judge.see(row)
    judge.settle(until_ns)
