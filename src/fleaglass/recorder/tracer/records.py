"""Spans as records of the journal (`fleaglass.journal.records`): one when it starts, one when it ends.

The agent pays for both with every span, and nearly all spans are simple: of plain values, without links. Such a span is
one tuple, encoded as it is, which ends early where nothing more is to be said. Of any other each value is looked at,
and so it is where the encoder refuses one: an int that is too large, half of a surrogate pair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from opentelemetry import trace as api

from fleaglass.journal.records import encode
from fleaglass.recorder.tracer.readable import FROM_ELSEWHERE, FROM_HERE, UNSET, Readable, Scope

__all__ = ["ended", "happened", "marked", "scope", "started"]

_INTERNAL: Final = api.SpanKind.INTERNAL
_KINDS: Final[Mapping[api.SpanKind, int]] = {kind: kind.value + 1 for kind in api.SpanKind}
_REFUSED: Final = (OverflowError, ValueError)
_INT64: Final = 1 << 63


def scope(scope: Scope) -> bytes:
    """Payload of a `Scope` record: the library that spans of this number are from."""
    name, version, schema_url = map(_text, (scope.name, scope.version, scope.schema_url))
    return encode((scope.number, name, version, schema_url, _fitted(scope.attributes)))


def started(span: Readable) -> bytes:
    """Payload of a `SpanStarted` record."""
    trace_id, span_id, parent_id = span._ids  # type: ignore[misc]  # it has begun
    kind = 1 if span.kind is _INTERNAL else _KINDS.get(span.kind, 1)
    number, flags = span.instrumentation_scope.number, span._flags
    begun_ns, attributes = span.start_time, span._attributes
    if span._is_simple:
        try:
            return encode((trace_id, span_id, parent_id, span.name, kind, begun_ns, attributes, number, flags))
        except _REFUSED:
            pass
    state, links = span._trace_state.to_header(), _links(span)
    whole = trace_id, span_id, parent_id, _text(span.name), kind, begun_ns, _fitted(attributes), number, flags
    return encode((*whole, state, links))


def happened(span: Readable, name: str, time_ns: int, attributes: Mapping[str, Any]) -> bytes:
    """Payload of a `SpanEvent` record."""
    trace_id, span_id, _ = span._ids  # type: ignore[misc]  # it has begun
    if span._is_simple:
        try:
            return encode((trace_id, span_id, name, time_ns, attributes))
        except _REFUSED:
            pass
    return encode((trace_id, span_id, _text(name), time_ns, _fitted(attributes)))


def marked(span: Readable, time_ns: int) -> bytes:
    """Payload of a `SpanMarked` record, with all attributes that it has by now."""
    trace_id, span_id, _ = span._ids  # type: ignore[misc]  # it has begun
    return encode((trace_id, span_id, time_ns, _fitted(span._attributes.copy())))


def ended(span: Readable) -> bytes:
    """Payload of a `SpanEnded` record."""
    trace_id, span_id, parent_id = span._ids  # type: ignore[misc]  # it has begun
    kind = 1 if span.kind is _INTERNAL else _KINDS.get(span.kind, 1)
    number, flags = span.instrumentation_scope.number, span._flags
    status, message = 0, ""
    if span.status is not UNSET:
        status, message = span.status.status_code.value, span.status.description or ""
    if span._is_simple:
        try:
            return encode(
                (
                    trace_id,
                    span_id,
                    parent_id,
                    span.name,
                    kind,
                    span.start_time,
                    span.end_time,
                    span._attributes,
                    number,
                    flags,
                    status,
                    message,
                    span._events,
                )
            )
        except _REFUSED:
            pass
    return encode(
        (
            trace_id,
            span_id,
            parent_id,
            _text(span.name),
            kind,
            span.start_time,
            span.end_time,
            _fitted(span._attributes),
            number,
            flags,
            status,
            _text(message),
            [_event(*event) for event in span._events],
            _links(span),
            span._trace_state.to_header(),
            span._dropped,
        )
    )


def _event(name: str, time_ns: int, attributes: Mapping[str, Any], dropped: int = 0) -> tuple[Any, ...]:
    return _text(name), time_ns, _fitted(attributes), dropped


def _links(span: Readable) -> list[tuple[Any, ...]]:
    return [_link(link.context, link.attributes or {}) for link in span._links]


def _link(to: api.SpanContext, attributes: Mapping[str, Any]) -> tuple[Any, ...]:
    flags = to.trace_flags | (FROM_ELSEWHERE if to.is_remote else FROM_HERE)
    return to.trace_id.to_bytes(16), to.span_id.to_bytes(8), to.trace_state.to_header(), _fitted(attributes), flags


def _fitted(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes whose values a journal takes. Those of no value are left out."""
    return {_text(name): _value(value) for name, value in attributes.items() if value is not None}


def _value(value: object) -> Any:
    if not isinstance(value, list | tuple):
        return _scalar(value)
    items = [_scalar(item) for item in value if item is not None]
    return items if len({type(item) for item in items}) < 2 else [str(item) for item in items]


def _scalar(value: object) -> bool | int | float | str:
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return int(value)
    if isinstance(value, bytes):
        return value.decode() if value.isascii() else value.hex()
    if isinstance(value, Mapping):
        return json.dumps(value, default=str, separators=(",", ":"))
    return _text(str(value))


def _text(text: str) -> str:
    """Without halves of surrogate pairs, which no encoding has."""
    return text.encode(errors="replace").decode()
