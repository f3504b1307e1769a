"""The disk cap: how much the store takes, and what goes when it is more than it may be.

    below 80 %   ok         80 % and more   warning        above the cap   full, until enough is gone

Over the cap whole days go, oldest first and the cheapest class first: idle cycles, ordinary traces, logs, metrics,
attachments, events of issues, and money only when nothing else is left. The present day stays. What went is written to
`dropped`, for the status page.

Counted is what the engine holds in parts that are in use: a dropped part is no longer in use at once, whereas its files
go a moment later, and counting those would drop the next day for nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Final, Literal, NamedTuple

from fleaglass.hub.store.retention import Thinner
from fleaglass.hub.store.store import Store

__all__ = ["Dropped", "Kind", "Level", "Told", "dropped_of_late", "level", "shrink", "stored_bytes"]

Level = Literal["ok", "warning", "full"]
Kind = Literal["idle", "ordinary", "logs", "metrics", "attachments", "events", "money"]

WARN_AT: Final = 0.8
SHOWN: Final = 50
_TABLES: Final[tuple[tuple[Kind, str], ...]] = (
    ("logs", "logs"),
    ("metrics", "metrics"),
    ("attachments", "attachments"),
    ("events", "events"),
    ("money", "spans"),
)
"""What is dropped by whole days once thinning frees nothing more, and its table."""


class Dropped(NamedTuple):
    """A class of one day that the cap took. `bytes` is what the day takes less than before."""

    kind: Kind
    day: date
    rows: int
    bytes: int


class Told(NamedTuple):
    """What was dropped, and when, in Unix seconds."""

    time_s: int
    what: Dropped


def level(held_bytes: int, cap_bytes: int | None) -> Level:
    """How near the cap is; without one all is well."""
    if cap_bytes is None or held_bytes < WARN_AT * cap_bytes:
        return "ok"
    return "warning" if held_bytes <= cap_bytes else "full"


async def stored_bytes(store: Store) -> int:
    """What the store's tables take on disk. Raises EngineError."""
    [row] = await store.query(f"SELECT sum(bytes_on_disk) AS bytes FROM {_parts(store)}")
    return int(row["bytes"])


async def shrink(store: Store, thinner: Thinner, cap_bytes: int, today: date) -> AsyncIterator[Dropped]:
    """Drop until the store fits below its cap, telling each thing once it is gone and written down.

    Raises EngineError.
    """
    if await stored_bytes(store) <= cap_bytes:
        return
    async for gone in _cheapest_first(store, thinner, today):
        await store.query(
            "INSERT INTO dropped SELECT now(), {kind:String}, {day:Date}, {rows:UInt64}, {bytes:Int64}", gone._asdict()
        )
        yield gone
        if await stored_bytes(store) <= cap_bytes:
            return


async def dropped_of_late(store: Store) -> list[Told]:
    """What was dropped last, newest first. Raises EngineError."""
    rows = await store.query(
        f"SELECT toUnixTimestamp(time) AS s, * FROM dropped ORDER BY time DESC, day DESC LIMIT {SHOWN}"
    )
    return [Told(row["s"], Dropped(row["kind"], row["day"], row["rows"], row["bytes"])) for row in rows]


async def _cheapest_first(store: Store, thinner: Thinner, today: date) -> AsyncIterator[Dropped]:
    await thinner.finish()
    for kind in ("idle", "ordinary"):
        for day in [day for day in await thinner.days() if day < today]:
            before = (await _days(store, "spans")).get(day, (0, 0))[1]
            if thinned := await thinner.thin_day(kind, day):
                after = (await _days(store, "spans")).get(day, (0, 0))[1]
                yield Dropped(kind, day, thinned.rows, before - after)
    for kind, table in _TABLES:
        for day, (rows, size) in (await _days(store, table)).items():
            if day < today:
                kept = f"{store.layout.kept(table)}{store.layout.on_cluster}"
                await store.query(f"ALTER TABLE {kept} DROP PARTITION '{day}'")
                yield Dropped(kind, day, rows, size)


async def _days(store: Store, table: str) -> dict[date, tuple[int, int]]:
    """Rows and bytes of a table's days, oldest first."""
    rows = await store.query(
        f"SELECT toDate(partition) AS day, sum(rows) AS held, sum(bytes_on_disk) AS bytes FROM {_parts(store)}"
        " AND table = {table:String} AND rows > 0 GROUP BY day ORDER BY day",
        {"table": store.layout.kept(table)},
    )
    return {row["day"]: (row["held"], row["bytes"]) for row in rows}


def _parts(store: Store) -> str:
    """The store's parts that are in use; on a cluster one replica of each shard."""
    return f"{store.layout.everywhere('parts')} WHERE active AND database = '{store.layout.database}'"
