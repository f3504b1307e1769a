"""`trace_metric` items → OTLP metrics: one data point for all of a container that are of the same name and attributes.

    counter       sum, since the last container (delta), may only grow unless something was subtracted
    gauge         the last value
    distribution  histogram (delta), by the bounds that OpenTelemetry's SDKs use, with exemplars

Source: the metric payloads of sentry-sdk 2.75 and @sentry/core 11.12.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import Any, Final

import msgspec
import orjson
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_DELTA,
    Exemplar,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)

from fleaglass.hub.receive.bounds import NAME_CHARS, cut
from fleaglass.hub.receive.otlp_of import (
    Converted,
    Origin,
    id_bytes,
    items_of,
    key_values,
    origin_of,
    resource_of,
    untyped,
)
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.reading import plain
from fleaglass.hub.receive.scrub import scrubbed
from fleaglass.hub.receive.times import moment_ns

__all__ = ["metrics_in"]

_SCOPE: Final = InstrumentationScope(name="sentry")
_BOUNDS: Final = (0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000)
_MOST_EXEMPLARS: Final = 10
_KINDS: Final = ("counter", "gauge", "distribution")
_SEQUENCE: Final = "sentry.timestamp.sequence"
"""Tells apart what was said in the same microsecond: no attribute of what was measured."""


class _Said(msgspec.Struct, frozen=True):
    """One measurement."""

    time_ns: int
    value: int | float
    trace_id: bytes
    span_id: bytes


class _Series(msgspec.Struct, frozen=True):
    """What measurements of one data point have in common; `attributes` as JSON, to be compared."""

    origin: Origin
    name: str
    kind: str
    unit: str
    attributes: bytes


def metrics_in(payload: bytes, project: str, received_ns: int, drift_ns: int = 0) -> Converted:
    """The data points of a `trace_metric` item; arguments as of `logs_of.logs_in`.

    Raises Malformed when it is no container; an item that is no measurement is counted.
    """
    found: dict[_Series, list[_Said]] = {}
    refusals = []
    for item in items_of(payload, "the trace_metric item"):
        try:
            series, said = _measurement(item, project, received_ns, drift_ns)
        except Malformed as error:
            refusals.append(str(error))
        else:
            found.setdefault(series, []).append(said)
    by_origin: dict[Origin, list[Metric]] = {}
    for series, all_said in found.items():
        by_origin.setdefault(series.origin, []).append(_metric(series, all_said))
    request = ExportMetricsServiceRequest(
        resource_metrics=[
            ResourceMetrics(resource=resource_of(origin), scope_metrics=[ScopeMetrics(scope=_SCOPE, metrics=metrics)])
            for origin, metrics in by_origin.items()
        ]
    )
    return Converted(request=request, rows=len(found), refused=len(refusals), reason=refusals[0] if refusals else "")


def _measurement(item: Any, project: str, received_ns: int, drift_ns: int) -> tuple[_Series, _Said]:
    if not isinstance(item, dict):
        raise Malformed("a metric must be an object")
    sent = scrubbed({**item, "attributes": untyped(item.get("attributes"))})
    name, kind, value = plain(sent.get("name")), sent.get("type"), sent.get("value")
    if not name or kind not in _KINDS:
        raise Malformed(f"a metric must have a name and a type of {', '.join(_KINDS)}, not {str(kind)[:40]!r}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Malformed(f"metric {name[:40]!r} must have a number as its value, not {str(value)[:40]!r}")
    attributes = {key: said for key, said in sent["attributes"].items() if key != _SEQUENCE}
    series = _Series(
        origin=origin_of(sent, attributes, project),
        name=cut(name, NAME_CHARS),
        kind=kind,
        unit=cut(plain(sent.get("unit")) or "", NAME_CHARS),
        attributes=orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS),
    )
    moment = moment_ns(sent.get("timestamp"), drift_ns)
    time_ns = received_ns if moment is None else max(1, moment)
    trace_id, span_id = id_bytes(sent.get("trace_id"), 16), id_bytes(sent.get("span_id"), 8)
    return series, _Said(time_ns, value if abs(value) < 2**63 else float(value), trace_id or b"", span_id or b"")


def _metric(series: _Series, said: list[_Said]) -> Metric:
    metric = Metric(name=series.name, unit=series.unit)
    attributes = list(key_values(orjson.loads(series.attributes)))
    first, last = min(said, key=lambda one: one.time_ns), max(said, key=lambda one: one.time_ns)
    begin_ns, end_ns = first.time_ns, last.time_ns
    values = [one.value for one in said]
    match series.kind:
        case "counter":
            point = NumberDataPoint(
                attributes=attributes,
                start_time_unix_nano=begin_ns,
                time_unix_nano=end_ns,
                as_double=math.fsum(values),
            )
            metric.sum.CopyFrom(
                Sum(
                    data_points=[point],
                    aggregation_temporality=AGGREGATION_TEMPORALITY_DELTA,
                    is_monotonic=min(values) >= 0,
                )
            )
        case "gauge":
            point = NumberDataPoint(attributes=attributes, time_unix_nano=end_ns, as_double=last.value)
            metric.gauge.CopyFrom(Gauge(data_points=[point]))
        case _:
            metric.histogram.CopyFrom(
                Histogram(
                    data_points=[_distribution(said, values, attributes, begin_ns, end_ns)],
                    aggregation_temporality=AGGREGATION_TEMPORALITY_DELTA,
                )
            )
    return metric


def _distribution(
    said: list[_Said], values: list[int | float], attributes: list[Any], begin_ns: int, end_ns: int
) -> HistogramDataPoint:
    counts = [0] * (len(_BOUNDS) + 1)
    for value in values:
        counts[bisect_left(_BOUNDS, value)] += 1
    exemplars = [
        Exemplar(time_unix_nano=one.time_ns, as_double=one.value, trace_id=one.trace_id, span_id=one.span_id)
        for one in said
        if one.trace_id
    ]
    return HistogramDataPoint(
        attributes=attributes,
        start_time_unix_nano=begin_ns,
        time_unix_nano=end_ns,
        count=len(values),
        sum=math.fsum(values),
        min=min(values),
        max=max(values),
        explicit_bounds=_BOUNDS,
        bucket_counts=counts,
        exemplars=exemplars[:_MOST_EXEMPLARS],
    )
