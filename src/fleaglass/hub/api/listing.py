"""GET /traces: which traces, how many of each outcome, one page of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from fleaglass.hub.api import cursor
from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.summaries import aggregate, aggregate_open, earned, stages, summarise, with_open
from fleaglass.hub.api.trace_shapes import Counts, TracePage, TraceSummary
from fleaglass.hub.api.traces import count_and_page, page_of
from fleaglass.hub.store import Row, Store

__all__ = ["list_traces", "summaries"]

T = TypeVar("T")


async def list_traces(store: Store, filters: Filters) -> TracePage:
    """The page that the filters ask for. Raises EngineError."""
    bind = Bindings()
    sql = count_and_page(filters, bind)
    page = page_of(await store.query(sql, bind.values), filters)
    found = await summaries(store, [place.trace_id.hex() for place in page.places])
    return {
        "traces": found,
        "next_cursor": None if page.next is None else cursor.encode(page.next),
        "counts": cast(Counts, page.counts),
    }


async def summaries(store: Store, ids: Sequence[str]) -> list[TraceSummary]:
    """The summaries of these traces (32 hex digits), in this order; those without spans are left out."""
    rows = await _rows(store, ids)
    retelling = [row["trace_id"] for row in rows if row["retells"]]
    told, found = await asyncio.gather(_asked(store, earned, retelling), _asked(store, stages, rows))
    pnl: dict[str, int | None] = {row["trace_id"]: row["pnl"] for row in (*rows, *told)}
    children: dict[str, list[Row]] = defaultdict(list)
    for child in found:
        children[child["trace_id"]].append(child)
    by_id = {row["trace_id"]: summarise(row, pnl[row["trace_id"]], children[row["trace_id"]]) for row in rows}
    return [by_id[trace_id] for trace_id in ids if trace_id in by_id]


async def _rows(store: Store, ids: Sequence[str]) -> list[Row]:
    """Of what has ended, and of what is open."""
    ended, still = await asyncio.gather(_asked(store, aggregate, ids), _asked(store, aggregate_open, ids))
    rows = {row["trace_id"]: row for row in ended}
    for row in still:
        trace_id = row["trace_id"]
        rows[trace_id] = with_open(rows[trace_id], row) if trace_id in rows else row
    return list(rows.values())


async def _asked(store: Store, question: Callable[[Sequence[T], Bindings], str], of: Sequence[T]) -> list[Row]:
    """The answer to a question about some traces; about none there is none to ask."""
    bind = Bindings()
    return await store.query(question(of, bind), bind.values) if of else []
