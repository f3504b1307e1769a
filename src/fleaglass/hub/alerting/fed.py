"""A judge that the store feeds: warmed up with what still counts, and shown from then on what ends.

A day of history takes its time. So warming up goes on beside the rounds when it takes long, and until it is done
nothing is said of these rules: what stands stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fleaglass.alerts.judge.judge import HORIZON_NS, Judge
from fleaglass.alerts.judge.plan import SpanRule, wanted
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.hub.alerting.feed import ended
from fleaglass.hub.alerting.history import History
from fleaglass.hub.store import Store

__all__ = ["FedJudge"]

OVERLAP_NS: Final = 15_000_000_000
"""How long a span may be on its way and still be seen by the next round; later ones by the next look at the horizon."""

LOOK_BACK_EVERY_NS: Final = 60_000_000_000

PATIENCE_S: Final = 10.0
"""How long the first round waits for what is warming up; later ones do not."""


class FedJudge:
    """Reads for the rules that are about spans. One call at a time; `close` it.

    The judge works on threads, so that a storm of spans does not hold up the hub.
    """

    def __init__(
        self, store: Store, rules: Sequence[SpanRule], history: History, patience_s: float = PATIENCE_S
    ) -> None:
        self._store = store
        self._patience_s = patience_s
        self._rules = rules
        self._history = history
        self._wanted = wanted(rules)
        self._judge = Judge(rules)
        self._until_ns = 0
        self._looked_back_ns = 0
        self._warming: asyncio.Task[None] | None = None

    async def read(self, now_ns: int, hearing: Hearing) -> Mapping[str, list[Reading]]:
        """What every rule reads now; nothing while it is warming up. Raises EngineError."""
        if not self._rules or not await self._warmed(now_ns):
            return {}
        rows = await ended(self._store, self._wanted, self._from_ns(now_ns), now_ns)
        await asyncio.to_thread(_show, self._judge, rows, now_ns)
        self._until_ns = now_ns
        return await asyncio.to_thread(self._judge.at, now_ns, hearing)

    @property
    def is_warm(self) -> bool:
        """Whether all history that counts has been gone through."""
        return not self._rules or self._until_ns > 0

    def close(self) -> None:
        """Warm up no more."""
        if self._warming is not None:
            self._warming.cancel()

    def _from_ns(self, now_ns: int) -> int:
        if now_ns - self._looked_back_ns < LOOK_BACK_EVERY_NS:
            return self._until_ns - OVERLAP_NS
        self._looked_back_ns = now_ns
        return min(self._until_ns - OVERLAP_NS, now_ns - HORIZON_NS)

    async def _warmed(self, now_ns: int) -> bool:
        if not self.is_warm:
            if self._warming is None:
                self._warming = asyncio.create_task(self._warm_up(now_ns))
                await asyncio.wait({self._warming}, timeout=self._patience_s)
            if not self._warming.done():
                return False
            warmed, self._warming = self._warming, None
            warmed.result()
        return True

    async def _warm_up(self, now_ns: int) -> None:
        judge = Judge(self._rules)
        judge.expect(now_ns)
        async for until_ns, rows in self._history(self._store, self._rules, now_ns):
            await asyncio.to_thread(_show, judge, rows, until_ns)
        self._judge, self._until_ns, self._looked_back_ns = judge, now_ns, now_ns


def _show(judge: Judge, rows: Iterable[Row], until_ns: int) -> None:
    for row in rows:
        judge.see(row)
    judge.settle(until_ns)
