"""A tracer: what a library asks for spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass.recorder.guard import guard
from fleaglass.recorder.tracer.cleaning import Cleaning
from fleaglass.recorder.tracer.limits import NO_LIMIT
from fleaglass.recorder.tracer.readable import Scope
from fleaglass.recorder.tracer.span import NEVER_NS, CurrentSpan, Span

if TYPE_CHECKING:
    from fleaglass.recorder.tracer.provider import Provider

__all__ = ["Tracer"]

_INTERNAL: Final = api.SpanKind.INTERNAL


class Tracer(api.Tracer):
    """Makes the spans of one library. Its attributes are what all of them share, at hand for the way of each."""

    def __init__(self, provider: Provider, scope: Scope) -> None:
        self.provider = provider
        self.scope = scope
        self.resource = provider.resource
        self.started = provider.out.on_start
        self.happened = provider.out.on_event
        self.marked = provider.out.on_mark
        self.ended = provider.out.on_end
        self.current = provider.current
        self.key = provider.current.key
        self.sampler = provider.sampler
        self.limits = provider.limits
        self.most_attributes = provider.limits.attributes
        self.cleaning = Cleaning(provider.limits.chars)
        self.plain = self.cleaning.plain
        self.cuts = provider.limits.chars != NO_LIMIT
        self.cuts_others = provider.limits.other_chars != NO_LIMIT
        self.other_cleaning = Cleaning(provider.limits.other_chars)
        self.new_trace_id = provider.ids.trace_id
        self.new_span_id = provider.ids.span_id
        self.now_ns = provider.clock.wall_ns

    def time_ns(self, given: object) -> int:
        """A time that somebody gave, in Unix nanoseconds; now for one that is no such number."""
        if type(given) is int and 0 <= given < NEVER_NS:
            return given
        with guard.theirs("reading a time in nanoseconds"):
            time_ns: int = int(given)  # type: ignore[call-overload]  # that is tried here
            if 0 <= time_ns < NEVER_NS:
                return time_ns
            raise OverflowError
        return self.now_ns()

    def start_span(
        self,
        name: str,
        context: otel.Context | None = None,
        kind: api.SpanKind = _INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[api.Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        """A span that has started. It is not made current."""
        span = Span(self, name, kind, record_exception, set_status_on_exception)
        below = context if isinstance(context, dict) else self.current.get()
        span.start(below, context, attributes, links, start_time)
        return span

    def start_as_current_span(  # type: ignore[override]  # the API names its own class of context managers
        self,
        name: str,
        context: otel.Context | None = None,
        kind: api.SpanKind = _INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[api.Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
    ) -> CurrentSpan:
        """A span for ``with``, which starts with the block and is current in it; or for decorating a function."""
        given = context, attributes, links, start_time
        return CurrentSpan(self, name, kind, given, record_exception, set_status_on_exception, end_on_exit)
