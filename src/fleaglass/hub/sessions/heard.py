"""When each agent last sent a span, ended or open: one of its signs of life."""

from __future__ import annotations

from typing import Final

from fleaglass.hub.sessions.silence import LastHeard
from fleaglass.hub.store import Store

__all__ = ["last_heard"]

_LAST_HEARD: Final = """
    SELECT agent, environment, max(heard) AS heard_ns FROM (
      SELECT agent, environment, max(toUnixTimestamp64Nano(start_time) + duration_ns) AS heard
      FROM spans WHERE start_time >= fromUnixTimestamp64Nano({since:Int64}, 'UTC') GROUP BY agent, environment
      UNION ALL
      SELECT agent, environment, max(toInt64(toUnixTimestamp(seen)) * 1000000000) AS heard
      FROM open_spans GROUP BY agent, environment)
    WHERE agent != '' GROUP BY agent, environment"""
_FOR_NS: Final = 24 * 3600 * 1_000_000_000
"""Long enough: an agent that has sessions is also known by its heartbeats, however old they are."""


async def last_heard(store: Store, now_ns: int) -> LastHeard:
    """For `silence.tick`. Raises EngineError."""
    rows = await store.query(_LAST_HEARD, {"since": now_ns - _FOR_NS})
    return {(row["agent"], row["environment"]): row["heard_ns"] for row in rows}
