"""The global tracer provider where nobody has set one: its tracers record for the agent that a span belongs to.

::

    library ──▶ tracer ──▶ whose span is it? ──▶ the tracer of that agent's provider
                                           └───▶ nobody's: not recorded

That is asked for each span when it starts. A tracer outlives agents, since libraries keep theirs for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, TypeVar

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard
from fleaglass.recorder.others.belonging import library, owner_of, recording, taking_part
from fleaglass.recorder.tracer import Processor, Provider
from fleaglass.recorder.tracer.decorating import each_call

__all__ = ["Provided", "provided"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_NOWHERE: Final = api.NoOpTracer()
_HALF_A_MINUTE_MS: Final = 30_000


class Provided(api.TracerProvider):
    """What is set as the global provider. It ends with the process; each agent ends by itself."""

    def __init__(self) -> None:
        self._processors: tuple[Processor, ...] = ()
        self._lock = Lock()

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> api.Tracer:
        """The tracer of a library."""
        name = library(str(instrumenting_module_name or ""))
        return _Tracer(name, instrumenting_library_version, schema_url, attributes)

    def add_span_processor(self, span_processor: Processor) -> None:
        """Tell it of every span that agents record from now on, theirs and others'."""
        with self._lock:
            self._processors = (*self._processors, span_processor)
            for provider in tuple(taking_part):
                provider.add_span_processor(span_processor)

    def welcome(self, provider: Provider) -> bool:
        """An agent takes part; whether it is one more."""
        with self._lock:
            if provider in taking_part:
                return False
            taking_part.append(provider)
            for processor in self._processors:
                provider.add_span_processor(processor)
            return True

    def shutdown(self) -> None:
        """Shut the span processors down that were added."""
        for processor in self._processors:
            with guard.theirs(f"shutting {type(processor).__name__} down"):
                processor.shutdown()

    def force_flush(self, timeout_millis: int = _HALF_A_MINUTE_MS) -> bool:
        """What ``Agent.flush`` does, for all agents together in ``timeout_millis``; and the same for processors."""
        until_s = time.monotonic() + timeout_millis / 1000
        flushed = True
        for provider in tuple(taking_part):
            left_s = max(0.0, until_s - time.monotonic())
            flushed = provider.force_flush(round(left_s * 1000)) and flushed
        return flushed


class _Tracer(api.Tracer):
    """Makes the spans of one library."""

    def __init__(self, *library: Any) -> None:
        self._library = library

    def start_span(self, name: str, context: otel.Context | None = None, *given: Any, **named: Any) -> api.Span:
        """A span that has started. It is not made current."""
        return self._at(context).start_span(name, context, *given, **named)

    def start_as_current_span(  # type: ignore[override]  # the API names its own class of context managers
        self, name: str, context: otel.Context | None = None, *given: Any, **named: Any
    ) -> _Block:
        """A span for ``with``, which starts with the block and is current in it; or for decorating a function."""
        return _Block(lambda: self._at(context).start_as_current_span(name, context, *given, **named))

    def _at(self, context: otel.Context | None) -> api.Tracer:
        provider = recording(owner_of(context))
        return provider.get_tracer(*self._library) if provider is not None else _NOWHERE


class _Block:
    """A span to come. Whose it is shows when it begins: a function may be decorated before there are agents."""

    def __init__(self, begin: Callable[[], AbstractContextManager[api.Span]]) -> None:
        self._begin = begin

    def __enter__(self) -> api.Span:
        self._inside = self._begin()
        return self._inside.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._inside.__exit__(kind, error, trace)

    def __call__(self, function: FunctionT) -> FunctionT:
        """As a decorator: each call of the function is a span."""
        return each_call(self._begin, function)


provided: Final = Provided()
"""The one of this process."""
