"""`log` items → OTLP log records.

    {"items": [{"timestamp": 1.7e9, "level": "warn", "body": "…", "trace_id": "…",
                "attributes": {"x": {"value": 1, "type": "integer"}}}]}

Source: the log payloads of sentry-sdk 2.75 and @sentry/core 11.12; severities by OpenTelemetry's log data model.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs

from fleaglass.hub.receive.bounds import MESSAGE_CHARS, NAME_CHARS, cut
from fleaglass.hub.receive.otlp_of import (
    Converted,
    Origin,
    dropped_count,
    id_bytes,
    items_of,
    key_values,
    origin_of,
    resource_of,
    untyped,
)
from fleaglass.hub.receive.reading import plain
from fleaglass.hub.receive.scrub import scrubbed
from fleaglass.hub.receive.times import moment_ns

__all__ = ["logs_in"]

_SCOPE: Final = InstrumentationScope(name="sentry")
_PARENT: Final = "sentry.trace.parent_span_id"
_SEVERITIES: Final = MappingProxyType(
    {"trace": 1, "debug": 5, "info": 9, "warn": 13, "warning": 13, "error": 17, "fatal": 21}
)


def logs_in(payload: bytes, project: str, received_ns: int, drift_ns: int = 0) -> Converted:
    """The records of a `log` item.

    Args:
        payload: the item's bytes.
        project: the project's name, for records that do not say which agent they are of.
        received_ns: when the hub got it; the time of records without one.
        drift_ns: what to add to their times (times.py).

    Raises Malformed when it is no container; an item that is no record is counted.
    """
    by_origin: dict[Origin, list[LogRecord]] = {}
    items = items_of(payload, "the log item")
    for item in items:
        if isinstance(item, dict):
            sent = scrubbed({**item, "attributes": untyped(item.get("attributes"))})
            record = _record(sent, received_ns, drift_ns)
            by_origin.setdefault(origin_of(sent, sent["attributes"], project), []).append(record)
    request = ExportLogsServiceRequest(
        resource_logs=[
            ResourceLogs(resource=resource_of(origin), scope_logs=[ScopeLogs(scope=_SCOPE, log_records=records)])
            for origin, records in by_origin.items()
        ]
    )
    rows = sum(map(len, by_origin.values()))
    refused = len(items) - rows
    reason = "a log record must be an object" if refused else ""
    return Converted(request=request, rows=rows, refused=refused, reason=reason)


def _record(sent: dict[str, Any], received_ns: int, drift_ns: int) -> LogRecord:
    moment = moment_ns(sent.get("timestamp"), drift_ns)
    level = cut(plain(sent.get("level")) or "", NAME_CHARS)
    severity: Any = sent.get("severity_number")
    if not isinstance(severity, int) or not 1 <= severity <= 24:
        severity = _SEVERITIES.get(level.lower(), 0)
    span_id = id_bytes(sent.get("span_id"), 8) or id_bytes(sent["attributes"].get(_PARENT), 8)
    return LogRecord(
        time_unix_nano=received_ns if moment is None else max(1, moment),
        observed_time_unix_nano=received_ns,
        severity_number=severity,
        severity_text=level.upper(),
        body=AnyValue(string_value=cut(plain(sent.get("body")) or "", MESSAGE_CHARS)),
        trace_id=id_bytes(sent.get("trace_id"), 16) or b"",
        span_id=span_id or b"",
        attributes=key_values(sent["attributes"]),
        dropped_attributes_count=dropped_count(sent["attributes"]),
    )
