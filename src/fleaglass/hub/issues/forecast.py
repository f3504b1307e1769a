"""How many events an hour may have before an archived issue escalates, from what it counted in the week before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from fleaglass.hub.issues.counting import HOUR_NS, events_in_hours, hour_of
from fleaglass.hub.issues.escalation import WEEK_HOURS, WEEK_NS, hourly_limit

__all__ = ["limits"]


def limits(connection: Connection, rows: Mapping[int, Mapping[str, Any]], now_ns: int) -> dict[int, float]:
    """The limit of each of these issues, rows of `issues` by id, for the hour of `now_ns`."""
    hour = hour_of(now_ns)
    counts = events_in_hours(connection, rows, hour - WEEK_HOURS, hour - 1)
    return {issue: _limit(counts[issue], row["first_seen_ns"], now_ns) for issue, row in rows.items()}


def _limit(counts: Counter[int], first_seen_ns: int, now_ns: int) -> float:
    hour, age_ns = hour_of(now_ns), max(0, now_ns - first_seen_ns)
    hours = WEEK_HOURS if age_ns >= WEEK_NS else age_ns // HOUR_NS + 1
    return hourly_limit([counts[earlier] for earlier in range(hour - hours, hour)], age_ns=age_ns)
