"""A metric as OpenTelemetry has it: cumulative points with their exemplars. What is sent, and what is scraped."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec

__all__ = ["Dimensions", "Exemplar", "HistogramPoint", "Metric", "NumberPoint", "Point", "dimensions"]

Dimensions: TypeAlias = tuple[tuple[str, str | bool], ...]
"""Names and values, in the order in which they are told."""

_DIMENSIONS: Final = frozenset({str, bool})


class Exemplar(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One of the spans that a point is made of. Ids are bytes, the time in Unix nanoseconds."""

    value: float
    time_ns: int
    trace_id: bytes
    span_id: bytes


class NumberPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A total or a state, in the unit of its metric."""

    dimensions: Dimensions = ()
    value: int | float
    exemplar: Exemplar | None = None


class HistogramPoint(msgspec.Struct, frozen=True, kw_only=True):
    """How many values lie where.

    Attributes:
        dimensions: of the point.
        bounds: upper bounds of the buckets, each belonging to its bucket; the last bucket has none.
        counts: by bucket.
        sum: of all values; likewise ``least`` and ``most``.
        exemplars: at most one of each bucket.
    """

    dimensions: Dimensions = ()
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float
    least: float
    most: float
    exemplars: tuple[Exemplar, ...] = ()


Point: TypeAlias = NumberPoint | HistogramPoint


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """All points of one name; what the name means is in the registry.

    Attributes:
        name: in ``semconv.METRICS``.
        started_ns: since when totals count, in Unix nanoseconds.
        time_ns: when they were so.
        points: at least one.
    """

    name: str
    started_ns: int
    time_ns: int
    points: tuple[Point, ...]


def dimensions(*pairs: tuple[str, Any]) -> Dimensions:
    """Those that have a value of a kind that dimensions have."""
    return tuple([pair for pair in pairs if type(pair[1]) in _DIMENSIONS])
