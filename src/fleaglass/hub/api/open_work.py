"""Spans that have not ended, as they were last seen: which of them count as open.

A snapshot of a span is worth something until the span itself is there, whichever came first. A trace of which nothing
has ended is listed until an hour after its last sign of life.
"""

from __future__ import annotations

from typing import Final

from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.match import matching
from fleaglass.hub.api.sql import START_NS, Bindings, between, where

__all__ = ["only_open", "still_open"]

_LIVELY: Final = "s.seen > now() - INTERVAL 1 HOUR"


def still_open(these: str) -> str:
    """SQL: rows of `open_spans AS s` of some traces, without the spans that have ended.

    `these` is a condition on `s.trace_id`.
    """
    ended = f"SELECT s.trace_id, s.span_id FROM spans AS s WHERE {these}"
    return f"open_spans AS s FINAL WHERE {these} AND (s.trace_id, s.span_id) NOT IN ({ended})"


def only_open(filters: Filters, bind: Bindings) -> str:
    """SQL: (trace_id, start_ns, cycle, and the fields of Facts) of each trace of which nothing has ended yet."""
    lively = f"SELECT s.trace_id FROM open_spans AS s WHERE {_LIVELY}"
    ended = f"SELECT s.trace_id FROM spans AS s WHERE s.trace_id IN ({lively})"
    conditions = [
        _LIVELY,
        *between(bind, filters.time),
        *matching(filters, bind, "open_spans"),
        f"s.trace_id NOT IN ({ended})",
    ]
    return (
        f"SELECT s.trace_id AS trace_id, min({START_NS}) AS start_ns, 1 AS cycle,"
        f" 0 AS rooted, '' AS said, 0 AS error, 0 AS unknown"
        f" FROM open_spans AS s{where(conditions)} GROUP BY s.trace_id"
    )
