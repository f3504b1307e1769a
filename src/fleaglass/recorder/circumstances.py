"""What an error was about: asset, order, service, and what the agent was at.

The venue's errors say so themselves; an author's own may, by attributes of the same names. For any other error it is
read from the spans around it, where it first crosses one, and kept on the exception: an ``asyncio.timeout`` around an
order cancels the request and raises its ``TimeoutError`` outside, but raises it *from* the cancellation, which still
knows that an order was under way.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from fleaglass import semconv
from fleaglass.recorder.failure import Mark, causes, mark_on, put_mark
from fleaglass.recorder.guard import guard
from fleaglass.recorder.noise import Failure
from fleaglass.recorder.normalise import value_of
from fleaglass.recorder.story import OperationError

if TYPE_CHECKING:
    from fleaglass.recorder.span import Span

__all__ = ["attributes_around", "failure_of", "traces_around"]

_NOTE: Final = "__fleaglass_failure__"
_NOTHING: Final = Failure(error=None)


@dataclass(frozen=True, slots=True)
class _Note(Mark):
    failure: Failure  # without the error itself: an object that holds on to itself stays in memory for long


def failure_of(error: BaseException | None, span: Span | None, phase: str | None = None) -> Failure:
    """The failure that this error is, as it is known in this span.

    Args:
        error: the exception, if there is one.
        span: the innermost span around it.
        phase: what the author says that the agent is at.
    """
    here = _around(span)
    if error is None:
        return replace(here, phase=here.phase or phase)
    traces = frozenset(traces_around(span))
    notes = (mark_on(cause, _NOTE) for cause in causes(error))
    noted = next((note.failure for note in notes if isinstance(note, _Note) and note.holds_in(traces)), None)
    said = _said_by(error)
    found = _first(said, here if noted is None else _first(noted, here))
    found = replace(found, phase=found.phase or phase)
    put_mark(error, _NOTE, _Note(traces, found))
    return replace(found, error=error, says_so=said != _NOTHING)


def _said_by(error: BaseException) -> Failure:
    """What the error itself says that it was about."""
    ours = isinstance(error, OperationError)
    return Failure(
        error=None,
        phase=_text_of(error, "phase"),
        asset=_text_of(error, "asset"),
        order_id=_text_of(error, "order_id"),
        service=_text_of(error, "service") if ours else None,  # other libraries' exceptions mean other things by it
    )


def _text_of(error: BaseException, name: str) -> str | None:
    with guard.theirs("asking an exception what it is about"):
        value = value_of(getattr(error, name, None))
        return str(value) if isinstance(value, str | int) and value else None
    return None


def traces_around(span: Span | None) -> Iterator[str]:
    """The traces that an error leaving this span travels through: its own, and the one it was opened in."""
    while span is not None:
        yield span.trace_id
        while span.parent is not None:
            span = span.parent
        span = span.opened_in


def attributes_around(span: Span | None) -> Mapping[str, Any]:
    """What the span and its ancestors in this process recorded, the innermost first."""
    return ChainMap(*[dict(above.attributes) for above in _own(span)])


def _own(span: Span | None) -> Iterator[Span]:
    """The span and its ancestors, as far as they are the same agent's."""
    core = span.core if span is not None else None
    while span is not None and span.core is core:
        yield span
        span = span.parent


def _around(span: Span | None) -> Failure:
    spans = list(_own(span))
    recorded = attributes_around(span)
    told = (above.story.asset for above in spans if above.story is not None)
    return Failure(
        error=None,
        phase=next((above.phase for above in spans if above.phase), None),
        asset=recorded.get(semconv.PF_ASSET) or next(filter(None, told), None),
        order_id=recorded.get(semconv.PF_ORDER_ID),
        service=recorded.get(semconv.PF_SERVICE),
        span=span.name if span is not None else None,
        trace_id=span.trace_id if span is not None else None,
        span_id=span.span_id if span is not None else None,
        spending=any(above.sent or (above.story is not None and above.story.answer_lost) for above in spans),
    )


def _first(noted: Failure, here: Failure) -> Failure:
    """Where it was first seen is nearest to what happened."""
    where = here if noted.span is None else noted
    return Failure(
        error=None,
        phase=noted.phase or here.phase,
        asset=noted.asset or here.asset,
        order_id=noted.order_id or here.order_id,
        service=noted.service or here.service,
        span=where.span,
        trace_id=where.trace_id,
        span_id=where.span_id,
        spending=noted.spending or here.spending,
    )
