"""Spans as an agent's journal holds them, for the metrics that are derived from them."""

from __future__ import annotations

from itertools import count
from typing import Any

from fleaglass.journal.records import SpanEnded, encode
from fleaglass.shipper.metrics import HistogramPoint, NumberPoint, Totals, derive, metrics_of
from fleaglass.shipper.metrics.metric import Metric, Point
from fleaglass.shipper.told import read_ended

__all__ = ["T0", "histogram", "numbers", "point", "span", "told", "totals_of"]

T0 = 1_700_000_000_000_000_000
_ids = count(1)


def span(name: str, attributes: dict[str, Any] | None = None, *, ms: float = 1, **fields: Any) -> SpanEnded:
    """A span that ended after so many milliseconds."""
    own = {"trace_id": b"t" * 16, "span_id": next(_ids).to_bytes(8, "big"), "parent_id": b"", **fields}
    return SpanEnded(name=name, span_kind=1, start_ns=T0, end_ns=T0 + int(ms * 1e6), attributes=attributes or {}, **own)


def totals_of(*spans: SpanEnded, before: Totals | None = None) -> Totals:
    """Of these spans, on top of those from before."""
    totals = before or Totals()
    for each in spans:
        derive(totals, read_ended(encode(each)))
    return totals


def told(totals: Totals, now_ns: int = T0) -> dict[str, Metric]:
    return {metric.name: metric for metric in metrics_of(totals, started_ns=T0, now_ns=now_ns)}


def point(totals: Totals, name: str, now_ns: int = T0) -> Point:
    """The metric's only point."""
    (found,) = told(totals, now_ns)[name].points
    return found


def numbers(totals: Totals, name: str) -> dict[tuple[str | bool, ...], int | float]:
    """Values of a metric's points, by the values of their dimensions."""
    points = told(totals)[name].points if name in told(totals) else ()
    return {
        tuple(value for _, value in each.dimensions): each.value for each in points if isinstance(each, NumberPoint)
    }


def histogram(totals: Totals, name: str) -> HistogramPoint:
    """The metric's only point, a histogram."""
    found = point(totals, name)
    assert isinstance(found, HistogramPoint)
    return found
