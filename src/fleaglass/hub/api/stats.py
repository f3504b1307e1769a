"""GET /stats: how a time range went, step by step and as a whole.

Four questions, asked side by side: how traces ended, how orders fared, what was earned and paid, what is in flight.
Whatever a span tells is counted at the span's own time; a trace at its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from fleaglass.hub.api.earnings import earnings
from fleaglass.hub.api.exposure import exposure
from fleaglass.hub.api.filters import AGENT, Filters
from fleaglass.hub.api.match import around
from fleaglass.hub.api.money import basis_points, from_fixed
from fleaglass.hub.api.orders import orders
from fleaglass.hub.api.outcome import OUTCOMES, Facts, outcome
from fleaglass.hub.api.parameters import Parameter, given, text
from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.stats_shapes import Stats, StatsPoint, StatsTotals
from fleaglass.hub.api.steps import step_seconds, steps
from fleaglass.hub.api.times import SECOND_NS, TIME_PARAMETERS, TimeRange, closed_range
from fleaglass.hub.api.trace_shapes import OutcomeCounts
from fleaglass.hub.api.traces import FACTS, traces
from fleaglass.hub.store import Row, Store

__all__ = ["STATS_PARAMETERS", "StatsQuery", "parse_stats", "stats"]

DEFAULT_NS: Final = 3600 * SECOND_NS

STATS_PARAMETERS: Final[tuple[Parameter, ...]] = (*TIME_PARAMETERS, AGENT)


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """What is asked: a range with two ends, and perhaps one agent."""

    time: TimeRange
    agent: str | None


def parse_stats(pairs: Iterable[tuple[str, str]], now_ns: int) -> StatsQuery:
    """The question in a query string; the last hour where it names no time. Raises Problem."""
    found = given(pairs, STATS_PARAMETERS)
    return StatsQuery(closed_range(found, now_ns, DEFAULT_NS), text(found, "agent"))


async def stats(store: Store, query: StatsQuery) -> Stats:
    """The answer. Raises EngineError."""
    step_s = step_seconds(query.time)
    ended, ordered, earned, flying = await asyncio.gather(
        _ended(store, query, step_s),
        _ordered(store, query, step_s),
        _earned(store, query, step_s),
        _flying(store, query),
    )
    by_step = _Steps(ended, _by_step(row for row in ordered if not row["whole"]), _by_step(earned))
    whole = next(row for row in ordered if row["whole"])
    totals: StatsTotals = {
        "cycles": sum(row["traces"] for row in ended if row["cycle"]),
        "counts": _counts(ended),
        "pnl_usd": from_fixed(sum(row["pnl"] for row in earned)),
        "fees_usd": from_fixed(sum(row["fees"] for row in earned)),
        "closed": sum(row["closed"] for row in earned),
        "p50_ns": _quantile(whole, 0),
        "p99_ns": _quantile(whole, 1),
        "median_slippage_bps": _median(whole),
        "slippage_cost_usd": from_fixed(whole["cost"] or 0, 16),
        "in_flight": flying["in_flight"],
        "exposed_usd": from_fixed(flying["exposed"] or 0, 16),
    }
    points = [by_step.point(begin, begin // (step_s * SECOND_NS)) for begin in steps(query.time, step_s)]
    return {
        "from_ns": str(query.time.from_ns),
        "to_ns": str(query.time.to_ns),
        "step_s": step_s,
        "points": points,
        "totals": totals,
    }


@dataclass(frozen=True, slots=True)
class _Steps:
    """What is known of each step, by its number since 1970."""

    ended: Sequence[Row]
    ordered: dict[int, Row]
    earned: dict[int, Row]

    def point(self, begin_ns: int, step: int) -> StatsPoint:
        order, earning = self.ordered.get(step), self.earned.get(step)
        return {
            "t_ns": str(begin_ns),
            "counts": _counts(row for row in self.ended if row["step"] == step),
            "p50_ns": _quantile(order, 0),
            "p99_ns": _quantile(order, 1),
            "pnl_usd": "0" if earning is None else from_fixed(earning["pnl"]),
            "fees_usd": "0" if earning is None else from_fixed(earning["fees"]),
            "slippage_bps": _median(order),
        }


async def _ended(store: Store, query: StatsQuery, step_s: int) -> list[Row]:
    bind = Bindings()
    source = traces(Filters(time=query.time, agent=query.agent), bind)
    sql = (
        f"SELECT intDiv(start_ns, {step_s * SECOND_NS}) AS step, cycle, {FACTS}, count() AS traces"
        f" FROM ({source}) GROUP BY step, cycle, {FACTS}"
    )
    return await store.query(sql, bind.values)


async def _ordered(store: Store, query: StatsQuery, step_s: int) -> list[Row]:
    bind = Bindings()
    return await store.query(orders(_spans(query, bind), step_s), bind.values)


async def _earned(store: Store, query: StatsQuery, step_s: int) -> list[Row]:
    bind = Bindings()
    # A cycle's operations may lie past the end of the range; without them it would count as the only one to tell.
    told = earnings(_spans(replace(query, time=around(query.time)), bind))
    first, last = bind("Int64", query.time.from_ns), bind("Int64", query.time.to_ns)
    sql = (
        f"SELECT intDiv(start_ns, {step_s * SECOND_NS}) AS step, sum(ifNull(e.pnl, 0)) AS pnl, count(e.pnl) AS closed,"
        f" sum(ifNull(e.fee, 0)) AS fees FROM ({told}) AS e"
        f"{where([f'start_ns >= {first}', f'start_ns < {last}'])} GROUP BY step"
    )
    return await store.query(sql, bind.values)


async def _flying(store: Store, query: StatsQuery) -> Row:
    bind = Bindings()
    return (await store.query(exposure(query.time, query.agent, bind), bind.values))[0]


def _spans(query: StatsQuery, bind: Bindings) -> list[str]:
    """Conditions: the agent's spans in the range."""
    conditions = between(bind, query.time)
    if query.agent is not None:
        conditions.append(f"s.agent = {bind('String', query.agent)}")
    return conditions


def _by_step(rows: Iterable[Row]) -> dict[int, Row]:
    return {row["step"]: row for row in rows}


def _counts(rows: Iterable[Row]) -> OutcomeCounts:
    counts = dict.fromkeys(OUTCOMES, 0)
    for row in rows:
        counts[outcome(Facts(*(row[name] for name in Facts._fields)))] += row["traces"]
    return cast(OutcomeCounts, counts)


def _quantile(row: Row | None, which: int) -> int | None:
    return max(0, row["quantiles"][which]) if row is not None and row["executed"] else None


def _median(row: Row | None) -> float | None:
    return basis_points(row["slippage"]) if row is not None and row["slipped"] else None
