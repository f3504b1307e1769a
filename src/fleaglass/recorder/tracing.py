"""The OpenTelemetry SDK, as far as the recorder uses it. What lies underneath the recorder changes in this file.

Every agent has a tracer provider of its own that is never made the global one, so Fleaglass does not fight over it with
a program that has set up OpenTelemetry for itself. Spans are current in OpenTelemetry's own context all the same: what
other libraries record inside a cycle hangs below it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from opentelemetry import trace as api
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider, sampling
from opentelemetry.sdk.trace.id_generator import IdGenerator

from fleaglass import semconv
from fleaglass.alerts import RecordAll, Watch, WatchProcessor
from fleaglass.recorder.delivery import Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.outlet import SCOPE, Outlet
from fleaglass.recorder.resource import version
from fleaglass.recorder.seams import Ids, Seams, Sink
from fleaglass.settings import Settings

__all__ = ["KINDS", "Kind", "provider_for", "reentrant", "tracer_of"]

Kind: TypeAlias = Literal["internal", "client", "server", "producer", "consumer"]
KINDS: Final[Mapping[Kind, api.SpanKind]] = {
    "internal": api.SpanKind.INTERNAL,
    "client": api.SpanKind.CLIENT,
    "server": api.SpanKind.SERVER,
    "producer": api.SpanKind.PRODUCER,
    "consumer": api.SpanKind.CONSUMER,
}
# By OpenTelemetry's specification: 128 of everything, of any length.
_DEFAULT_LIMITS: Final = SpanLimits(128, 128, 128, 128, 128, 128, SpanLimits.UNSET, SpanLimits.UNSET)


def provider_for(
    settings: Settings,
    seams: Seams,
    sinks: Sequence[Sink],
    resource: Mapping[str, Value],
    delivery: Delivery[ReadableSpan] | None,
    watches: Sequence[Watch] = (),
) -> api.TracerProvider:
    """A provider whose ended spans go to the watches, the sinks and the delivery.

    Sampling decides what leaves the process, and nothing else: a span that is sampled out is recorded all the same,
    because watches judge it, and an error that is reported from inside it says what it was about.
    """
    provider = _Provider(
        sampler=RecordAll(_sampler(settings, seams.ids)),
        resource=Resource(dict(resource), semconv.SCHEMA_URL),
        id_generator=_IdGenerator(seams.ids),
        span_limits=SpanLimits() if seams.reads_environment else _DEFAULT_LIMITS,
        shutdown_on_exit=False,  # the SDK's own exit waits up to 30 s; ours is bounded, see handle.py
    )
    watching = WatchProcessor(*watches, fence=guard.theirs) if watches else None
    provider.add_span_processor(
        Outlet(sinks, delivery, settings.agent_id, watching, capture_content=settings.capture_content)
    )
    return provider


def tracer_of(provider: api.TracerProvider) -> api.Tracer:
    """The tracer that makes our own spans."""
    return provider.get_tracer(SCOPE, version(), semconv.SCHEMA_URL)


def reentrant(span: api.Span) -> api.Span:
    """The same span, which a thread may record on while it records on it.

    The SDK's locks are plain ones. A signal handler or a destructor that logs an error in the middle of
    ``set_attribute`` would wait for ever, and the agent with it.
    """
    parts: tuple[Any, ...] = span, getattr(span, "_attributes", None), getattr(span, "_events", None)
    for part in parts:
        if hasattr(part, "_lock"):
            part._lock = threading.RLock()
    return span


def _sampler(settings: Settings, ids: Ids) -> sampling.Sampler:
    ratio = _ShareOfTraces(settings.sampler_ratio, ids)
    return {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": _BelowOurs(ratio),
        "parentbased_always_on": _BelowOurs(sampling.ALWAYS_ON),
        "parentbased_always_off": _BelowOurs(sampling.ALWAYS_OFF),
        "parentbased_traceidratio": _BelowOurs(ratio),
    }[settings.sampler]


class _BelowOurs(sampling.Sampler):
    """Follows a parent that is an agent's. Any other, of this process or from elsewhere, is treated like none.

    Or whoever hires an agent could switch its recording off, or make it record everything; and so could the program's
    own tracing.
    """

    def __init__(self, root: sampling.Sampler) -> None:
        self._root = root
        self._follow = sampling.ParentBased(root)

    def should_sample(self, parent_context: Context | None, *args: Any, **named: Any) -> sampling.SamplingResult:
        """What the parent was decided, if it is ours."""
        sampler = self._follow if _is_ours(api.get_current_span(parent_context)) else self._root
        return sampler.should_sample(parent_context, *args, **named)

    def get_description(self) -> str:
        """The sampler's own description inside of this one's name."""
        return f"BelowOurs{{{self._root.get_description()}}}"


def _is_ours(span: api.Span) -> bool:
    """Whether an agent of this process recorded it, by the schema that their resources name."""
    return isinstance(span, ReadableSpan) and span.resource.schema_url == semconv.SCHEMA_URL


class _ShareOfTraces(sampling.Sampler):
    """Takes a share of the traces by their ids, as all do who keep the same share, so they keep the same traces.

    A trace that was begun elsewhere has the id that a stranger gave it, who could choose one that is always kept, or
    never. For what is ours of it an id of our own decides.
    """

    def __init__(self, share: float, ids: Ids) -> None:
        self._by_id = sampling.TraceIdRatioBased(share)
        self._ids = ids

    def should_sample(
        self, parent_context: Context | None, trace_id: int, *args: Any, **named: Any
    ) -> sampling.SamplingResult:
        """Whether it is among those taken."""
        if api.get_current_span(parent_context).get_span_context().is_remote:
            trace_id = self._ids.trace_id()
        return self._by_id.should_sample(parent_context, trace_id, *args, **named)

    def get_description(self) -> str:
        """The sampler's own description inside of this one's name."""
        return f"ShareOfTraces{{{self._by_id.get_description()}}}"


class _Provider(TracerProvider):
    """The SDK's provider, except that our settings say whether it is disabled, and that a fork is left in peace.

    In a forked child the SDK's asks its resource detectors again, in threads. Where the program loaded
    ``concurrent.futures.thread`` after the provider was made, that module's lock is still held at this point, and the
    child hangs for ever. An agent's resource comes from its settings, and a fork does not change them.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._disabled = False

    def _handle_fork(self) -> None:
        self._tracers_lock = threading.Lock()


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
