"""Who there is: services, the names of their spans, and which service calls which."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Store

__all__ = ["dependencies", "operations", "services"]


async def services(store: Store, time: TimeRange) -> list[str]:
    """The services that have sent spans. Raises EngineError."""
    bind = Bindings()
    sql = f"SELECT DISTINCT s.service AS name FROM spans AS s{where(between(bind, time))} ORDER BY name"
    return [row["name"] for row in await store.query(sql, bind.values) if row["name"]]


async def operations(store: Store, service: str, time: TimeRange) -> list[str]:
    """The names of a service's spans. Raises EngineError."""
    bind = Bindings()
    theirs = where([*between(bind, time), f"s.service = {bind('String', service)}"])
    sql = f"SELECT DISTINCT s.name AS name FROM spans AS s{theirs} ORDER BY name"
    return [row["name"] for row in await store.query(sql, bind.values)]


async def dependencies(store: Store, time: TimeRange) -> list[dict[str, Any]]:
    """{"parent", "child", "callCount"}: spans whose parent belongs to another service. Raises EngineError."""
    bind = Bindings()
    within = where(between(bind, time))
    columns = "s.trace_id AS trace_id, s.span_id AS span_id, s.parent_span_id AS above, s.service AS service"
    sql = (
        "SELECT p.service AS parent, c.service AS child, count() AS callCount"
        f" FROM (SELECT {columns} FROM spans AS s FINAL{within}) AS c"
        f" JOIN (SELECT {columns} FROM spans AS s FINAL{within}) AS p"
        " ON c.trace_id = p.trace_id AND c.above = p.span_id"
        " WHERE parent != child GROUP BY parent, child ORDER BY parent, child"
    )
    return await store.query(sql, bind.values)
