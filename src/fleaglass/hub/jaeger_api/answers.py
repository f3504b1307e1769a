"""Traces as Jaeger's JSON has them: times in microseconds, a process for each resource, tags with types.

Source: Jaeger, model/json of its query service, and "OpenTelemetry to Jaeger Transformation" for kind and status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from fleaglass.hub.store import Row
from fleaglass.hub.store.kinds import Attribute, Value
from fleaglass.hub.store.spans import Resources, Span
from fleaglass.hub.tempo_api.traces import OPEN

__all__ = ["answer", "failure", "traces_of"]

_TYPES: Final = {"string": "string", "bool": "bool", "int": "int64", "double": "float64", "bytes": "binary"}
_US: Final = 1000  # nanoseconds


def answer(data: Sequence[Any]) -> dict[str, Any]:
    """What each endpoint answers with."""
    return {"data": data, "total": len(data), "limit": 0, "offset": 0, "errors": None}


def failure(status: int, message: str) -> dict[str, Any]:
    """What it answers when it cannot."""
    return {"data": None, "total": 0, "limit": 0, "offset": 0, "errors": [{"code": status, "msg": message}]}


def traces_of(rows: Iterable[Row], ids: Sequence[str]) -> list[dict[str, Any]]:
    """The traces of these ids, in this order, from all their rows."""
    resources = Resources()
    spans: dict[str, list[Span]] = {each: [] for each in ids}
    services: dict[int, str] = {}
    for row in rows:
        span = resources.span(row)
        spans[span["trace_id"]].append(span)
        services[span["resource"]] = span["service"]
    processes = {
        f"p{place + 1}": _process(services[place], attributes)
        for place, attributes in enumerate(resources.attributes())
    }
    return [_trace(each, found, processes) for each, found in spans.items() if found]


def _trace(trace_id: str, spans: Sequence[Span], processes: Mapping[str, Any]) -> dict[str, Any]:
    told = [_span(span) for span in spans]
    used = {span["processID"] for span in told}
    return {
        "traceID": trace_id,
        "spans": told,
        "processes": {name: process for name, process in processes.items() if name in used},
        "warnings": None,
    }


def _process(service: str, attributes: Iterable[Attribute]) -> dict[str, Any]:
    return {"serviceName": service, "tags": [_tag(each) for each in attributes if each["key"] != "service.name"]}


def _span(span: Span) -> dict[str, Any]:
    parent = span["parent_span_id"]
    references = [] if parent is None else [_reference("CHILD_OF", span["trace_id"], parent)]
    references += [_reference("FOLLOWS_FROM", link["trace_id"], link["span_id"]) for link in span["links"]]
    return {
        "traceID": span["trace_id"],
        "spanID": span["span_id"],
        "flags": 1,
        "operationName": span["name"],
        "references": references,
        "startTime": int(span["start_ns"]) // _US,
        "duration": span["duration_ns"] // _US,
        "tags": [*map(_tag, span["attributes"]), *_said_by_tags(span)],
        "logs": [
            {
                "timestamp": int(event["time_ns"]) // _US,
                "fields": [_text("event", event["name"]), *map(_tag, event["attributes"])],
            }
            for event in span["events"]
        ],
        "processID": f"p{span['resource'] + 1}",
        "warnings": None,
    }


def _reference(kind: str, trace_id: str, span_id: str) -> dict[str, str]:
    return {"refType": kind, "traceID": trace_id, "spanID": span_id}


def _said_by_tags(span: Span) -> list[dict[str, Any]]:
    """What OTLP has fields for."""
    tags = []
    if span["kind"] != "unspecified":
        tags.append(_text("span.kind", span["kind"]))
    if span["status"] != "unset":
        tags.append(_text("otel.status_code", span["status"].upper()))
    if span["status"] == "error":
        tags.append({"key": "error", "type": "bool", "value": True})
    if span["status_message"]:
        tags.append(_text("otel.status_description", span["status_message"]))
    if span["scope"]["name"]:
        tags.append(_text("otel.scope.name", span["scope"]["name"]))
    if span["end_ns"] == "0":
        tags.append({"key": OPEN, "type": "bool", "value": True})
    return tags


def _text(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "type": "string", "value": value}


def _tag(attribute: Attribute) -> dict[str, Any]:
    value = attribute["value"]
    if value["type"] not in _TYPES:  # lists and maps are text there
        return _text(attribute["key"], orjson.dumps(_plain(value)).decode())
    said = int(value["value"]) if value["type"] == "int" else value["value"]
    return {"key": attribute["key"], "type": _TYPES[value["type"]], "value": said}


def _plain(value: Value) -> Any:
    match value["type"]:
        case "array":
            return [_plain(member) for member in value["value"]]
        case "kvlist":
            return {pair["key"]: _plain(pair["value"]) for pair in value["value"]}
        case "int":
            return int(value["value"])
    return value["value"]
