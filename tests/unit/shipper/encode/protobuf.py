"""The same records as protobuf's own objects: the slow way, and the judge of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from fleaglass.journal.records import Event, Link, Log, Opened, Scope, SpanEnded

__all__ = ["logs_request", "spans_request"]


def spans_request(opened: Opened, scopes: Mapping[int, Scope], batch: Sequence[SpanEnded]) -> ExportTraceServiceRequest:
    numbers = list(dict.fromkeys(span.scope for span in batch))
    groups = [
        ScopeSpans(
            scope=_scope(scopes.get(number)),
            spans=[_span(span) for span in batch if span.scope == number],
            schema_url=_text(scopes[number].schema_url) if number in scopes else "",
        )
        for number in numbers
    ]
    entry = ResourceSpans(resource=_resource(opened), scope_spans=groups, schema_url=_text(opened.schema_url))
    return ExportTraceServiceRequest(resource_spans=[entry])


def logs_request(opened: Opened, batch: Sequence[Log]) -> ExportLogsServiceRequest:
    groups = [
        ScopeLogs(
            scope=InstrumentationScope(name=_text(logger), version=_text(opened.version)),
            log_records=[_log(log) for log in batch if log.logger == logger],
            schema_url=_text(opened.schema_url),
        )
        for logger in dict.fromkeys(log.logger for log in batch)
    ]
    entry = ResourceLogs(resource=_resource(opened), scope_logs=groups, schema_url=_text(opened.schema_url))
    return ExportLogsServiceRequest(resource_logs=[entry])


def _resource(opened: Opened) -> Resource:
    return Resource(attributes=_attributes(opened.resource))


def _scope(scope: Scope | None) -> InstrumentationScope:
    if scope is None:
        return InstrumentationScope()
    attributes = _attributes(scope.attributes)
    return InstrumentationScope(name=_text(scope.name), version=_text(scope.version), attributes=attributes)


def _span(span: SpanEnded) -> Span:
    told = span.status or span.status_message
    return Span(
        trace_id=span.trace_id,
        span_id=span.span_id,
        trace_state=_text(span.trace_state),
        parent_span_id=span.parent_id,
        flags=span.flags,
        name=_text(span.name),
        kind=span.span_kind,
        start_time_unix_nano=span.start_ns,
        end_time_unix_nano=span.end_ns,
        attributes=_attributes(span.attributes),
        dropped_attributes_count=span.dropped[0],
        events=[_event(event) for event in span.events],
        dropped_events_count=span.dropped[1],
        links=[_link(link) for link in span.links],
        dropped_links_count=span.dropped[2],
        status=Status(code=span.status, message=_text(span.status_message)) if told else None,
    )


def _event(event: Event) -> Span.Event:
    return Span.Event(
        time_unix_nano=event.time_ns,
        name=_text(event.name),
        attributes=_attributes(event.attributes),
        dropped_attributes_count=event.dropped_attributes,
    )


def _link(link: Link) -> Span.Link:
    return Span.Link(
        trace_id=link.trace_id,
        span_id=link.span_id,
        trace_state=_text(link.trace_state),
        attributes=_attributes(link.attributes),
        flags=link.flags,
    )


def _log(log: Log) -> LogRecord:
    return LogRecord(
        time_unix_nano=log.time_ns,
        observed_time_unix_nano=log.observed_ns,
        severity_number=log.severity,
        severity_text=_text(log.severity_text),
        body=AnyValue(string_value=_text(log.body)),
        attributes=_attributes(log.attributes),
        flags=log.flags,
        trace_id=log.trace_id,
        span_id=log.span_id,
    )


def _attributes(values: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=_text(name), value=_any(value)) for name, value in values.items()]


def _any(value: Any) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, bytes):
        return AnyValue(bytes_value=value)
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[_any(member) for member in value]))
    if isinstance(value, dict):
        return AnyValue(kvlist_value=KeyValueList(values=_attributes(value)))
    return AnyValue() if value is None else AnyValue(string_value=_text(str(value)))


def _text(value: str) -> str:
    """Lone surrogates have no place in protobuf's texts."""
    return "".join("?" if "\ud800" <= each <= "\udfff" else each for each in value)
