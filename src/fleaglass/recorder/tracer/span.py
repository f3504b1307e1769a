"""A span that is being recorded: OpenTelemetry's ``Span``.

::

    Tracer.start_span             ─▶ Span          started; ``with`` ends it
    Tracer.start_as_current_span  ─▶ CurrentSpan   ``with`` starts it, makes it current, ends it; a decorator as well

A ``CurrentSpan`` is its own context manager: one made of a generator costs ten times as much. So it is a span before it
is started, and records nothing then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass.recorder.guard import guard
from fleaglass.recorder.tracer.cleaning import as_text
from fleaglass.recorder.tracer.decorating import each_call
from fleaglass.recorder.tracer.readable import FROM_ELSEWHERE, FROM_HERE, NOTHING_DROPPED, UNSET
from fleaglass.recorder.tracer.recorded import Recorded

if TYPE_CHECKING:
    from fleaglass.recorder.tracer.tracer import Tracer

__all__ = ["NEVER_NS", "CurrentSpan", "Span"]

NEVER_NS: Final = 1 << 63
"""From here on a number is no time."""

Given: TypeAlias = tuple[
    otel.Context | None,  # to start in
    Mapping[str, Any] | None,  # attributes
    Sequence[api.Link] | None,
    int | None,  # when it starts, in Unix nanoseconds
]
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_INTERNAL: Final = api.SpanKind.INTERNAL
_put: Final = dict.__setitem__  # a context is closed to it, but for the moment before anybody has seen it
_RANDOM: Final = int(api.TraceFlags.RANDOM_TRACE_ID)
_SAMPLED: Final = int(api.TraceFlags.SAMPLED)
_NO_STATE: Final = api.INVALID_SPAN_CONTEXT.trace_state


class Span(Recorded, api.Span):
    """A span. Made by a tracer; nothing that is called on it raises.

    Args:
        tracer: of the library that records.
        name: of the span.
        kind: which end of a call it is.
        record_exception: whether an exception that leaves its block is recorded.
        set_status: whether such an exception is its status.
    """

    __slots__ = ("_may_end", "_record_exception", "_set_status")

    _may_end: None  # there as long as nobody has ended it

    def __init__(
        self,
        tracer: Tracer,
        name: str,
        kind: api.SpanKind,
        record_exception: bool = False,
        set_status: bool = False,
    ) -> None:
        self._tracer = tracer
        self.name = name if type(name) is str else as_text(name)
        self.kind = kind if type(kind) is api.SpanKind else _INTERNAL
        self._record_exception = record_exception
        self._set_status = set_status
        self._ids = self._context = None
        self.is_open = False

    def start(
        self,
        below: otel.Context,
        context: otel.Context | None,
        attributes: Mapping[str, Any] | None,
        links: Sequence[api.Link] | None,
        start_time: int | None,
        *,
        is_clean: bool = False,
    ) -> None:
        """Begin. Called once.

        Args:
            below: the context whose span is the parent.
            context: that it was asked to start in, if any.
            attributes: that it starts with.
            links: that it starts with.
            start_time: when, in Unix nanoseconds; now by default.
            is_clean: whether attributes and links are clean as they are, and nobody else's.
        """
        tracer = self._tracer
        parent: Any = below.get(tracer.key)
        if type(parent) in _OURS and (ids := parent._ids) is not None:
            # In the trace of a span of ours. That one's context is not kept, which takes longer to make than a span;
            # nor is it itself, which would be kept alive.
            self._trace_id, self._trace_state, flags = parent._trace_id, parent._trace_state, parent._flags
            self._parent = parent._trace_id, parent._span_id, flags, parent._trace_state
            is_sampled = tracer.sampler(flags & _SAMPLED != 0, False, parent._trace_id)
            self._flags = FROM_HERE | flags & _RANDOM | is_sampled
            self._span_id = span_id = tracer.new_span_id()
            self._ids = ids[0], span_id.to_bytes(8), ids[1]
        else:
            self._hang_alone(_context_of(parent))
        self.resource = tracer.resource
        self.instrumentation_scope = tracer.scope
        self._is_simple = True
        self._attributes = {}
        self._events = []
        self._links = []
        self._dropped = NOTHING_DROPPED
        if attributes:
            (self.put if is_clean else self._update)(attributes)  # type: ignore[arg-type]
        if links:
            (self.put_links if is_clean else self._add_links)(links)  # type: ignore[arg-type]
        self.status = UNSET
        self.start_time = (
            tracer.now_ns() if start_time is None else start_time if is_clean else tracer.time_ns(start_time)
        )
        self.end_time = None
        self._may_end = None
        self.is_open = True
        tracer.started(self)
        if tracer.provider.processors:
            tracer.provider.tell_started(self, context)

    def _hang_alone(self, parent: api.SpanContext | None) -> None:
        """In a trace of its own, or in somebody else's."""
        tracer = self._tracer
        self._parent = parent
        if parent is None:
            self._trace_id = tracer.new_trace_id()
            self._trace_state = _NO_STATE
            is_remote, flags, parent_bytes = False, FROM_HERE | _RANDOM, b""
        else:
            self._trace_id = parent.trace_id
            self._trace_state = parent.trace_state
            is_remote = parent.is_remote
            flags = (FROM_ELSEWHERE if is_remote else FROM_HERE) | parent.trace_flags & _RANDOM
            parent_bytes = parent.span_id.to_bytes(8)
        self._flags = flags | tracer.sampler(None, is_remote, self._trace_id)  # true is 1, and so is "sampled"
        self._span_id = tracer.new_span_id()
        self._ids = self._trace_id.to_bytes(16), self._span_id.to_bytes(8), parent_bytes

    def end(self, end_time: int | None = None) -> None:
        """End it. A second time does nothing.

        Args:
            end_time: when, in Unix nanoseconds; now by default.
        """
        try:
            del self._may_end  # one step: of two threads that end it, one gets past this
        except AttributeError:
            return
        tracer = self._tracer
        if end_time is None:
            end_time = tracer.now_ns()
        elif type(end_time) is not int or not 0 <= end_time < NEVER_NS:
            end_time = tracer.time_ns(end_time)
        self.end_time = end_time
        self.is_open = False
        provider = tracer.provider
        if provider.processors:
            provider.tell_ending(self)
        tracer.ended(self)
        if provider.processors:
            provider.tell_ended(self)

    # As a context manager ----------------------------------------------------------------------------------------

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if error is not None and self.is_open:
            self._fail(error, escaped=True)
        self.end()

    def _fail(self, error: BaseException, *, escaped: bool) -> None:
        if self._record_exception:
            self.record_exception(error, escaped=escaped)
        if self._set_status:
            with guard.theirs("describing an exception"):
                self.set_status(api.StatusCode.ERROR, f"{type(error).__name__}: {error}")


class CurrentSpan(Span):
    """A span that is current inside of its block. Made by ``Tracer.start_as_current_span``.

    Args:
        tracer: see `Span`; likewise ``name``, ``kind``, ``record_exception`` and ``set_status``.
        given: what it starts with.
        ends: whether it ends with its block.
    """

    __slots__ = ("_ends", "_given", "_inner", "_token")

    def __init__(
        self,
        tracer: Tracer,
        name: str,
        kind: api.SpanKind,
        given: Given,
        record_exception: bool,
        set_status: bool,
        ends: bool,
    ) -> None:
        # As in Span, which is not called: that is a tenth of what a span costs.
        self._tracer = tracer
        self.name = name if type(name) is str else as_text(name)
        self.kind = kind if type(kind) is api.SpanKind else _INTERNAL
        self._record_exception = record_exception
        self._set_status = set_status
        self._given: Given | None = given
        self._ids = self._context = None
        self.is_open = False
        self._ends = ends
        self._inner = 0

    def __enter__(self) -> CurrentSpan:
        if self._ids is not None:
            self._inner += 1  # a span that its block hands on may be entered like any other
            return self
        assert self._given is not None
        context, attributes, links, start_time = self._given
        self._given = None
        current = self._tracer.current
        outside = current.get()
        self.start(context if isinstance(context, dict) else outside, context, attributes, links, start_time)
        inside = otel.Context(outside)
        _put(inside, current.key, self)
        self._token = current.set(inside)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._inner:
            self._inner -= 1
            return super().__exit__(kind, error, tb)
        token, self._token = self._token, None  # it holds on to the context before, and that to the span before
        try:  # noqa: SIM105  # suppress() takes four times as long as all of this
            self._tracer.current.reset(token)
        except (ValueError, RuntimeError):  # it was entered in another context; nothing is to be given back here
            pass
        # A BaseException that is no Exception is not an error: a generator is closed, a task cancelled.
        if isinstance(error, Exception) and self.is_open:
            self._fail(error, escaped=False)
        if self._ends:
            self.end()
        return None

    def __call__(self, function: FunctionT) -> FunctionT:
        """As a decorator: each call of the function is a span."""
        return each_call(self._anew, function)

    def _anew(self) -> CurrentSpan:
        assert self._given is not None, "a span that has begun is no decorator"
        return CurrentSpan(
            self._tracer, self.name, self.kind, self._given, self._record_exception, self._set_status, self._ends
        )


_OURS: Final = frozenset({Span, CurrentSpan})


def _context_of(parent: object) -> api.SpanContext | None:
    """Of somebody else's span, if it is one that can be a parent."""
    if parent is None:
        return None
    context = parent.get_span_context() if isinstance(parent, api.Span) else None
    return context if isinstance(context, api.SpanContext) and context.is_valid else None
