"""OTLP requests for tests: small, exact, and readable where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span

T0 = 1_700_000_000_000_000_000
"""A start time in Unix ns: 2023-11-14T22:13:20Z."""

TEN_KINDS: dict[str, Any] = {
    "text": "buy",
    "text.empty": "",
    "int": 2**53 + 1,
    "int.zero": 0,
    "double": 0.1,
    "double.zero": 0.0,
    "bool.false": False,
    "bytes": b"\x00\xff\xfe",
    "array": ["a", 1, 2.5, True, []],
    "kvlist": {"a": 1, "b": {"c": ""}},
}
"""Ten values of ten kinds, the ones that are easily lost or mistaken among them."""


def any_value(value: Any) -> AnyValue:
    """A Python value as AnyValue; None is the empty one."""
    if value is None:
        return AnyValue()
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, bytes):
        return AnyValue(bytes_value=value)
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[any_value(member) for member in value]))
    if isinstance(value, dict):
        return AnyValue(kvlist_value=KeyValueList(values=key_values(value)))
    return AnyValue(string_value=value)


def key_values(attributes: Mapping[str, Any]) -> list[KeyValue]:
    """Attributes as protobuf."""
    return [KeyValue(key=key, value=any_value(value)) for key, value in attributes.items()]


def span_id(number: int) -> bytes:
    """A valid span id."""
    return number.to_bytes(8, "big")


def trace_id(number: int) -> bytes:
    """A valid trace id."""
    return number.to_bytes(16, "big")


def traces(
    *spans: Mapping[str, Any], resource: Mapping[str, Any] | None = None, trace: int = 1
) -> ExportTraceServiceRequest:
    """A request with these spans; each is what differs from a plain span: `attributes`, `parent`, `id`, `name` …"""
    request = ExportTraceServiceRequest()
    entry = request.resource_spans.add()
    entry.resource.attributes.extend(key_values({"service.name": "svc"} if resource is None else resource))
    scope = entry.scope_spans.add()
    scope.scope.name, scope.scope.version = "test", "1"
    for number, fields in enumerate(spans, start=1):
        given = dict(fields)
        parent = given.pop("parent", None)
        attributes = given.pop("attributes", {})
        status = given.pop("status", None)
        span = scope.spans.add(
            **{
                "trace_id": trace_id(given.pop("trace", trace)),
                "span_id": span_id(given.pop("id", number)),
                "parent_span_id": span_id(parent) if parent else b"",
                "name": "span",
                "kind": 1,
                "start_time_unix_nano": T0,
                "end_time_unix_nano": T0 + 1_000_000,
                **given,
            }
        )
        span.attributes.extend(key_values(attributes))
        if status is not None:
            span.status.code = status
    return request


def link(trace: int, span: int, **attributes: Any) -> Span.Link:
    """A link to a span of another trace."""
    return Span.Link(
        trace_id=trace_id(trace), span_id=span_id(span), trace_state="k=v", attributes=key_values(attributes)
    )


def logs(*records: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> ExportLogsServiceRequest:
    """A request with these log records; `body` and `attributes` as Python values."""
    request = ExportLogsServiceRequest()
    entry = request.resource_logs.add()
    entry.resource.attributes.extend(key_values({"service.name": "svc"} if resource is None else resource))
    scope = entry.scope_logs.add()
    for fields in records:
        given = dict(fields)
        body, attributes = given.pop("body", None), given.pop("attributes", {})
        record = scope.log_records.add(**{"time_unix_nano": T0, "observed_time_unix_nano": T0, **given})
        record.body.CopyFrom(any_value(body))
        record.attributes.extend(key_values(attributes))
    return request


def gauge(name: str, value: float, **attributes: Any) -> ExportMetricsServiceRequest:
    """A request with one gauge point."""
    request = ExportMetricsServiceRequest()
    entry = request.resource_metrics.add()
    entry.resource.attributes.extend(key_values({"service.name": "svc"}))
    metric = entry.scope_metrics.add().metrics.add(name=name, unit="USD")
    point = metric.gauge.data_points.add(time_unix_nano=T0, as_double=value)
    point.attributes.extend(key_values(attributes))
    return request
