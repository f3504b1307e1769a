"""GET /traces/{trace_id}: a trace with all its spans, and with the traces that are linked to it.

    spans ──links──▶ other traces        this trace was handed work by, or hands work to, another
    spans ◀──links── other traces        and the other way round
    spans ──escrow── other traces        the same, where a venue dropped the context: both sides name the escrow

One step in either direction, a bounded number of traces and of spans; this trace's own come first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final

import orjson

from fleaglass import semconv
from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.listing import summaries
from fleaglass.hub.api.sql import BY_ID, Bindings, trace_ids
from fleaglass.hub.api.trace_shapes import TraceDetail
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.spans import SELECT, Resources

__all__ = ["MOST_SPANS", "encoded_trace", "parse_trace_id"]

MOST_SPANS: Final = 50_000  # what the waterfall can hold, and about 75 MB of JSON
MOST_LINKED: Final = 32

_HANDS_OVER: Final = (
    semconv.SPAN_AGENT_A_CREATE_TASK,
    semconv.SPAN_AGENT_B_TASK_EXECUTION,
    semconv.SPAN_PF_ESCROW_CREATE,
)
"""Spans at the two ends of a hand-off. Others name the escrow too, but their traces tell other stories."""

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
    ids = [trace_id, *await _linked(store, trace_id)]
    found, rows, (total, present) = await asyncio.gather(
        summaries(store, [trace_id]), _rows(store, ids, most), _extent(store, ids)
    )
    if not found:
        hint = "It may not have arrived yet: agents send a span when it ends."
        raise Problem(404, "trace_not_found", f"there is no trace {trace_id}", hint)
    # Thousands of spans take a while to put into words, and the event loop has others to serve.
    spans, resources = await asyncio.to_thread(_encode, rows)
    detail: TraceDetail = {
        "trace_id": trace_id,
        "summary": found[0],
        "spans": spans,  # type: ignore[typeddict-item]  # encoded one by one: see _encode
        "traces": [each for each in ids if each in present],
        "resources": resources.attributes(),
        "shown": len(rows),
        "total": total,
    }
    return orjson.dumps(detail)


async def _linked(store: Store, trace_id: str) -> list[str]:
    """The ids of traces that this one links to, then of those that link to it or share an escrow with it."""
    bind = Bindings()
    mine = f"toFixedString(unhex({bind('String', trace_id)}), 16)"
    hands_over = f"s.name IN ({', '.join(bind('String', name) for name in _HANDS_OVER)}) AND isNotNull(s.pf_escrow_id)"
    sql = f"""
        SELECT other, min(incoming) AS incoming FROM (
          SELECT lower(hex(arrayJoin(s.links.trace_id))) AS other, 0 AS incoming FROM spans AS s
            WHERE s.trace_id = {mine}
          UNION ALL
          SELECT lower(hex(s.trace_id)) AS other, 1 AS incoming FROM spans AS s
            WHERE has(s.links.trace_id, unhex({bind("String", trace_id)}))
          UNION ALL
          SELECT lower(hex(s.trace_id)) AS other, 1 AS incoming FROM spans AS s
            WHERE {hands_over}
              AND s.pf_escrow_id IN (SELECT s.pf_escrow_id FROM spans AS s WHERE s.trace_id = {mine} AND {hands_over}))
        WHERE length(other) = 32 AND other != {bind("String", trace_id)}
        GROUP BY other ORDER BY incoming, other LIMIT {MOST_LINKED}"""
    return [row["other"] for row in await store.query(sql, bind.values)]


async def _rows(store: Store, ids: Sequence[str], most: int) -> list[Row]:
    """The span rows of these traces by start time; if they are too many, the first trace's earliest."""
    bind = Bindings()
    own = f"s.trace_id = toFixedString(unhex({bind('String', ids[0])}), 16)"
    kept = (
        f"SELECT {SELECT}, {own} AS own FROM spans AS s FINAL WHERE {trace_ids(bind, ids)}"
        f" ORDER BY own DESC, s.start_time, s.span_id LIMIT {bind('UInt32', most)}"
    )
    sql = f"SELECT * FROM ({kept}) ORDER BY start_ns, own DESC, span_id{BY_ID}"
    return await store.query(sql, bind.values)


async def _extent(store: Store, ids: Sequence[str]) -> tuple[int, set[str]]:
    """How many spans these traces have, and which of them have any."""
    bind = Bindings()
    sql = (
        f"SELECT lower(hex(s.trace_id)) AS trace_id, count() AS spans FROM spans AS s FINAL"
        f" WHERE {trace_ids(bind, ids)} GROUP BY s.trace_id{BY_ID}"
    )
    rows = await store.query(sql, bind.values)
    return sum(row["spans"] for row in rows), {row["trace_id"] for row in rows}


def _encode(rows: Sequence[Row]) -> tuple[list[orjson.Fragment], Resources]:
    """Each span as JSON at once: a list of 50,000 spans as Python objects would keep the garbage collector busy."""
    resources = Resources()
    return [orjson.Fragment(orjson.dumps(resources.span(row))) for row in rows], resources
