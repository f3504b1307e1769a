"""OTLP as the engine reads it: the protobuf text, and the raw table columns that mirror it.

Only the fields that are stored are named; protobuf readers skip the rest. Where a value is kept as it came and decoded
only when somebody looks (array and kvlist members, the attributes of events, links and scopes), the field is declared
`bytes`: on the wire a nested message and a byte string are the same.

The members of AnyValue's oneof are Nullable in the columns, or 0, 0.0, "" and false could not be told from absent.

Source: opentelemetry-proto, trace/v1, logs/v1, common/v1 and resource/v1.
"""

from __future__ import annotations

from typing import Final

__all__ = ["LOGS_COLUMN", "LOGS_MESSAGE", "PROTO", "TRACES_COLUMN", "TRACES_MESSAGE"]

TRACES_MESSAGE: Final = "Traces"
LOGS_MESSAGE: Final = "Logs"

PROTO: Final = """syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3;
  double double_value = 4; bytes array_value = 5; bytes kvlist_value = 6; bytes bytes_value = 7; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; repeated bytes attributes = 3; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated bytes attributes = 3;
  uint32 dropped_attributes_count = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated bytes attributes = 4;
  uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4;
  string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10; repeated Event events = 11;
  uint32 dropped_events_count = 12; repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15;
  fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message Record { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
  bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12; }
message ScopeLogs { Scope scope = 1; repeated Record log_records = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
message Logs { repeated ResourceLogs resource_logs = 1; }
"""

_ANY_VALUE = (
    "Tuple(string_value Nullable(String), bool_value Nullable(Bool), int_value Nullable(Int64), "
    "double_value Nullable(Float64), array_value Nullable(String), kvlist_value Nullable(String), "
    "bytes_value Nullable(String))"
)
_KEY_VALUES = f"Array(Tuple(key String, value {_ANY_VALUE}))"
_RESOURCE = f"Tuple(attributes {_KEY_VALUES})"
_SCOPE = "Tuple(name String, version String, attributes Array(String))"
EVENTS: Final = (
    "Array(Tuple(time_unix_nano UInt64, name String, attributes Array(String), dropped_attributes_count UInt32))"
)
LINKS: Final = (
    "Array(Tuple(trace_id String, span_id String, trace_state String, attributes Array(String), "
    "dropped_attributes_count UInt32, flags UInt32))"
)
_SPAN = (
    "Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, name String, kind Int32, "
    f"start_time_unix_nano UInt64, end_time_unix_nano UInt64, attributes {_KEY_VALUES}, "
    f"dropped_attributes_count UInt32, events {EVENTS}, dropped_events_count UInt32, links {LINKS}, "
    "dropped_links_count UInt32, status Tuple(message String, code Int32), flags UInt32)"
)
_RECORD = (
    "Tuple(time_unix_nano UInt64, severity_number Int32, severity_text String, "
    f"body {_ANY_VALUE}, attributes {_KEY_VALUES}, dropped_attributes_count UInt32, flags UInt32, trace_id String, "
    "span_id String, observed_time_unix_nano UInt64, event_name String)"
)

TRACES_COLUMN: Final = (
    f"resource_spans Array(Tuple(resource {_RESOURCE}, scope_spans Array(Tuple(scope {_SCOPE}, spans Array({_SPAN})))))"
)
LOGS_COLUMN: Final = (
    "resource_logs Array(Tuple("
    f"resource {_RESOURCE}, scope_logs Array(Tuple(scope {_SCOPE}, log_records Array({_RECORD})))))"
)
