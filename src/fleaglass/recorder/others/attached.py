"""The span processor in somebody else's provider: what is recorded with it is written into our journals as well.

Nothing changes for that provider: its spans keep their ids, are not touched, and leave as they always did. In the
journal they lie beside the agent's own, cleaned like those of any other library.
"""

from __future__ import annotations

import time
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
        if (context := _kept(span)) is not None:
            owner = owner_of(parent_context)
            open_spans.begin(context, owner)
            provider = recording(owner)
            if provider is not None and (copy := _copy_of(span, context, provider)) is not None:
                provider.out.on_start(copy)

    def on_end(self, span: Any) -> None:
        """Write it down."""
        if (context := _kept(span)) is not None:
            provider = recording(open_spans.end(context))
            if provider is not None and (copy := _copy_of(span, context, provider)) is not None:
                provider.out.on_end(copy)

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


def _copy_of(span: Any, context: api.SpanContext, owner: Provider) -> Readable | None:
    """As the owner's are, to be cleaned; ``None`` for something that is no span."""
    with guard.theirs("reading a span of another tracer provider"):
        parent: api.SpanContext | None = span.parent
        scope = span.instrumentation_scope
        copy = Readable()
        copy.name, copy.kind, copy._parent = span.name, span.kind, parent
        copy.start_time, copy.end_time = span.start_time, span.end_time
        copy.status = UNSET if span.status.status_code is api.StatusCode.UNSET else span.status
        copy.resource = owner.resource
        copy.instrumentation_scope = owner.get_tracer(
            library(scope.name), scope.version, scope.schema_url, scope.attributes
        ).scope
        copy._context = context
        copy._trace_id, copy._span_id, copy._trace_state = context.trace_id, context.span_id, context.trace_state
        copy._flags = context.trace_flags | (FROM_ELSEWHERE if parent is not None and parent.is_remote else FROM_HERE)
        copy._ids = (
            context.trace_id.to_bytes(16),
            context.span_id.to_bytes(8),
            parent.span_id.to_bytes(8) if parent is not None else b"",
        )
        copy._is_simple = False
        copy._attributes = dict(span.attributes or {})
        copy._events = [(event.name, event.timestamp, dict(event.attributes or {})) for event in span.events]
        copy._links = [Link(link.context, dict(link.attributes or {})) for link in span.links]
        copy._dropped = span.dropped_attributes, span.dropped_events, span.dropped_links
        return copy
    return None
