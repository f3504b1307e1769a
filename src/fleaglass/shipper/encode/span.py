"""Spans as OTLP's ``ExportTraceServiceRequest``.

::

    Span     1 trace_id   2 span_id   3 trace_state   4 parent_span_id   5 name   6 kind   7 start   8 end
             9 attributes   10 dropped   11 events   12 dropped   13 links   14 dropped   15 status   16 flags
    Event    1 time       2 name      3 attributes    4 dropped
    Link     1 trace_id   2 span_id   3 trace_state   4 attributes       6 flags
    Status   2 message    3 code
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fleaglass.journal.records import Event, Link, Opened, Scope, SpanEnded
from fleaglass.shipper.encode.attributes import attributes
from fleaglass.shipper.encode.kept import Kept
from fleaglass.shipper.encode.resource import request, scoped
from fleaglass.shipper.encode.wire import U32, blob, field, fixed32, fixed64, number, text

__all__ = ["spans"]

_names: Final[Kept[str]] = Kept(lambda name: text(b"\x2a", name))
_event_names: Final[Kept[str]] = Kept(lambda name: text(b"\x12", name))
_kinds: Final[Kept[int]] = Kept(lambda kind: number(b"\x30", kind))
_flags: Final[Kept[int]] = Kept(lambda flags: fixed32(b"\x85\x01", flags))


def spans(opened: Opened, scopes: Mapping[int, Scope], batch: Sequence[SpanEnded]) -> bytes:
    """A request with these spans, those of each library together, in the order in which they come.

    Args:
        opened: what their journal is.
        scopes: its libraries by number; a span of one that is not there has a library without a name.
        batch: the spans.
    """
    by_scope: dict[int, list[bytes]] = {}
    for span in batch:
        by_scope.setdefault(span.scope, []).append(_span(span))
    return request(opened, [scoped(scopes.get(each, Scope(each, "")), found) for each, found in by_scope.items()])


def _span(span: SpanEnded) -> bytes:
    """What most spans have none of costs them no call."""
    no_attributes, no_events, no_links = span.dropped
    parts = [
        blob(b"\x0a", span.trace_id),
        blob(b"\x12", span.span_id),
        text(b"\x1a", span.trace_state) if span.trace_state else b"",
        blob(b"\x22", span.parent_id),
        _names[span.name],
        _kinds[span.span_kind],
        fixed64(b"\x39", span.start_ns),
        fixed64(b"\x41", span.end_ns),
        attributes(b"\x4a", span.attributes),
        number(b"\x50", no_attributes & U32) if no_attributes else b"",
    ]
    if span.events:
        parts += [field(b"\x5a", _event(event)) for event in span.events]
    if no_events:
        parts.append(number(b"\x60", no_events & U32))
    if span.links:
        parts += [field(b"\x6a", _link(link)) for link in span.links]
    if no_links:
        parts.append(number(b"\x70", no_links & U32))
    if span.status or span.status_message:
        parts.append(_status(span.status, span.status_message))
    parts.append(_flags[span.flags])
    return b"".join(parts)


def _event(event: Event) -> bytes:
    content = fixed64(b"\x09", event.time_ns) + _event_names[event.name] + attributes(b"\x1a", event.attributes)
    return content + number(b"\x20", event.dropped_attributes & U32) if event.dropped_attributes else content


def _link(link: Link) -> bytes:
    return (
        blob(b"\x0a", link.trace_id)
        + blob(b"\x12", link.span_id)
        + text(b"\x1a", link.trace_state)
        + attributes(b"\x22", link.attributes)
        + fixed32(b"\x35", link.flags)
    )


def _status(code: int, message: str) -> bytes:
    """Left out while it is unset, which says the same."""
    said = text(b"\x12", message) + number(b"\x18", code)
    return field(b"\x7a", said) if said else b""
