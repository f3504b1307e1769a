"""Metrics leave as protobuf would make them, byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2 as pb
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from fleaglass import semconv
from fleaglass.journal.records import Opened
from fleaglass.shipper.encode import metrics
from fleaglass.shipper.metrics import Exemplar, HistogramPoint, Metric, NumberPoint
from fleaglass.shipper.metrics.metric import Dimensions

OPENED = Opened("a", {}, 1, "0.1.0", {"pf.agent_id": "a"}, "https://schema.example/1")

_times = st.integers(0, 2**64 - 1)
_doubles = st.floats(allow_nan=False)
_dimensions = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.booleans(), max_size=3).map(
    lambda found: tuple(found.items())
)
_exemplars = st.builds(
    Exemplar,
    value=_doubles,
    time_ns=_times,
    trace_id=st.binary(min_size=16, max_size=16),
    span_id=st.binary(min_size=8, max_size=8),
)
_numbers = st.builds(
    NumberPoint,
    dimensions=_dimensions,
    value=_doubles | st.integers(-(2**63), 2**63 - 1),
    exemplar=st.none() | _exemplars,
)
_histograms = st.builds(
    HistogramPoint,
    dimensions=_dimensions,
    bounds=st.just((1.0, 2.5)),
    counts=st.tuples(*[st.integers(0, 2**60)] * 3),
    sum=_doubles,
    least=_doubles,
    most=_doubles,
    exemplars=st.lists(_exemplars, max_size=3).map(tuple),
)


def _metrics(name: str) -> st.SearchStrategy[Metric]:
    points = _histograms if semconv.METRICS[name].instrument == "histogram" else _numbers
    return st.builds(
        Metric, name=st.just(name), started_ns=_times, time_ns=_times, points=st.lists(points, max_size=3).map(tuple)
    )


@given(st.lists(st.sampled_from(sorted(semconv.METRICS)).flatmap(_metrics), max_size=4))
def test_metrics_are_what_protobuf_makes_of_them(batch: list[Metric]) -> None:
    assert metrics(OPENED, batch) == _expected(batch).SerializeToString()


def _expected(batch: list[Metric]) -> ExportMetricsServiceRequest:
    scope = pb.ScopeMetrics(
        scope=InstrumentationScope(name="fleaglass", version="0.1.0"),
        metrics=[_metric(each) for each in batch],
        schema_url=OPENED.schema_url,
    )
    entry = pb.ResourceMetrics(
        resource=Resource(attributes=_attributes(tuple(OPENED.resource.items()))),
        scope_metrics=[scope],
        schema_url=OPENED.schema_url,
    )
    return ExportMetricsServiceRequest(resource_metrics=[entry])


def _metric(metric: Metric) -> pb.Metric:
    known = semconv.METRICS[metric.name]
    made = pb.Metric(name=metric.name, description=known.brief, unit=known.unit)
    cumulative = pb.AGGREGATION_TEMPORALITY_CUMULATIVE
    if known.instrument == "histogram":
        made.histogram.CopyFrom(
            pb.Histogram(
                data_points=[_point(metric, each) for each in metric.points], aggregation_temporality=cumulative
            )
        )
        return made
    points = [_number(metric, each) for each in metric.points]
    if known.instrument == "gauge":
        made.gauge.CopyFrom(pb.Gauge(data_points=points))
    else:
        is_monotonic = known.instrument == "counter"
        made.sum.CopyFrom(pb.Sum(data_points=points, aggregation_temporality=cumulative, is_monotonic=is_monotonic))
    return made


def _number(metric: Metric, point: object) -> pb.NumberDataPoint:
    assert isinstance(point, NumberPoint)
    value = {"as_int": point.value} if isinstance(point.value, int) else {"as_double": point.value}
    return pb.NumberDataPoint(
        attributes=_attributes(point.dimensions),
        start_time_unix_nano=metric.started_ns,
        time_unix_nano=metric.time_ns,
        exemplars=[_exemplar(point.exemplar)] if point.exemplar is not None else [],
        **value,  # type: ignore[arg-type]
    )


def _point(metric: Metric, point: object) -> pb.HistogramDataPoint:
    assert isinstance(point, HistogramPoint)
    return pb.HistogramDataPoint(
        attributes=_attributes(point.dimensions),
        start_time_unix_nano=metric.started_ns,
        time_unix_nano=metric.time_ns,
        count=sum(point.counts),
        sum=point.sum,
        bucket_counts=point.counts,
        explicit_bounds=point.bounds,
        exemplars=[_exemplar(each) for each in point.exemplars],
        min=point.least,
        max=point.most,
    )


def _exemplar(exemplar: Exemplar) -> pb.Exemplar:
    return pb.Exemplar(
        time_unix_nano=exemplar.time_ns,
        as_double=exemplar.value,
        span_id=exemplar.span_id,
        trace_id=exemplar.trace_id,
    )


def _attributes(dimensions: Dimensions) -> list[KeyValue]:
    return [
        KeyValue(
            key=name, value=AnyValue(bool_value=value) if isinstance(value, bool) else AnyValue(string_value=value)
        )
        for name, value in dimensions
    ]
