"""How many users an issue had, hour by hour."""

from __future__ import annotations

from collections.abc import Collection

from fleaglass.hub.api.issue_rows import HOURS, in_groups
from fleaglass.hub.api.sql import Bindings, between
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.issues.counting import HOUR_NS, hour_of
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.store import Store

__all__ = ["users_hourly"]


async def users_hourly(store: Store, of: Collection[GroupKey], now_ns: int) -> list[int]:
    """Users in each of the last 24 hours, the present one last. Raises EngineError."""
    first = hour_of(now_ns) - HOURS + 1
    if not of:
        return [0] * HOURS
    bind = Bindings()
    time = between(bind, TimeRange(first * HOUR_NS, (first + HOURS) * HOUR_NS), "e.time")
    sql = (
        "SELECT intDiv(toUnixTimestamp(e.time), 3600) AS hour, uniqExact(e.user) AS users FROM events AS e"
        f" WHERE {' AND '.join([in_groups(bind, of), *time])} AND e.user != '' GROUP BY hour"
    )
    users = {row["hour"]: row["users"] for row in await store.query(sql, bind.values)}
    return [users.get(hour, 0) for hour in range(first, first + HOURS)]
