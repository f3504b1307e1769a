"""What an error was about: asset, order, service, and what the agent was at.

The venue's errors say so themselves. For any other error it is read from the spans around it, where it first crosses
one, and kept on the exception: an ``asyncio.timeout`` around an order cancels the request and raises its
``TimeoutError`` outside, but raises it *from* the cancellation, which still knows that an order was under way.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from fleaglass import semconv
from fleaglass.recorder.failure import Mark, causes, mark_on, put_mark
from fleaglass.recorder.noise import Failure
from fleaglass.recorder.story import OperationError

if TYPE_CHECKING:
    from fleaglass.recorder.span import Span

__all__ = ["attributes_around", "failure_of", "traces_around"]

_NOTE: Final = "__fleaglass_failure__"


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
    found = here if noted is None else _first(noted, here)
    if isinstance(error, OperationError):
        found = replace(
            found,
            phase=error.phase or found.phase,
            asset=error.asset or found.asset,
            order_id=error.order_id or found.order_id,
            service=error.service or found.service,
        )
    found = replace(found, phase=found.phase or phase)
    put_mark(error, _NOTE, _Note(traces, found))
    return replace(found, error=error)


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
        spending=any(above.sent for above in spans),
    )


def _first(noted: Failure, here: Failure) -> Failure:
    """Where it was first seen is nearest to what happened."""
    return Failure(
        error=None,
        phase=noted.phase or here.phase,
        asset=noted.asset or here.asset,
        order_id=noted.order_id or here.order_id,
        service=noted.service or here.service,
        span=noted.span or here.span,
        spending=noted.spending or here.spending,
    )
