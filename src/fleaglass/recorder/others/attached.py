"""The span processor in somebody else's provider: what is recorded with it is written into our journals as well.

Nothing changes for that provider: its spans keep their ids, are not touched, and leave as they always did. In the
journal they lie beside the agent's own, cleaned like those of any other library.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass.recorder.guard import guard
from fleaglass.recorder.others.belonging import library, open_spans, owner_of, recording, taking_part
from fleaglass.recorder.tracer import UNSET, Link, Provider, Readable
from fleaglass.recorder.tracer.readable import FROM_ELSEWHERE, FROM_HERE

__all__ = ["Attached"]


class Attached:
    """A span processor as OpenTelemetry's SDK has them. No method raises.

    Args:
        longest_flush_s: most seconds that a flush takes. What is to be sent is safe in the journals already, and what
            else the program flushes must not wait long for our destinations.
    """

    def __init__(self, longest_flush_s: float = 2.0) -> None:
        self._longest_flush_s = longest_flush_s

    def on_start(self, span: Any, parent_context: otel.Context | None = None) -> None:
        """Write down that it began, if it is kept."""
        context = _kept(span)
        if context is None:
            return
        owner = owner_of(parent_context)
        open_spans.begin(context, owner)
        provider = recording(owner)
        read = _read(span, context, provider) if provider is not None else None
        if provider is not None and read is not None:
            provider.out.on_start(read)

    def on_end(self, span: Any) -> None:
        """Write it down."""
        context = _kept(span)
        if context is None:
            return
        provider = recording(open_spans.end(context))
        read = _read(span, context, provider) if provider is not None else None
        if provider is not None and read is not None:
            provider.out.on_end(read)

    def _on_ending(self, span: Any) -> None:
        """Newer versions of the SDK ask for it."""

    def shutdown(self) -> None:
        """Nothing: each agent ends by itself."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """What ``Agent.flush`` does, for all agents together."""
        until_s = time.monotonic() + min(timeout_millis / 1000, self._longest_flush_s)
        flushed = True
        for provider in tuple(taking_part):
            with guard("flushing"):
                left_s = max(0.0, until_s - time.monotonic())
                flushed = provider.out.force_flush(round(left_s * 1000)) and flushed
        return flushed


def _kept(span: Any) -> api.SpanContext | None:
    """The ids of a span that leaves its process; not of ours, which have a way of their own."""
    with guard.theirs("reading a span of another tracer provider"):
        context = span.get_span_context()
        if not isinstance(span, Readable) and isinstance(context, api.SpanContext) and context.trace_flags.sampled:
            return context
    return None


def _read(span: Any, context: api.SpanContext, owner: Provider) -> Readable | None:
    """A copy, as ours are; ``None`` for something that is no span."""
    with guard.theirs("reading a span of another tracer provider"):
        parent: api.SpanContext | None = span.parent
        read = Readable()
        read.name, read.kind, read.parent = span.name, span.kind, parent
        read.start_time, read.end_time = span.start_time, span.end_time
        read.status = UNSET if span.status.status_code is api.StatusCode.UNSET else span.status
        read.resource = owner.resource
        scope = span.instrumentation_scope
        tracer = owner.get_tracer(library(scope.name), scope.version, scope.schema_url, scope.attributes)
        read.instrumentation_scope = tracer.scope
        read._trace_id, read._span_id, read._trace_state = context.trace_id, context.span_id, context.trace_state
        is_from_elsewhere = parent is not None and parent.is_remote
        read._flags = context.trace_flags & 0xFF | (FROM_ELSEWHERE if is_from_elsewhere else FROM_HERE)
        read._context = context
        parent_id = parent.span_id.to_bytes(8) if parent is not None else b""
        read._ids = context.trace_id.to_bytes(16), context.span_id.to_bytes(8), parent_id
        read._is_simple = False
        read._attributes = _copy(span.attributes)
        read._events = [
            (event.name, event.timestamp, _copy(event.attributes), getattr(event, "dropped_attributes", 0))
            for event in span.events
        ]
        read._links = [
            Link(link.context, _copy(link.attributes), getattr(link, "dropped_attributes", 0)) for link in span.links
        ]
        read._dropped = span.dropped_attributes, span.dropped_events, span.dropped_links
        return read
    return None


def _copy(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(attributes or {})
