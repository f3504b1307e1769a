"""Metrics as OTLP's ``ExportMetricsServiceRequest``, all of them cumulative.

::

    Metric            1 name    2 description   3 unit   5 Gauge   7 Sum   9 Histogram
    Gauge             1 NumberDataPoint
    Sum               1 NumberDataPoint        2 temporality   3 is_monotonic
    Histogram         1 HistogramDataPoint     2 temporality
    NumberDataPoint   2 start   3 time   4 as_double   5 exemplars   6 as_int   7 attributes
    Histogram…        2 start   3 time   4 count   5 sum   6 counts   7 bounds   8 exemplars   9 attributes
                      11 min   12 max
    Exemplar          2 time    3 as_double   4 span_id   5 trace_id
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.journal.records import Opened, Scope
from fleaglass.shipper.encode.attributes import attributes
from fleaglass.shipper.encode.resource import request, scoped
from fleaglass.shipper.encode.wire import U64, blob, field, fixed64, number, text
from fleaglass.shipper.metrics.metric import Exemplar, HistogramPoint, Metric, NumberPoint

__all__ = ["metrics"]

_CUMULATIVE: Final = number(b"\x10", 2)
_SCOPE: Final = "fleaglass"
_double: Final = struct.Struct("<d").pack
_int64: Final = struct.Struct("<q").pack


def metrics(opened: Opened, batch: Sequence[Metric]) -> bytes:
    """A request with these metrics.

    Args:
        opened: what their journal is.
        batch: the metrics.
    """
    scope = Scope(0, _SCOPE, opened.version, opened.schema_url)
    return request(opened, [scoped(scope, [_metric(each) for each in batch])])


def _metric(metric: Metric) -> bytes:
    known = semconv.METRICS[metric.name]
    points = b"".join(field(b"\x0a", _point(metric, point)) for point in metric.points)
    if known.instrument == "gauge":
        data = field(b"\x2a", points)
    elif known.instrument == "histogram":
        data = field(b"\x4a", points + _CUMULATIVE)
    else:
        data = field(b"\x3a", points + _CUMULATIVE + number(b"\x18", known.instrument == "counter"))
    return text(b"\x0a", metric.name) + text(b"\x12", known.brief) + text(b"\x1a", known.unit) + data


def _point(metric: Metric, point: NumberPoint | HistogramPoint) -> bytes:
    times = fixed64(b"\x11", metric.started_ns) + fixed64(b"\x19", metric.time_ns)
    return times + (_number(point) if isinstance(point, NumberPoint) else _histogram(point))


def _number(point: NumberPoint) -> bytes:
    is_int = isinstance(point.value, int)
    return b"".join(
        (
            b"" if is_int else b"\x21" + _double(point.value),
            field(b"\x2a", _exemplar(point.exemplar)) if point.exemplar is not None else b"",
            b"\x31" + _int64(int(point.value)) if is_int else b"",
            attributes(b"\x3a", dict(point.dimensions)),
        )
    )


def _histogram(point: HistogramPoint) -> bytes:
    return b"".join(
        (
            fixed64(b"\x21", sum(point.counts)),
            b"\x29" + _double(point.sum),
            field(b"\x32", b"".join(struct.pack("<Q", count & U64) for count in point.counts)),
            blob(b"\x3a", b"".join(map(_double, point.bounds))),
            *[field(b"\x42", _exemplar(exemplar)) for exemplar in point.exemplars],
            attributes(b"\x4a", dict(point.dimensions)),
            b"\x59" + _double(point.least),
            b"\x61" + _double(point.most),
        )
    )


def _exemplar(exemplar: Exemplar) -> bytes:
    return (
        fixed64(b"\x11", exemplar.time_ns)
        + b"\x19"
        + _double(exemplar.value)
        + blob(b"\x22", exemplar.span_id)
        + blob(b"\x2a", exemplar.trace_id)
    )
