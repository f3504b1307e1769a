"""What an issue's events have in common and what not: their tags, and how often each value."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from fleaglass.hub.api.issue_rows import among_latest
from fleaglass.hub.api.issue_shapes import TagSummary
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.store import Store

__all__ = ["tags_of"]

_LATEST: Final = 10_000
_VALUES: Final = 10
_NAMED: Final = ("release", "environment", "level", "server_name", "transaction")
"""Columns that are shown like tags, where no tag has that name."""


async def tags_of(store: Store, of: Collection[GroupKey]) -> list[TagSummary]:
    """By name, of the latest 10,000 events of these groups. Raises EngineError."""
    if not of:
        return []
    bind = Bindings()
    named = ", ".join(f"'{name}', toString(e.{name})" for name in _NAMED)
    latest = (
        f"SELECT mapUpdate(mapFilter((k, v) -> v != '', map({named})), mapApply((k, v) -> (toString(k), v), e.tags))"
        f" AS tags FROM events AS e WHERE {among_latest(bind, of, _LATEST)}"
        f" ORDER BY e.time DESC LIMIT 1 BY e.event_id LIMIT {_LATEST}"
    )
    sql = f"""
        SELECT key, sum(n) AS events, count() AS distinct, groupArraySorted({_VALUES})((-n, value)) AS top
        FROM (SELECT tag.1 AS key, tag.2 AS value, toInt64(count()) AS n
          FROM (SELECT arrayJoin(mapApply((k, v) -> (k, v), tags)::Array(Tuple(String, String))) AS tag FROM ({latest}))
          GROUP BY key, value)
        GROUP BY key ORDER BY key"""
    return [
        {
            "key": row["key"],
            "events": row["events"],
            "distinct": row["distinct"],
            "values": [
                {"value": value, "events": -less, "percent": round(-less / row["events"] * 100, 1)}
                for less, value in row["top"]
            ],
        }
        for row in await store.query(sql, bind.values)
    ]
