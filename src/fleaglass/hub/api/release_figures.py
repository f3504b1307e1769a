"""What the store tells of releases in a range: who ran them, what went wrong, what they earned, how long things took.

figures       agents, active hours and error events; money from the facts of /performance, so that pages agree
operations    spans by name: how many, how many failed, how long they took
pairs         the same of two releases side by side
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.api.money import basis_points, from_fixed
from fleaglass.hub.api.performance_facts import facts
from fleaglass.hub.api.performance_groups import DIMENSIONS
from fleaglass.hub.api.performance_parameters import PerformanceQuery
from fleaglass.hub.api.release_parameters import Span
from fleaglass.hub.api.release_shapes import Money, Operation
from fleaglass.hub.api.sql import START_NS, Bindings, between, columns, first_of_each_span, where
from fleaglass.hub.store import Row, Store

__all__ = ["Figures", "Pair", "figures", "operations", "pairs"]

_HOUR_NS: Final = 3_600_000_000_000
_MOST_NAMES: Final = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one release in the range.

    Attributes:
        agents: who sent anything of it, by name.
        hours: hours since 1970 in which anything of it happened.
        events: events of the level error or fatal.
        money: what it earned.
        net_squares: the squares of each decision's net result in USD, added up.
        slippage_sum: basis points, added up; `slippage_squares` likewise.
    """

    agents: frozenset[str]
    hours: frozenset[int]
    events: int
    money: Money
    net_squares: float
    slippage_sum: float
    slippage_squares: float


_SUMS: Final = {
    "earned": "sum(ifNull(f.pnl, 0))",
    "paid": "sum(ifNull(f.fee, 0))",
    "cycles": "sum(f.cycle)",
    "orders": "sum(f.ordered)",
    "slipped": "count(f.bps)",
    "bps": "sum(ifNull(f.bps, 0))",
    "bps_squares": "sum(ifNull(f.bps * f.bps, 0))",
    "cost": "sum(ifNull(f.cost, 0))",
}
"""Of the facts of one decision; those of many are added up."""

_NET_USD: Final = "toFloat64(t.earned - t.paid) / 1e8"
_NOTHING: Final[Row] = {"agents": (), "hours": (), "events": 0}
_NOTHING_EARNED: Final[Row] = {**dict.fromkeys(_SUMS, 0), "net_squares": 0}


async def figures(store: Store, versions: Collection[str], span: Span) -> dict[str, Figures]:
    """The figures of each of the releases. Raises EngineError."""
    if not versions:
        return {}
    ran, failed, earned = await asyncio.gather(
        _rows(store, _heard, versions, span),
        _rows(store, _failed, versions, span),
        _rows(store, _earned, versions, span),
    )
    return {
        version: _figures(
            ran.get(version, _NOTHING), failed.get(version, _NOTHING), earned.get(version, _NOTHING_EARNED)
        )
        for version in versions
    }


async def operations(store: Store, version: str, span: Span) -> list[Operation]:
    """The spans of a release by name, the busiest first. Raises EngineError."""
    bind = Bindings()
    sql = (
        "SELECT name, count() AS count, countIf(failed) AS errors, quantilesExact(0.5, 0.95)(lasted_ns) AS quantiles"
        f" FROM ({_durations(bind, span, (version,))}) GROUP BY name ORDER BY count DESC, name LIMIT {_MOST_NAMES}"
    )
    return [found for row in await store.query(sql, bind.values) if (found := _operation(row)) is not None]


@dataclass(frozen=True, slots=True)
class Pair:
    """The spans of one name of two releases. `beyond` is how many took longer than 95 % of those of the first."""

    name: str
    a: Operation | None
    b: Operation | None
    beyond_a: int
    beyond_b: int


async def pairs(store: Store, a: str, b: str, span: Span) -> list[Pair]:
    """The spans of two releases side by side, by name. Raises EngineError."""
    bind = Bindings()
    of = {"a": f"release = {bind('String', a)}", "b": f"release = {bind('String', b)}"}
    spans = _durations(bind, span, (a, b))
    slow = f"SELECT name, quantileExactIf(0.95)(lasted_ns, {of['a']}) AS slow_ns FROM ({spans}) GROUP BY name"
    told = ", ".join(
        f"countIf({condition}) AS count_{side}, countIf({condition} AND failed) AS errors_{side},"
        f" quantilesExactIf(0.5, 0.95)(lasted_ns, {condition}) AS quantiles_{side},"
        f" countIf({condition} AND lasted_ns > slow_ns) AS beyond_{side}"
        for side, condition in of.items()
    )
    sql = (
        f"SELECT d.name AS name, {told} FROM ({spans}) AS d INNER JOIN ({slow}) AS q ON d.name = q.name"
        f" GROUP BY name ORDER BY count_a + count_b DESC, name LIMIT {_MOST_NAMES}"
    )
    rows = await store.query(sql, bind.values)
    return [
        Pair(row["name"], _operation(row, "_a"), _operation(row, "_b"), row["beyond_a"], row["beyond_b"])
        for row in sorted(rows, key=lambda row: str(row["name"]))
    ]


async def _rows(
    store: Store, question: Callable[[Bindings, Collection[str], Span], str], versions: Collection[str], span: Span
) -> dict[str, Row]:
    bind = Bindings()
    return {row["version"]: row for row in await store.query(question(bind, versions, span), bind.values)}


def _heard(bind: Bindings, versions: Collection[str], span: Span) -> str:
    hours = f"groupUniqArray(intDiv({START_NS}, {_HOUR_NS})) AS hours"
    return (
        f"SELECT s.release AS version, groupUniqArray(s.agent) AS agents, {hours} FROM spans AS s"
        f"{where(_conditions(bind, span, versions))} GROUP BY version"
    )


def _failed(bind: Bindings, versions: Collection[str], span: Span) -> str:
    hours = f"groupUniqArray(intDiv(toUnixTimestamp64Nano(s.time), {_HOUR_NS})) AS hours"
    events = "uniqExactIf(s.event_id, s.level IN ('error', 'fatal')) AS events"
    return (
        f"SELECT s.release AS version, groupUniqArrayIf(s.agent, s.agent != '') AS agents, {hours}, {events}"
        f" FROM events AS s{where(_conditions(bind, span, versions, 's.time'))} GROUP BY version"
    )


def _earned(bind: Bindings, versions: Collection[str], span: Span) -> str:
    """SQL: _SUMS of each release; decision by decision first, for the squares."""
    query = PerformanceQuery(time=span.time, by_name="release", by=DIMENSIONS["release"], environment=span.environment)
    keys = bind("Array(String)", [f"={version}" for version in versions])
    by_trace = (
        f"SELECT f.key AS version_key, f.trace_id AS trace_id, {columns(_SUMS)} FROM ({facts(query, bind)}) AS f"
        f" WHERE f.key IN {keys} GROUP BY version_key, trace_id"
    )
    totals = columns({name: f"sum(t.{name})" for name in _SUMS} | {"net_squares": f"sum(pow({_NET_USD}, 2))"})
    return f"SELECT substring(t.version_key, 2) AS version, {totals} FROM ({by_trace}) AS t GROUP BY version"


def _durations(bind: Bindings, span: Span, versions: Collection[str]) -> str:
    """SQL: (name, release, failed, lasted_ns) of each span."""
    told = {"name": "s.name", "release": "s.release", "failed": "s.status_code = 2", "lasted_ns": "s.duration_ns"}
    return first_of_each_span([columns(told)], _conditions(bind, span, versions))


def _conditions(bind: Bindings, span: Span, versions: Collection[str], time: str = "s.start_time") -> list[str]:
    """Conditions: what the releases sent, in the range and the environment."""
    conditions = [*between(bind, span.time, time), f"s.release IN {bind('Array(String)', list(versions))}"]
    if span.environment is not None:
        conditions.append(f"s.environment = {bind('String', span.environment)}")
    return conditions


def _figures(ran: Row, failed: Row, earned: Row) -> Figures:
    slipped, net = earned["slipped"], earned["earned"] - earned["paid"]
    return Figures(
        agents=frozenset((*ran["agents"], *failed["agents"])),
        hours=frozenset((*ran["hours"], *failed["hours"])),
        events=failed["events"],
        money={
            "net_usd": from_fixed(net),
            "pnl_usd": from_fixed(earned["earned"]),
            "fees_usd": from_fixed(earned["paid"]),
            "cycles": earned["cycles"],
            "orders": earned["orders"],
            "slipped": slipped,
            "slippage_mean_bps": basis_points(earned["bps"] / slipped) if slipped else None,
            "slippage_cost_usd": from_fixed(earned["cost"], 16),
        },
        net_squares=earned["net_squares"],
        slippage_sum=earned["bps"],
        slippage_squares=earned["bps_squares"],
    )


def _operation(row: Row, side: str = "") -> Operation | None:
    if not row[f"count{side}"]:
        return None
    p50_ns, p95_ns = row[f"quantiles{side}"]
    return {
        "name": row["name"],
        "count": row[f"count{side}"],
        "errors": row[f"errors{side}"],
        "p50_ns": p50_ns,
        "p95_ns": p95_ns,
    }
