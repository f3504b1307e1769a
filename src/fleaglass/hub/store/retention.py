"""How long things are kept, by class, in whole UTC days of a span's own start.

    money and incidents   400 days   a trace with a span that moved money, names an order or an escrow, failed,
                                     was interrupted or is linked to an issue
    ordinary               30 days   every other trace, logs and metrics
    idle                    7 days   a decision cycle that only skipped, and nothing of the above

Every table has the engine's TTL, for the longest that anything in it is kept, and it drops whole parts only. Events of
issues are kept as long as money. Shorter-lived traces are thinned out of their day once it is old enough, by one
mutation a day and class.

Class is not written down anywhere: it is judged from what the store holds when the day is thinned. So a late error or
escrow span makes its trace long-lived as long as the trace is there, a hub that was off for months loses nothing
before it has looked, and judging again changes nothing. A span that itself matters is never deleted by thinning, not
even one that arrives while its trace is being deleted; the TTL alone ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Final, NamedTuple

from fleaglass.hub.keep import Keep, Thinnable
from fleaglass.hub.store.engine import EngineError, Row
from fleaglass.hub.store.matters import IDLE, MATTERS, OF_ISSUES
from fleaglass.hub.store.store import Store

__all__ = ["Thinned", "Thinner", "set_ttl"]


class Thinned(NamedTuple):
    """A day of which a class of traces was deleted; `rows` counts a re-sent span as often as it was stored."""

    kind: Thinnable
    day: date
    rows: int


_BEHIND: Final = " SETTINGS mutations_sync = 0"
"""The engine rewrites parts in its own threads meanwhile; else a reader would wait for it, and a stopping hub too."""

# --- the engine's TTL -------------------------------------------------------------------------------------------------

_WHOLE_PARTS: Final = "ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1"
"""Parts lie in one day, so a day goes at once and no part is rewritten; a changed TTL only reads the times again."""


async def set_ttl(store: Store, keep: Keep) -> None:
    """Give the tables the TTL of `keep`, where they have another. Raises EngineError."""
    layout = store.layout
    for table, time, days in (
        ("spans", "start_time", keep.money_days),
        ("events", "time", keep.money_days),
        ("attachments", "time", keep.money_days),
        ("logs", "time", keep.days),
        ("metrics", "time", keep.days),
    ):
        kept = layout.kept(table)
        altered = f"ALTER TABLE {kept}{layout.on_cluster}"
        [row] = await store.query(
            f"SELECT engine_full FROM system.tables WHERE database = '{layout.database}' AND name = '{kept}'"
        )
        wanted = f"TTL {time} + toIntervalDay({days})"
        if days and f"{wanted} SETTINGS" not in row["engine_full"]:
            await store.query(f"{altered} MODIFY SETTING {_WHOLE_PARTS}")
            await store.query(f"{altered} MODIFY {wanted}{_BEHIND}")
        elif not days and " TTL " in row["engine_full"]:
            await store.query(f"{altered} REMOVE TTL")


# --- thinning ---------------------------------------------------------------------------------------------------------

_CANDIDATES: Final[dict[Thinnable, str]] = {"idle": IDLE, "ordinary": "1"}

_REACH: Final = 2
"""Days to either side in which a trace's other spans are looked for; a decision takes seconds, rarely midnight."""

_NEAR: Final = f"toDate(start_time) BETWEEN {{day:Date}} - {_REACH} AND {{day:Date}} + {_REACH}"
_LONG_LIVED: Final = (
    f"SELECT trace_id FROM spans WHERE {_NEAR} AND {MATTERS}"
    f" UNION ALL {OF_ISSUES} AND toDate(time) >= {{day:Date}} - {_REACH}"
)


class Thinner:
    """Deletes the traces of a class from old days. One at a time on a store; what it remembers only saves work."""

    def __init__(self, store: Store, poll_s: float = 0.05) -> None:
        self._store = store
        self._layout = store.layout
        self._poll_s = poll_s
        self._judged: dict[tuple[Thinnable, date], int] = {}

    async def thin(self, keep: Keep, today: date) -> AsyncIterator[Thinned]:
        """Thin every day that is old enough, and tell what went. Raises EngineError, also when a deletion fails."""
        await self.finish()
        for day in await self.days():
            kind = keep.due((today - day).days)
            if kind and (thinned := await self.thin_day(kind, day)):
                yield thinned

    async def days(self) -> list[date]:
        """The days of which there are spans, oldest first."""
        return [date.fromisoformat(row["partition"]) for row in await self._newest_blocks()]

    async def thin_day(self, kind: Thinnable, day: date) -> Thinned | None:
        """Delete the class's traces of one day; None when there are none, or nothing came since the last time."""
        blocks = {row["partition"]: row["block"] for row in await self._newest_blocks()}
        newest = blocks.get(day.isoformat())
        if newest is None or self._judged.get((kind, day)) == newest:
            return None
        await self._store.query(
            f"INSERT INTO doomed SELECT DISTINCT {{day:Date}}, trace_id FROM spans"
            f" WHERE toDate(start_time) = {{day:Date}} AND {_CANDIDATES[kind]} AND trace_id NOT IN ({_LONG_LIVED})",
            {"day": day},
        )
        rows = await self.finish()
        self._judged[kind, day] = newest
        return Thinned(kind, day, rows) if rows else None

    async def finish(self) -> int:
        """Delete the doomed traces, those of a hub that was killed meanwhile too; answers how many rows.

        The doomed are on disk until all of their rows are gone, so that no trace is left without its root.
        """
        rows = 0
        for doomed in await self._store.query("SELECT DISTINCT day FROM doomed ORDER BY day"):
            rows += await self._delete(doomed["day"])
        await self._store.query(f"TRUNCATE TABLE {self._layout.kept('doomed')}{self._layout.on_cluster}")
        return rows

    async def _delete(self, day: date) -> int:
        layout, doomed = self._layout, self._layout.kept("doomed")
        found = await self._store.query(
            f"SELECT toDate(start_time) AS near, count() AS rows FROM spans WHERE {_NEAR}"
            f" AND {_theirs('doomed', day)} GROUP BY near",
            {"day": day},
        )
        # Every replica deletes by its own list, so it must have all of it. One that comes to it when the list is gone
        # has other parts than the first, and takes those instead.
        if found and layout.cluster:
            await self._store.query(f"SYSTEM SYNC REPLICA{layout.on_cluster} `{layout.database}`.{doomed}")
        for row in found:
            await self._store.query(
                f"ALTER TABLE {layout.kept('spans')}{layout.on_cluster} DELETE IN PARTITION '{row['near']}'"
                f" WHERE {_theirs(doomed, day)}{_BEHIND}"
            )
        while found and await self._mutating():  # noqa: ASYNC110 (the engine tells nobody when it is done)
            await asyncio.sleep(self._poll_s)
        return sum(row["rows"] for row in found)

    async def _mutating(self) -> bool:
        """Whether deletions are under way; one that fails is given up, else the engine would try it for ever."""
        layout = self._layout
        ours = f"database = '{layout.database}' AND table = '{layout.kept('spans')}'"
        under_way = await self._store.query(
            f"SELECT latest_fail_reason AS failed FROM {layout.everywhere('mutations')} WHERE {ours} AND NOT is_done"
        )
        if any(row["failed"] for row in under_way):
            await self._store.query(f"KILL MUTATION{layout.on_cluster} WHERE {ours} FORMAT Null")
            raise EngineError(next(row["failed"] for row in under_way if row["failed"]))
        return bool(under_way)

    async def _newest_blocks(self) -> list[Row]:
        """Each day's newest insert, summed over shards: it tells whether something came since."""
        layout = self._layout
        return await self._store.query(
            "SELECT partition, sum(newest) AS block FROM (SELECT partition, max(max_block_number) AS newest"
            f" FROM {layout.everywhere('parts')} WHERE active AND database = '{layout.database}'"
            f" AND table = '{layout.kept('spans')}' AND rows > 0 GROUP BY partition, hostName())"
            " GROUP BY partition ORDER BY partition"
        )


def _theirs(doomed: str, day: date) -> str:
    """Condition: a span of a trace in that table, which does not matter by itself."""
    return f"trace_id IN (SELECT trace_id FROM {doomed} WHERE day = '{day}') AND NOT {MATTERS}"
