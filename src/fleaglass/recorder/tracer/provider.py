"""Where tracers come from, and where their spans go: to the agent's outlet, and to span processors that a user adds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard
from fleaglass.recorder.seams import Clock, Ids
from fleaglass.recorder.tracer.cleaning import Cleaning
from fleaglass.recorder.tracer.current import Current, find_current
from fleaglass.recorder.tracer.limits import NO_LIMIT, Limits
from fleaglass.recorder.tracer.readable import Readable, Resource, Scope
from fleaglass.recorder.tracer.sampling import Sampler
from fleaglass.recorder.tracer.span import Span
from fleaglass.recorder.tracer.tracer import Tracer

__all__ = ["Out", "Processor", "Provider"]

_HALF_A_MINUTE_MS: Final = 30_000


class Out(Protocol):
    """Where all spans go. It does not raise."""

    def on_start(self, span: Readable) -> None:
        """A span began."""
        ...

    def on_event(self, span: Readable, name: str, time_ns: int, attributes: Mapping[str, Any]) -> None:
        """Something happened inside a span."""
        ...

    def on_mark(self, span: Readable, time_ns: int) -> None:
        """What is known of a span by now must not be lost."""
        ...

    def on_end(self, span: Readable) -> None:
        """A span ended."""
        ...

    def force_flush(self, timeout_millis: int = ...) -> bool:
        """Wait until everything is on its way; whether it is."""
        ...


class Processor(Protocol):
    """A span processor as OpenTelemetry's SDK has them. What it raises is kept in, and said once."""

    def on_start(self, span: Any, parent_context: otel.Context | None = None) -> None:
        """A span began, and may be recorded on."""
        ...

    def on_end(self, span: Any) -> None:
        """A span ended."""
        ...

    def shutdown(self) -> None:
        """Nothing will follow."""
        ...

    def force_flush(self, timeout_millis: int = ...) -> bool:
        """Hand on what is held back; whether that was possible in time."""
        ...


class Provider(api.TracerProvider):
    """An agent's tracer provider.

    Args:
        out: where all spans go.
        resource: who records.
        ids: where ids come from.
        clock: where times come from that nobody gives.
        sampler: which spans leave the process. All are recorded.
        limits: how much of a span is kept.
        current: how a span is made current; the quickest way that works by default.
    """

    def __init__(
        self,
        out: Out,
        *,
        resource: Resource,
        ids: Ids,
        clock: Clock,
        sampler: Sampler,
        limits: Limits | None = None,
        current: Current | None = None,
    ) -> None:
        self.resource = resource
        self.ids = ids
        self.clock = clock
        self.sampler = sampler
        self.limits = limits or Limits()
        self.current = current or find_current()
        self.out = out
        self.processors: tuple[Processor, ...] = ()
        self._tracers: dict[Scope, Tracer] = {}
        self._lock = Lock()

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Tracer:
        """The tracer of a library; the same one for the same names."""
        clean, _ = Cleaning(NO_LIMIT).all(attributes or {})
        name, version = str(instrumenting_module_name or ""), str(instrumenting_library_version or "")
        with self._lock:
            scope = Scope(name, version, str(schema_url or ""), clean, len(self._tracers))
            if scope not in self._tracers:
                self._tracers[scope] = Tracer(self, scope)
            return self._tracers[scope]

    def add_span_processor(self, span_processor: Processor) -> None:
        """Tell it of every span from now on, after those that were added before."""
        with self._lock:
            self.processors = (*self.processors, span_processor)

    def shutdown(self) -> None:
        """Shut the span processors down that were added. The provider itself ends with the agent."""
        for processor in self.processors:
            with guard.theirs(f"shutting {type(processor).__name__} down"):
                processor.shutdown()

    def force_flush(self, timeout_millis: int = _HALF_A_MINUTE_MS) -> bool:
        """What ``Agent.flush`` does, and the same for processors that were added, in ``timeout_millis`` together."""
        until_s = time.monotonic() + timeout_millis / 1000
        flushed = self.out.force_flush(timeout_millis)
        for processor in self.processors:
            done = False
            left_ms = round((until_s - time.monotonic()) * 1000)
            if left_ms > 0:
                with guard.theirs(f"flushing {type(processor).__name__}"):
                    done = processor.force_flush(left_ms) is not False
            flushed = flushed and done
        return flushed

    def tell_started(self, span: Span, context: otel.Context | None) -> None:
        """Tell the processors that were added of a span that has begun."""
        for processor in self.processors:
            with guard.theirs(f"telling {type(processor).__name__} of a span"):
                processor.on_start(span, parent_context=context)

    def tell_ending(self, span: Span) -> None:
        """Likewise before the first is told that it has ended. Newer versions of the SDK have this, by this name."""
        for processor in self.processors:
            if (ending := getattr(processor, "_on_ending", None)) is not None:
                with guard.theirs(f"telling {type(processor).__name__} of an ending span"):
                    ending(span)

    def tell_ended(self, span: Span) -> None:
        """Tell them of a span that has ended. They may keep it."""
        span.settle()
        for processor in self.processors:
            with guard.theirs(f"telling {type(processor).__name__} of an ended span"):
                processor.on_end(span)
