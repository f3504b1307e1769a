"""Where ended spans go: past the watches, then, unless they were sampled out, to the sinks and to the delivery.

Most of them are ours, and every value of theirs was normalised and scrubbed on its way in. A span that another library
made with the agent's tracer provider was not, so that is done here, before anybody sees it; and it loses what was said
to a model, or by it, unless the agent's author asked for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from opentelemetry import trace as api

from fleaglass.alerts import WatchProcessor
from fleaglass.recorder.content import is_content, is_content_event
from fleaglass.recorder.delivery import Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import MAX_NAME_CHARS, Value, attributes
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.seams import EndedEvent, EndedLink, EndedSpan, Sink
from fleaglass.recorder.tracer import Link, Readable, Scope
from fleaglass.semconv import SpanKind

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

__all__ = ["SCOPE", "Outlet"]

SCOPE: Final = "fleaglass"
"""Name of the instrumentation scope of our own spans."""


class Outlet:
    """Hands on every ended span, once.

    Args:
        sinks: called in the thread that ended the span.
        delivery: the way to the collector; ``None`` for an agent that sends nothing.
        agent_id: the one value that is never scrubbed.
        watching: the author's watches; ``None`` if there are none.
        capture_content: whether spans of others keep what was said to a model, and by it.
    """

    def __init__(
        self,
        sinks: Sequence[Sink],
        delivery: Delivery[ReadableSpan] | None,
        agent_id: str,
        watching: WatchProcessor | None = None,
        *,
        capture_content: bool = False,
    ) -> None:
        self._sinks = sinks
        self._delivery = delivery
        self._agent_id = agent_id
        self._watching = watching
        self._capture_content = capture_content

    def on_start(self, span: Readable) -> None:
        """Nothing: a span leaves when it is complete."""

    def on_end(self, span: Readable) -> None:
        """Hand it on. One that cannot be cleaned goes nowhere: it may hold a key."""
        with guard("handing on an ended span"):
            sampled = span.is_sampled
            if not sampled and self._watching is None:
                return
            if span.instrumentation_scope.name != SCOPE:
                span = _cleaned(span, self._agent_id, capture_content=self._capture_content)
            if self._watching is not None:
                self._watching.on_end(cast("ReadableSpan", span))
            if not sampled:
                return
            for sink in self._sinks:
                with guard("handing an ended span to a sink"):
                    sink(_ended(span))
            if self._delivery is not None:
                span.settle()
                self._delivery.put(cast("ReadableSpan", span))

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """For libraries that flush the provider they were given: what ``Agent.flush`` does."""
        return self._delivery is None or self._delivery.flush(timeout_millis / 1000)


def _cleaned(span: Readable, agent_id: str, *, capture_content: bool) -> Readable:
    """The same span with normalised and scrubbed values."""

    def told(values: Mapping[str, object] | None) -> dict[str, Value]:
        kept = {name: value for name, value in (values or {}).items() if capture_content or not is_content(name)}
        return attributes(kept, exempt=agent_id)

    events: list[tuple[Any, ...]] = [
        (scrub(event.name)[:MAX_NAME_CHARS], event.timestamp, told(event.attributes))
        for event in span.events
        if capture_content or not is_content_event(event.name)
    ]
    return span.but(
        name=scrub(span.name)[:MAX_NAME_CHARS],
        _attributes=told(span.attributes),
        _events=events,
        _is_simple=False,
        _links=[Link(link.context, told(link.attributes)) for link in span.links],
        status=api.Status(span.status.status_code, scrub(span.status.description or "") or None),
        instrumentation_scope=_cleaned_scope(span.instrumentation_scope),
    )


def _cleaned_scope(scope: Scope) -> Scope:
    name, version = (scrub(text)[:MAX_NAME_CHARS] for text in (scope.name, scope.version))
    return replace(scope, name=name, version=version, attributes=attributes(scope.attributes))


def _ended(span: Readable) -> EndedSpan:
    context = span.context
    return EndedSpan(
        trace_id=api.format_trace_id(context.trace_id),
        span_id=api.format_span_id(context.span_id),
        parent_span_id=api.format_span_id(span.parent.span_id) if span.parent else None,
        name=span.name,
        kind=cast(SpanKind, span.kind.name.lower()),
        start_ns=span.start_time or 0,
        end_ns=span.end_time or 0,
        status=cast(Literal["unset", "ok", "error"], span.status.status_code.name.lower()),
        status_message=span.status.description or "",
        attributes=_plain(span.attributes),
        events=tuple(EndedEvent(event.name, event.timestamp, _plain(event.attributes)) for event in span.events),
        links=tuple(
            EndedLink(
                api.format_trace_id(link.context.trace_id),
                api.format_span_id(link.context.span_id),
                _plain(link.attributes),
            )
            for link in span.links
        ),
        resource=_plain(span.resource.attributes),
        scope=span.instrumentation_scope.name,
    )


def _plain(attributes: Mapping[str, object] | None) -> dict[str, Value]:
    """The SDK keeps lists as tuples."""
    return {
        key: cast(Value, list(value) if isinstance(value, tuple) else value)
        for key, value in (attributes or {}).items()
    }
