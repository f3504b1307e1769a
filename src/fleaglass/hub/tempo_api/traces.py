"""GET /api/traces/{id} and /api/v2/traces/{id}: a trace as OTLP, in protobuf or JSON, its open spans included.

    v1    a TracesData message; in JSON {"batches": […]}
    v2    a message around it, {trace = 1, status = 3, message = 4}, which says when only a part is told

A span that has no end yet is told with the length that it had when it was last seen: none.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Any, Final

import orjson
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, TracesData

from fleaglass.hub.api.detail import MOST_SPANS
from fleaglass.hub.api.open_work import still_open
from fleaglass.hub.api.sql import BY_ID, Bindings, trace_ids
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.spans import SELECT, Resources
from fleaglass.hub.store.values import from_key_values, to_key_value

__all__ = [
    "OPEN",
    "PROTOBUF",
    "Found",
    "find_trace",
    "otlp_json",
    "trace_rows",
    "traces_data",
    "v1_answer",
    "v2_answer",
]

PROTOBUF: Final = "application/protobuf"

OPEN: Final = "fleaglass.open"
"""Attribute of a span that has not ended: true."""
_TRACE_FIELD: Final = b"\x0a"  # field 1, length-delimited
_PARTIAL: Final = b"\x18\x01"  # field 3, a number: 1
_MESSAGE_FIELD: Final = b"\x22"  # field 4, length-delimited
_IDS: Final = ("traceId", "spanId", "parentSpanId")
_SCOPE: Final = "arrayMap(a -> hex(a), s.scope_attributes) AS scope_attributes, s.flags AS flags"

Found = tuple[TracesData, bool]
"""A trace, and whether more of it is there than is told."""


async def find_trace(store: Store, trace_id: str, most: int = MOST_SPANS) -> Found | None:
    """The trace of 32 hex digits, at most so many of its spans; None if there is none. Raises EngineError."""
    rows = await trace_rows(store, [trace_id], most + 1)
    if not rows:
        return None
    return await asyncio.to_thread(traces_data, rows[:most]), len(rows) > most


async def trace_rows(store: Store, ids: Sequence[str], most: int) -> list[Row]:
    """The spans of these traces by start time, at most so many, open ones included: `Resources.span` reads them.

    Raises EngineError.
    """
    bind = Bindings()
    these = trace_ids(bind, ids)
    every = (
        f"SELECT {SELECT}, {_SCOPE}, 0 AS is_open FROM spans AS s FINAL WHERE {these} UNION ALL"
        f" SELECT {SELECT}, {_SCOPE}, 1 AS is_open FROM {still_open(these)}"
    )
    sql = f"SELECT * FROM ({every}) ORDER BY start_ns, span_id LIMIT {bind('UInt32', most)}{BY_ID}"
    return await store.query(sql, bind.values)


def v1_answer(found: Found, accept: str) -> bytes:
    """The body of an answer of v1."""
    trace, _ = found
    if PROTOBUF in accept:
        return bytes(trace.SerializeToString())
    return orjson.dumps({"batches": otlp_json(trace)})


def v2_answer(found: Found, accept: str) -> bytes:
    """The body of an answer of v2."""
    trace, is_cut = found
    message = f"this trace has more than the {MOST_SPANS} spans that are told" if is_cut else ""
    if PROTOBUF in accept:
        body = bytes(trace.SerializeToString())
        wrapped = _TRACE_FIELD + _varint(len(body)) + body
        said = message.encode()
        return wrapped + (_PARTIAL + _MESSAGE_FIELD + _varint(len(said)) + said if is_cut else b"")
    told: dict[str, Any] = {"trace": {"resourceSpans": otlp_json(trace)}, "metrics": {}}
    return orjson.dumps(told | ({"status": "PARTIAL", "message": message} if is_cut else {}))


def traces_data(rows: Sequence[Row]) -> TracesData:
    """The spans by resource and scope, in order of time in each."""
    trace, resources = TracesData(), Resources()
    by_resource: dict[int, ResourceSpans] = {}
    by_scope: dict[tuple[Any, ...], ScopeSpans] = {}
    for row in rows:
        span = resources.span(row)
        place, scope = span["resource"], span["scope"]
        if place not in by_resource:
            by_resource[place] = trace.resource_spans.add()
        key = (place, scope["name"], scope["version"], tuple(row["scope_attributes"]))
        if key not in by_scope:
            group = by_scope[key] = by_resource[place].scope_spans.add()
            group.scope.name, group.scope.version = scope["name"], scope["version"]
            group.scope.attributes.extend(map(to_key_value, from_key_values(row["scope_attributes"])))
        _fill(by_scope[key].spans.add(), span, row)
    for place, attributes in enumerate(resources.attributes()):
        by_resource[place].resource.attributes.extend(map(to_key_value, attributes))
    return trace


def _fill(told: Span, span: Any, row: Row) -> None:
    told.trace_id, told.span_id = bytes.fromhex(span["trace_id"]), bytes.fromhex(span["span_id"])
    told.parent_span_id = bytes.fromhex(span["parent_span_id"] or "")
    told.trace_state, told.flags, told.name, told.kind = span["trace_state"], row["flags"], span["name"], row["kind"]
    told.start_time_unix_nano = int(span["start_ns"])
    told.end_time_unix_nano = int(span["start_ns"]) + span["duration_ns"]
    if row["status_code"] or span["status_message"]:
        told.status.code, told.status.message = row["status_code"], span["status_message"]
    told.attributes.extend(map(to_key_value, span["attributes"]))
    if row["is_open"]:
        told.attributes.add(key=OPEN).value.bool_value = True
    told.dropped_attributes_count = span["dropped_attributes_count"]
    told.dropped_events_count = span["dropped_events_count"]
    told.dropped_links_count = span["dropped_links_count"]
    for event in span["events"]:
        told.events.add(
            time_unix_nano=int(event["time_ns"]),
            name=event["name"],
            attributes=map(to_key_value, event["attributes"]),
            dropped_attributes_count=event["dropped_attributes_count"],
        )
    for link in span["links"]:
        told.links.add(
            trace_id=bytes.fromhex(link["trace_id"]),
            span_id=bytes.fromhex(link["span_id"]),
            trace_state=link["trace_state"],
            attributes=map(to_key_value, link["attributes"]),
        )


def otlp_json(trace: TracesData) -> list[Any]:
    """OTLP/JSON: protobuf's own mapping, with ids in hex."""
    groups: list[Any] = MessageToDict(trace).get("resourceSpans", [])
    for group in groups:
        for scope in group["scopeSpans"]:
            for span in scope["spans"]:
                for named in (span, *span.get("links", ())):
                    _to_hex(named)
    return groups


def _to_hex(named: dict[str, Any]) -> None:
    for key in _IDS:
        if key in named:
            named[key] = base64.b64decode(named[key]).hex()


def _varint(number: int) -> bytes:
    """A length as protobuf writes it: seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))
