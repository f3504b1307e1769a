"""GET /traces/{trace_id}: a trace with all its spans, and with the traces that make one story with it (linked.py).

A bounded number of spans; if there are more, this trace's own come first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final

import orjson

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.linked import linked_traces
from fleaglass.hub.api.listing import summaries
from fleaglass.hub.api.open_work import still_open
from fleaglass.hub.api.sql import BY_ID, Bindings, trace_ids
from fleaglass.hub.api.trace_shapes import TraceDetail
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.spans import SELECT, Resources

__all__ = ["MOST_SPANS", "encoded_trace", "parse_trace_id"]

MOST_SPANS: Final = 50_000  # what the waterfall can hold, and about 75 MB of JSON

_HEX: Final = re.compile(r"[0-9a-fA-F]{1,32}")


def parse_trace_id(text: str) -> str:
    """32 lower-case hex digits; leading zeros may have been dropped, as some tools do. Raises Problem."""
    if _HEX.fullmatch(text):
        return text.lower().rjust(32, "0")
    raise bad_filter("trace_id", "1 to 32 hex digits", text, "Leading zeros may be left out.")


async def encoded_trace(store: Store, trace_id: str, most: int = MOST_SPANS) -> bytes:
    """The TraceDetail of a trace, with at most so many spans, as JSON.

    Raises Problem when the trace has no spans, and EngineError.
    """
    linked = await linked_traces(store, trace_id)
    ids = [trace_id, *linked.story]
    found, rows, sizes = await asyncio.gather(
        summaries(store, [trace_id]),
        _rows(store, ids, most),
        _sizes(store, [*ids, *(each.trace_id for each in linked.decisions)]),
    )
    if not found:
        hint = "It may not have arrived yet: agents send a span when it ends, or has been open for a while."
        raise Problem(404, "trace_not_found", f"there is no trace {trace_id}", hint)
    agent = found[0]["agent"]
    previous = linked.decision(agent, after=False)
    # Thousands of spans take a while to put into words, and the event loop has others to serve.
    spans, resources = await asyncio.to_thread(_encode, rows)
    detail: TraceDetail = {
        "trace_id": trace_id,
        "summary": found[0],
        "spans": spans,  # type: ignore[typeddict-item]  # encoded one by one: see _encode
        "traces": [each for each in ids if each in sizes],
        "previous": previous if previous in sizes else None,
        "next": linked.decision(agent, after=True),
        "resources": resources.attributes(),
        "shown": len(rows),
        "total": sum(sizes.get(each, 0) for each in ids),
    }
    return orjson.dumps(detail)


async def _rows(store: Store, ids: Sequence[str], most: int) -> list[Row]:
    """The span rows of these traces by start time; if they are too many, the first trace's earliest."""
    bind = Bindings()
    own = f"s.trace_id = toFixedString(unhex({bind('String', ids[0])}), 16)"
    these = trace_ids(bind, ids)
    every = (
        f"SELECT {SELECT}, {own} AS own, 0 AS is_open FROM spans AS s FINAL WHERE {these} UNION ALL"
        f" SELECT {SELECT}, {own} AS own, 1 AS is_open FROM {still_open(these)}"
    )
    kept = f"SELECT * FROM ({every}) ORDER BY own DESC, start_ns, span_id LIMIT {bind('UInt32', most)}"
    sql = f"SELECT * FROM ({kept}) ORDER BY start_ns, own DESC, span_id{BY_ID}"
    return await store.query(sql, bind.values)


async def _sizes(store: Store, ids: Sequence[str]) -> dict[str, int]:
    """How many spans these traces have; those without any are left out."""
    bind = Bindings()
    these = trace_ids(bind, ids)
    every = (
        f"SELECT s.trace_id AS id FROM spans AS s FINAL WHERE {these} UNION ALL"
        f" SELECT s.trace_id AS id FROM {still_open(these)}"
    )
    sql = f"SELECT lower(hex(id)) AS trace_id, count() AS spans FROM ({every}) GROUP BY id{BY_ID}"
    return {row["trace_id"]: row["spans"] for row in await store.query(sql, bind.values)}


def _encode(rows: Sequence[Row]) -> tuple[list[orjson.Fragment], Resources]:
    """Each span as JSON at once: a list of 50,000 spans as Python objects would keep the garbage collector busy."""
    resources = Resources()
    return [orjson.Fragment(orjson.dumps(resources.span(row))) for row in rows], resources
