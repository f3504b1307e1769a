"""Where spans go: into the journal as they happen, and when they have ended past the watches and to the sinks.

::

    starts, events, marks ──▶ journal        so that nothing is lost with a process that is killed
    ends ──▶ watches ──▶ sinks ──▶ journal   watches see those that were sampled out as well, and nobody else does

Most of them are ours, and every value of theirs was normalised and scrubbed on its way in. A span that another library
made with the agent's tracer provider was not, so that is done here, before anybody sees it; and it loses what was said
to a model, or by it, unless the agent's author asked for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.alerts import WatchProcessor
from fleaglass.journal import MONEY
from fleaglass.journal.records import Scope as ScopeRecord
from fleaglass.journal.records import SpanEnded, SpanEvent, SpanMarked, SpanStarted
from fleaglass.recorder.cleaner import Cleaner
from fleaglass.recorder.guard import guard
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.seams import EndedEvent, EndedLink, EndedSpan, Sink
from fleaglass.recorder.tracer import UNSET, Readable, Scope, records
from fleaglass.semconv import SpanKind

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

__all__ = ["SCOPE", "Outlet"]

SCOPE: Final = "fleaglass"
"""Name of the instrumentation scope of our own spans."""

_STARTED: Final = SpanStarted.kind
_ENDED: Final = SpanEnded.kind
_SAMPLED: Final = int(api.TraceFlags.SAMPLED)
_MONEY: Final = frozenset(
    {
        semconv.PF_ORDER_ID,
        semconv.PF_ORDER_STATE,
        semconv.PF_ESCROW_ID,
        semconv.PF_FEE_USD,
        semconv.PF_PNL_USD,
        semconv.PF_AMOUNT_USD,
        semconv.PF_TX_HASH,
    }
)
"""What tells of money: these are the last that the journal gives up when its disk is full."""


class Outlet:
    """Hands on every span.

    Args:
        sinks: called in the thread that ended the span.
        journal: the agent's; ``None`` for one that sends nothing.
        agent_id: the one value that is never scrubbed.
        watching: the author's watches; ``None`` if there are none.
        capture_content: whether spans of others keep what was said to a model, and by it.
    """

    def __init__(
        self,
        sinks: Sequence[Sink],
        journal: Journaling | None,
        agent_id: str,
        watching: WatchProcessor | None = None,
        *,
        capture_content: bool = False,
    ) -> None:
        self._sinks = sinks
        self._journal = journal
        self._watching = watching
        self._cleaner = Cleaner(agent_id, capture_content=capture_content)
        self._scopes: set[int] = set()

    def on_start(self, span: Readable) -> None:
        """Write down that it began."""
        journal = self._journal
        if journal is None or not span._flags & _SAMPLED:
            return
        try:
            scope = span.instrumentation_scope
            if scope.number not in self._scopes:
                self._name_scope(journal, scope)
            if scope.name != SCOPE:
                span = self._cleaner.started(span)
            is_of_money = span._attributes and not _MONEY.isdisjoint(span._attributes)
            journal.put(_STARTED, records.started(span), MONEY if is_of_money else 0)
        except Exception as caught:  # as a fence of guard's, which costs more
            guard.caught("writing down that a span began", caught)

    def on_event(self, span: Readable, name: str, time_ns: int, attributes: Mapping[str, Any]) -> None:
        """Write down what happened inside it."""
        journal = self._journal
        if journal is None or not span._flags & _SAMPLED:
            return
        try:
            if span.instrumentation_scope.name != SCOPE:
                told = self._cleaner.event(name, attributes)
                if told is None:
                    return
                name, attributes = told
            journal.put(SpanEvent.kind, records.happened(span, name, time_ns, attributes), 0)
        except Exception as caught:
            guard.caught("writing an event down", caught)

    def on_mark(self, span: Readable, time_ns: int) -> None:
        """Write down all that is known of it: what is about to happen may be its process's last."""
        journal = self._journal
        if journal is not None and span.is_sampled:
            with guard("marking a span"):
                journal.put(SpanMarked.kind, records.marked(self._clean(span), time_ns), MONEY)

    def on_end(self, span: Readable) -> None:
        """Hand it on. One that cannot be cleaned goes nowhere: it may hold a key."""
        try:
            sampled = span._flags & _SAMPLED
            if not sampled and self._watching is None:
                return
            if span.instrumentation_scope.name != SCOPE:
                span = self._cleaner.span(span)
            if self._watching is not None:
                self._watching.on_end(cast("ReadableSpan", span))
            if not sampled:
                return
            for sink in self._sinks:
                with guard("handing an ended span to a sink"):
                    sink(_ended(span))
            if self._journal is not None:
                is_of_money = span.status is not UNSET or not _MONEY.isdisjoint(span._attributes)
                self._journal.put(_ENDED, records.ended(span), MONEY if is_of_money else 0)
        except Exception as caught:
            guard.caught("handing on an ended span", caught)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """For libraries that flush the provider they were given: what ``Agent.flush`` does."""
        return self._journal is None or self._journal.flush(timeout_millis / 1000)

    def _clean(self, span: Readable) -> Readable:
        return span if span.instrumentation_scope.name == SCOPE else self._cleaner.span(span)

    def _name_scope(self, journal: Journaling, scope: Scope) -> None:
        self._scopes.add(scope.number)
        journal.stand(("scope", scope.number), ScopeRecord.kind, records.scope(self._cleaner.scope(scope)))


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
