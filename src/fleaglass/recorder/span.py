"""One span, as a context manager for ``with``, in plain and in async code alike.

Entering makes it current, leaving ends it. Whatever leaves the block leaves it unchanged: a span never swallows an
exception and never raises one of its own. It is current through ``contextvars``, so tasks and threads started inside
(``asyncio.create_task``, ``asyncio.to_thread``) hang below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, ClassVar, Final, Self

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.recorder.attributes import BY_SHORT_NAME, attributes
from fleaglass.recorder.core import Core, Timeline
from fleaglass.recorder.failure import describe, is_recorded, mark_recorded, meant
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.story import Story, is_failure
from fleaglass.recorder.tracer import Link, Tracer, find_current
from fleaglass.recorder.tracer import Span as Recorded
from fleaglass.recorder.tracing import KINDS, Kind

__all__ = ["Span", "current_span", "lineage", "own_span"]

_CURRENT: Final = otel.create_key("fleaglass-span")
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_NO_IDS: Final = b"", b""
_CLEAN: Final[Mapping[str, Value]] = MappingProxyType({})
_context: Final = find_current()
_here: Final = _context.get
_store: Final = dict.__setitem__  # a context is closed to it, but for the moment before anybody has seen it


def current_span(context: otel.Context | None = None) -> Span | None:
    """Our innermost span here; other libraries' spans do not count."""
    span: Span | None = (_here() if context is None else context).get(_CURRENT)  # type: ignore[assignment]
    return span


def own_span(core: Core) -> Span | None:
    """This agent's innermost span here. Inside of another agent's there may be none."""
    return next((span for span in lineage(current_span()) if span.core is core), None)


class Span:
    """A span of ours. Values are given by full attribute name; they are normalised and scrubbed on the way in."""

    reports: ClassVar[bool] = True
    """Whether an error that leaves it is a failure by itself, and not a detail of what is above it."""

    # What few spans change is no attribute of the others: making these took a tenth of the time that a span takes.

    parent: Span | None = None
    story: Story | None = None
    """Set in spans that draw a conclusion from what happens below them."""
    phase: str | None = None
    """What the agent is at, such as ``order_placement``; set in spans that know."""
    outside: otel.Context | None = None
    """The context it was started in."""
    _kind: api.SpanKind = api.SpanKind.INTERNAL
    _sent = False
    _initial: Mapping[str, object] = _NOTHING
    _clean: Mapping[str, Value] = _CLEAN
    """Attributes of our own making that it starts with."""
    _links: Sequence[Link] = ()
    _span: api.Span = api.INVALID_SPAN
    _recorded: Recorded | None = None
    """The same, if it is one of ours: nothing is recorded on any other."""
    _inside: otel.Context | None = None
    _token: Any = None
    _timeline: Timeline | None = None

    def __init__(
        self, core: Core, name: str, *, kind: Kind = "internal", attributes: Mapping[str, object] | None = None
    ) -> None:
        self.name = name
        self._core = core
        if kind != "internal":
            self._kind = KINDS[kind]
        if attributes:
            self._initial = attributes

    # Entering and leaving ----------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self._start(self._below() if self._core.records else otel.get_current())
        except Exception as caught:
            guard.caught(f"starting {self.name}", caught)
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        # Three fences, so that whatever goes wrong with its contents, the span ends and stops being current.
        try:
            if error is not None and is_failure(error):
                self._fail(error)
            self._close(error)
        except Exception as caught:
            guard.caught(f"closing {self.name}", caught)
        try:
            timeline, parent = self._timeline, self.parent
            self._span.end(timeline.now_ns() if timeline is not None else None)
            if parent is None or parent._core is not self._core:
                self._core.trail.close(self.ids[0])
        except Exception as caught:
            guard.caught(f"ending {self.name}", caught)
        try:
            self._detach()
        except Exception as caught:
            guard.caught(f"leaving {self.name}", caught)

    def _below(self) -> otel.Context:
        """The context to start in. A task that belongs to another trace overrides this."""
        return _here()

    def _start(self, context: otel.Context) -> None:
        core, tracer = self._core, self._core.tracer
        parent: Span | None = context.get(_CURRENT)  # type: ignore[assignment]
        if parent is not None:
            self.parent = parent
        self._timeline = timeline = (parent and parent._timeline) or Timeline(core.clock)
        clean: dict[str, Value] = {}
        if self._initial:
            clean = {**self._clean, **attributes(self._initial, core.agent_id)}
            core.state.observe(clean)
        if type(tracer) is Tracer:
            self._span = self._recorded = span = Recorded(tracer, self.name, self._kind)
            span.start(context, context, clean, self._links, timeline.now_ns(), is_clean=True)
        else:
            self._span = tracer.start_span(self.name, context)
        outside = _here()
        self.outside = outside if context is outside else _still_open(outside)
        self._attach(context)

    def _attach(self, context: otel.Context) -> None:
        """Become current, above what is current in the context."""
        inside = otel.Context(context)
        _store(inside, _context.key, self._span)
        _store(inside, _CURRENT, self)
        self._inside = inside
        self._token = _context.set(inside)

    def _fail(self, error: BaseException) -> None:
        """An error leaves its block. Subclasses add what follows from that."""
        self.fail(error)

    def _close(self, error: BaseException | None) -> None:
        """Last words before the span ends, for subclasses."""

    def _detach(self) -> None:
        """Give the context back, if this is still where it was taken.

        Blocks that end out of order must not bring back a span that is over; and a generator that is closed by the
        garbage collector leaves its blocks in somebody else's context, where there is nothing to give back.
        """
        token, self._token = self._token, None
        inside, self._inside = self._inside, None
        if token is not None and (_here() is inside or self in lineage(current_span())):
            try:  # noqa: SIM105  # suppress() takes four times as long
                _context.reset(token)
            except (ValueError, RuntimeError):
                pass

    # Recording ---------------------------------------------------------------------------------------------------

    def record(self, values: Mapping[str, object]) -> None:
        """Set attributes, by full name. Never raises; after the end it does nothing."""
        try:
            recorded = self._recorded
            if recorded is not None and recorded.is_open:
                clean = attributes(values, self._core.agent_id)
                recorded.put(clean)
                self._core.state.observe(clean)
        except Exception as caught:
            guard.caught(f"recording on {self.name}", caught)

    def record_by_short_name(self, values: Mapping[str, object]) -> None:
        """Set attributes, by the names that `attribute_name` reads. Never raises; after the end it does nothing."""
        try:
            recorded = self._recorded
            if recorded is not None and recorded.is_open:
                clean = attributes(values, self._core.agent_id, BY_SHORT_NAME)
                recorded.put(clean)
                self._core.state.observe(clean)
        except Exception as caught:
            guard.caught(f"recording on {self.name}", caught)

    def event(self, name: str, values: Mapping[str, object] | None = None) -> None:
        """Add an event at this moment. Never raises; after the end it does nothing."""
        try:
            recorded = self._recorded
            if recorded is not None and recorded.is_open:
                recorded.put_event(name, self.now_ns(), attributes(values or {}, self._core.agent_id))
        except Exception as caught:
            guard.caught(f"adding an event to {self.name}", caught)

    def hold_event(self, name: str, time_ns: int, clean: dict[str, Value]) -> bool:
        """Add an event of clean values, and leave it to the caller to write it down; whether that is to be done."""
        recorded = self._recorded
        return recorded is not None and recorded.is_open and recorded.hold_event(name, time_ns, clean)

    def fail(self, error: BaseException) -> None:
        """Mark the span as failed by this error, write the error's event if no deeper span has, and report it."""
        self.fail_as(scrub(type(meant(error)).__qualname__))
        with guard("describing an error"):
            if not is_recorded(error, self.trace_id):
                mark_recorded(error, self.trace_id)
                recorded = self._recorded
                if recorded is not None and recorded.is_open:
                    recorded.put_event(semconv.EVENT_EXCEPTION, self.now_ns(), describe(error))
        with guard("reporting an error"):
            self._core.reporter.report(self, error)

    def fail_as(self, error_type: str) -> None:
        """Mark the span as failed without an exception. The message of the status is the type, never free text."""
        with guard(f"failing {self.name}"):
            if self._span.is_recording():
                self._span.set_status(api.StatusCode.ERROR, error_type)
                self._span.set_attribute(semconv.ERROR_TYPE, error_type)

    @property
    def sent(self) -> bool:
        """Whether a request that may move money has left, or may have."""
        return self._sent

    @sent.setter
    def sent(self, has_left: bool) -> None:
        self._sent = has_left
        if has_left:
            self.outlive()

    def outlive(self) -> None:
        """Have all that is known of it by now outlive the process, whatever happens next. Never raises."""
        with guard(f"marking {self.name}"):
            if self._recorded is not None:
                self._recorded.mark()
                self._core.state.keep()

    # Reading -----------------------------------------------------------------------------------------------------

    @property
    def span_context(self) -> api.SpanContext:
        """Its ids as OpenTelemetry has them; not valid when nothing is recorded."""
        return self._span.get_span_context()

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits; zeros when nothing is recorded."""
        if self._recorded is not None:
            return self._recorded.trace_id
        return api.format_trace_id(self.span_context.trace_id)

    @property
    def ids(self) -> tuple[bytes, bytes]:
        """Of the trace and the span: 16 bytes and 8, or none at all when nothing is recorded."""
        ids = self._recorded._ids if self._recorded is not None else None
        return ids[:2] if ids is not None else _NO_IDS

    @property
    def span_id(self) -> str:
        """16 hexadecimal digits; zeros when nothing is recorded."""
        return api.format_span_id(self.span_context.span_id)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What was recorded on it so far; nothing when nothing is recorded."""
        return self._recorded.attributes if self._recorded is not None else {}

    @property
    def started_ns(self) -> int:
        """When it began, in Unix nanoseconds; 0 when nothing is recorded."""
        return (self._recorded.start_time or 0) if self._recorded is not None else 0

    @property
    def opened_in(self) -> Span | None:
        """Our span that was current when it was started: its parent, unless it belongs to another trace."""
        return current_span(self.outside) if self.outside is not None else None

    @property
    def is_over(self) -> bool:
        """Whether its block was left."""
        return self._token is None

    @property
    def core(self) -> Core:
        """The agent it belongs to."""
        return self._core

    def now_ns(self) -> int:
        """This moment on the span's timeline, in Unix nanoseconds; 0 if the span never started. Never raises."""
        try:
            return self._timeline.now_ns() if self._timeline is not None else 0
        except Exception as caught:
            guard.caught("reading the clock", caught)
        return 0

    def stories(self) -> Iterator[Story]:
        """The stories this span is part of, its own included, innermost first."""
        span: Span | None = self
        while span is not None:
            if span.story is not None:
                yield span.story
            span = span.parent


def _still_open(context: otel.Context) -> otel.Context:
    """The context without those of our spans that are over.

    An async generator that is left half-way leaves its span current. Each such span would hold on to the one before,
    for as long as the agent runs.
    """
    span = current_span(context)
    if span is None:
        return context
    if span.outside is not None:
        span.outside = _still_open(span.outside)
    return (span.outside or otel.Context()) if span.is_over else context


def lineage(span: Span | None) -> Iterator[Span]:
    """The span and its ancestors in this process, innermost first."""
    while span is not None:
        yield span
        span = span.parent
