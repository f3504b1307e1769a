"""What a hub does for itself while it runs: keep its days (store/retention.py), its size on disk (store/disk.py) and in
memory (memory.py), and tell somebody outside that it lives (ping.py).

One round a minute judges days that are due and then measures the disk; most rounds find nothing to do and ask the
engine a question or two. A round that fails is told once, and the next one tries again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from fleaglass.hub.keep import Keep
from fleaglass.hub.memory import apart, give_back_for_ever
from fleaglass.hub.outage import Outage
from fleaglass.hub.ping import Ping, ping_for_ever
from fleaglass.hub.state import Lead
from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.store.disk import Level, level, shrink, stored_bytes
from fleaglass.hub.store.retention import Thinner, set_ttl

__all__ = ["Keeper", "Upkeep", "upkeep"]

ROUND_S: Final = 60.0
_GIB: Final = 1024**3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How a hub keeps itself; without a cap the store grows as it must, without a ping nobody is told."""

    keep: Keep = field(default_factory=Keep)
    disk_cap_bytes: int | None = None
    ping: Ping | None = None


class Keeper:
    """The rounds of one store. `today` is the present UTC day."""

    def __init__(self, store: Store, plan: Upkeep, today: Callable[[], date]) -> None:
        self._store = store
        self._plan = plan
        self._today = today
        self._thinner = Thinner(store)
        self._outage = Outage(_log, "upkeep of the store")
        self._level: Level = "ok"

    async def round(self) -> None:
        """Judge the days that are due, then the disk. Never raises for the engine's sake."""
        try:
            await set_ttl(self._store, self._plan.keep)
            async for _ in self._thinner.thin(self._plan.keep, self._today()):
                pass
            if self._store.disk_cap_bytes is not None:
                await self._fit(self._store.disk_cap_bytes)
        except EngineError as error:
            self._outage.failed(str(error)[:300])
        else:
            self._outage.worked()

    async def _fit(self, cap: int) -> None:
        await self._tell(cap)
        async for gone in shrink(self._store, self._thinner, cap, self._today()):
            _log.warning("disk cap: dropped %s of %s, %d rows, %d bytes", gone.kind, gone.day, gone.rows, gone.bytes)
        await self._tell(cap)

    async def _tell(self, cap: int) -> None:
        """Say it when the level changes, and only then."""
        held = await stored_bytes(self._store)
        now, self._level, before = level(held, cap), level(held, cap), self._level
        if now != before:
            said = _log.info if now == "ok" else _log.warning
            said("disk %s: the store takes %.2f GiB of %.2f (--disk-cap)", now, held / _GIB, cap / _GIB)


@asynccontextmanager
async def upkeep(store: Store, plan: Upkeep, lead: Lead) -> AsyncIterator[None]:
    """Keep the store, which of several hubs the leader does, and ping, until the block ends."""
    apart()
    keeper = Keeper(store, plan, lambda: datetime.now(UTC).date())
    tasks = [asyncio.create_task(_rounds(keeper, lead)), asyncio.create_task(give_back_for_ever(store))]
    if plan.ping:
        tasks.append(asyncio.create_task(ping_for_ever(store, plan.ping)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _rounds(keeper: Keeper, lead: Lead) -> None:
    while True:
        if lead.leads:
            await keeper.round()
        await asyncio.sleep(ROUND_S)
