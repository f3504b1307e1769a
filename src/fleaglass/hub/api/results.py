"""The traces behind a group of results: those whose facts Performance counts there, so that the two cannot disagree."""

from __future__ import annotations

from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.performance_facts import facts
from fleaglass.hub.api.performance_parameters import PerformanceQuery
from fleaglass.hub.api.sql import Bindings

__all__ = ["behind"]


def behind(filters: Filters, bind: Bindings) -> list[str]:
    """Conditions on `s.trace_id`: something was earned, paid or ordered in the group that the filters name, if any."""
    if filters.result is None:
        return []
    query = PerformanceQuery(
        time=filters.time,
        by=filters.result.by,
        agent=filters.agent,
        asset=filters.asset,
        attributes=filters.attributes,
    )
    key = bind("String", "" if filters.result.key is None else f"={filters.result.key}")
    found = facts(query, bind, ["money", "ordered"])
    return [f"s.trace_id IN (SELECT trace_id FROM ({found}) WHERE key = {key})"]
