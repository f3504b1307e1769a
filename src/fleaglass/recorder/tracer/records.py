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
from fleaglass.recorder.tracer.readable import FROM_ELSEWHERE, FROM_HERE, UNSET, Link, Readable, Scope

__all__ = ["ended", "happened", "marked", "scope", "started"]

_INTERNAL: Final = api.SpanKind.INTERNAL
_KINDS: Final[Mapping[api.SpanKind, int]] = {kind: kind.value + 1 for kind in api.SpanKind}
_NO_STATE: Final = api.INVALID_SPAN_CONTEXT.trace_state
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
    more: tuple[Any, ...] = ()
    if span._links or span._trace_state is not _NO_STATE:
        more = _state(span), _links(span)
    if span._is_simple:
        try:
            return encode((trace_id, span_id, parent_id, span.name, kind, begun_ns, attributes, number, flags, *more))
        except _REFUSED:
            pass
    whole = trace_id, span_id, parent_id, _text(span.name), kind, begun_ns, _fitted(attributes), number, flags
    return encode((*whole, *more))


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
    begun_ns, ended_ns, attributes, events = span.start_time, span.end_time, span._attributes, span._events
    status, message = 0, ""
    if span.status is not UNSET:
        status, message = span.status.status_code.value, span.status.description or ""
    more: tuple[Any, ...] = ()
    if span._links or span._trace_state is not _NO_STATE:
        more = _links(span), _state(span)
    if span._is_simple:
        try:
            # fmt: off
            return encode((
                trace_id, span_id, parent_id, span.name, kind, begun_ns, ended_ns,
                attributes, number, flags, status, message, events, *more,
            ))
            # fmt: on
        except _REFUSED:
            pass
    whole = trace_id, span_id, parent_id, _text(span.name), kind, begun_ns, ended_ns, _fitted(attributes)
    told = number, flags, status, _text(message), [_event(*event) for event in events]
    return encode((*whole, *told, _links(span), _state(span), span._dropped))


def _event(name: str, time_ns: int, attributes: Mapping[str, Any], dropped: int = 0) -> tuple[Any, ...]:
    return _text(name), time_ns, _fitted(attributes), dropped


def _state(span: Readable) -> str:
    return "" if span._trace_state is _NO_STATE else span._trace_state.to_header()


def _links(span: Readable) -> list[tuple[Any, ...]]:
    return [link.record or _link(link) for link in span._links]


def _link(link: Link) -> tuple[Any, ...]:
    if isinstance(link.to, api.SpanContext):
        trace_id, span_id, is_remote, trace_flags, state, _ = link.to
        flags = trace_flags | (FROM_ELSEWHERE if is_remote else FROM_HERE)
    else:
        trace_id, span_id, flags, state = link.to
        flags |= FROM_HERE
    header = "" if state is _NO_STATE else state.to_header()
    attributes = link._attributes if link.is_clean else _fitted(link.attributes or {})
    link.record = trace_id.to_bytes(16), span_id.to_bytes(8), header, attributes, flags
    return link.record


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
