"""The OpenTelemetry SDK, as far as the recorder uses it. What lies underneath the recorder changes in this file.

Every agent has a tracer provider of its own that is never made the global one, so Fleaglass does not fight over it with
a program that has set up OpenTelemetry for itself. Spans are current in OpenTelemetry's own context all the same: what
other libraries record inside a cycle hangs below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast

from opentelemetry import trace as api
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider, sampling
from opentelemetry.sdk.trace.id_generator import IdGenerator

from fleaglass import semconv
from fleaglass.recorder.delivery import Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.resource import version
from fleaglass.recorder.seams import EndedEvent, EndedSpan, Ids, Sink
from fleaglass.settings import Settings

__all__ = ["KINDS", "Kind", "no_tracer", "tracer_for"]

Kind: TypeAlias = Literal["internal", "client", "server", "producer", "consumer"]
KINDS: Final[Mapping[Kind, api.SpanKind]] = {
    "internal": api.SpanKind.INTERNAL,
    "client": api.SpanKind.CLIENT,
    "server": api.SpanKind.SERVER,
    "producer": api.SpanKind.PRODUCER,
    "consumer": api.SpanKind.CONSUMER,
}


def no_tracer() -> api.Tracer:
    """A tracer that records nothing."""
    return api.NoOpTracer()


def tracer_for(
    settings: Settings,
    ids: Ids,
    sinks: Sequence[Sink],
    resource: Mapping[str, Value],
    delivery: Delivery | None,
) -> api.Tracer:
    """A tracer whose ended spans go to the sinks, then to the delivery."""
    provider = TracerProvider(
        sampler=_sampler(settings),
        resource=Resource(dict(resource), semconv.SCHEMA_URL),
        id_generator=_IdGenerator(ids),
        shutdown_on_exit=False,  # the SDK's own exit waits up to 30 s; ours is bounded, see handle.py
    )
    for sink in sinks:
        provider.add_span_processor(_ToSink(sink))
    if delivery is not None:
        provider.add_span_processor(_ToDelivery(delivery))
    return provider.get_tracer("fleaglass", version(), semconv.SCHEMA_URL)


def _sampler(settings: Settings) -> sampling.Sampler:
    ratio = sampling.TraceIdRatioBased(settings.sampler_ratio)
    return {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": ratio,
        "parentbased_always_on": sampling.ParentBased(sampling.ALWAYS_ON),
        "parentbased_always_off": sampling.ParentBased(sampling.ALWAYS_OFF),
        "parentbased_traceidratio": sampling.ParentBased(ratio),
    }[settings.sampler]


class _IdGenerator(IdGenerator):
    def __init__(self, ids: Ids) -> None:
        self.generate_trace_id = ids.trace_id  # type: ignore[method-assign]  # one call less per span
        self.generate_span_id = ids.span_id  # type: ignore[method-assign]

    def is_trace_id_random(self) -> bool:
        """Sets the random bit in traceparent's flags (W3C Trace Context level 2)."""
        return True

    def generate_trace_id(self) -> int:  # replaced in __init__; the base class demands a definition
        raise NotImplementedError

    def generate_span_id(self) -> int:
        raise NotImplementedError


class _ToSink(SpanProcessor):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def on_end(self, span: ReadableSpan) -> None:
        with guard("handing an ended span to a sink"):
            self._sink(_ended(span))


class _ToDelivery(SpanProcessor):
    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def on_end(self, span: ReadableSpan) -> None:
        with guard("queueing an ended span"):
            self._delivery.put(span)


def _ended(span: ReadableSpan) -> EndedSpan:
    context = cast(api.SpanContext, span.context)
    return EndedSpan(
        trace_id=api.format_trace_id(context.trace_id),
        span_id=api.format_span_id(context.span_id),
        parent_span_id=api.format_span_id(span.parent.span_id) if span.parent else None,
        name=span.name,
        kind=cast(Kind, span.kind.name.lower()),
        start_ns=span.start_time or 0,
        end_ns=span.end_time or 0,
        status=cast(Literal["unset", "ok", "error"], span.status.status_code.name.lower()),
        status_message=span.status.description or "",
        attributes=_plain(span.attributes),
        events=tuple(EndedEvent(event.name, event.timestamp, _plain(event.attributes)) for event in span.events),
        links=tuple(
            (api.format_trace_id(link.context.trace_id), api.format_span_id(link.context.span_id))
            for link in span.links
        ),
        resource=_plain(span.resource.attributes),
    )


def _plain(attributes: Mapping[str, object] | None) -> dict[str, Value]:
    """The SDK keeps lists as tuples."""
    return {
        key: cast(Value, list(value) if isinstance(value, tuple) else value)
        for key, value in (attributes or {}).items()
    }
