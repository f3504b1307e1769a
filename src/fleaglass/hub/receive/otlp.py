"""OTLP bodies, checked before they join a group: one that cannot be read is refused alone.

The protobuf parser finds truncated, garbled and wrongly typed bytes. It cannot know that an id has a length or that a
time has an end, so those are looked at span by span.

Source: OTLP specification 1.x (requests, and ids of 16 and 8 bytes in trace/v1 and logs/v1).
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fleaglass.hub.receive.points import data_points, lines
from fleaglass.hub.receive.sender import sender_of
from fleaglass.hub.store import Batch, Signal

__all__ = ["REQUESTS", "Malformed", "check", "parse"]

REQUESTS: Final[dict[Signal, type[Message]]] = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}

_LAST_NS: Final = 2**63 - 1
_NO_ID: Final = frozenset((b"\0" * 16, b"\0" * 8))


class Malformed(Exception):
    """Not an OTLP request of its signal; the message says what and where (HTTP 400, gRPC INVALID_ARGUMENT)."""


def parse(signal: Signal, body: bytes) -> Batch:
    """A protobuf body as a batch ready to be stored. Raises Malformed."""
    try:
        request = REQUESTS[signal].FromString(body)
    except DecodeError as error:
        raise Malformed(f"the body is not an OTLP {signal} request: {error}") from None
    return check(signal, request, body)


def check(signal: Signal, request: Any, body: bytes) -> Batch:
    """A parsed request, and the bytes it came from or would be sent as, as a batch. Raises Malformed."""
    match signal:
        case "traces":
            count, some_are_open = _count_spans(request)
            return Batch("open" if some_are_open else signal, body, count, sender_of(request.resource_spans))
        case "logs":
            return Batch(signal, body, _count_records(request), sender_of(request.resource_logs))
        case "metrics":
            _check_points(request)
            points = list(lines(request))
            return Batch(signal, b"".join(points), len(points), sender_of(request.resource_metrics))


def _count_spans(request: Any) -> tuple[int, bool]:
    """How many there are, and whether some have no end yet."""
    count, some_are_open = 0, False
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                count += 1
                some_are_open |= not span.end_time_unix_nano
                if len(span.trace_id) != 16 or len(span.span_id) != 8 or len(span.parent_span_id) not in (0, 8):
                    raise Malformed(f"span {count} ({span.name!r}): {_bad_id(span)}")
                if span.start_time_unix_nano > _LAST_NS or span.end_time_unix_nano > _LAST_NS:
                    raise Malformed(f"span {count} ({span.name!r}): its times pass the year 2262")
                if span.trace_id in _NO_ID or span.span_id in _NO_ID:
                    raise Malformed(f"span {count} ({span.name!r}): an id of zeros is no id")
    return count, some_are_open


def _bad_id(span: Any) -> str:
    for name, value, sizes in (
        ("trace_id", span.trace_id, "16"),
        ("span_id", span.span_id, "8"),
        ("parent_span_id", span.parent_span_id, "0 or 8"),
    ):
        if str(len(value)) not in sizes.split(" or "):
            return f"{name} has {len(value)} bytes, not {sizes}"
    raise AssertionError("BUG: called for a span with good ids")


def _count_records(request: Any) -> int:
    count = 0
    for resource in request.resource_logs:
        for scope in resource.scope_logs:
            for record in scope.log_records:
                count += 1
                if len(record.trace_id) not in (0, 16) or len(record.span_id) not in (0, 8):
                    raise Malformed(f"log record {count}: trace_id must have 0 or 16 bytes and span_id 0 or 8")
                if record.time_unix_nano > _LAST_NS or record.observed_time_unix_nano > _LAST_NS:
                    raise Malformed(f"log record {count}: its times pass the year 2262")
    return count


def _check_points(request: Any) -> None:
    for count, point in enumerate(data_points(request), start=1):
        if point.time_unix_nano > _LAST_NS or point.start_time_unix_nano > _LAST_NS:
            raise Malformed(f"data point {count}: its times pass the year 2262")
