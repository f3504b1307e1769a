"""GET /traces: which traces, how many of each outcome, one page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from fleaglass.hub.api import cursor
from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.summaries import aggregate, stages, summarise
from fleaglass.hub.api.trace_shapes import Counts, TracePage, TraceSummary
from fleaglass.hub.api.traces import count_and_page, page_of
from fleaglass.hub.store import Row, Store

__all__ = ["list_traces", "summaries"]


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
    if not ids:
        return []
    bind = Bindings()
    rows = await store.query(aggregate(ids, bind), bind.values)
    if not rows:
        return []
    bind = Bindings()
    children: dict[str, list[Row]] = defaultdict(list)
    for child in await store.query(stages(rows, bind), bind.values):
        children[child["trace_id"]].append(child)
    by_id = {row["trace_id"]: summarise(row, children[row["trace_id"]]) for row in rows}
    return [by_id[trace_id] for trace_id in ids if trace_id in by_id]
