"""Which agent a span of another library belongs to.

::

    1. the one whose span is the nearest above it     so that a trace is in one journal
    2. the one that is at work here                   `recorder/at_work.py`
    3. the one that was made last

What belongs to an agent that was shut down, or sends nothing, is recorded nowhere, and not by its neighbour.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass.recorder.at_work import core_at_work
from fleaglass.recorder.guard import guard
from fleaglass.recorder.outlet import SCOPE
from fleaglass.recorder.span import current_span
from fleaglass.recorder.tracer import Provider, Span

__all__ = ["OpenSpans", "library", "open_spans", "owner_of", "recording", "taking_part"]

taking_part: Final[list[Provider]] = []
"""The providers of the agents that record spans of others, in the order they were made."""

_MOST_OPEN: Final = 10_000
_SHIPPER: Final = "fleaglass-shipper"


class OpenSpans:
    """Whose the open spans of another provider are, by the ids of trace and span. No method takes a lock.

    A library may forget to end a span, so there is an end to what is kept.

    Args:
        most: how many, the latest.
    """

    def __init__(self, most: int = _MOST_OPEN) -> None:
        self._most = most
        self._owners: OrderedDict[tuple[int, int], api.TracerProvider | None] = OrderedDict()

    def begin(self, span: api.SpanContext, owner: api.TracerProvider | None) -> None:
        """It has started, and is this one's."""
        self._owners[span.trace_id, span.span_id] = owner
        if len(self._owners) > self._most:
            self._owners.popitem(last=False)

    def owner(self, span: api.SpanContext) -> api.TracerProvider | None:
        """Whose it is, if that is known."""
        return self._owners.get((span.trace_id, span.span_id))

    def end(self, span: api.SpanContext) -> api.TracerProvider | None:
        """It has ended: whose it was. One whose start nobody saw belongs where it ends."""
        ids = span.trace_id, span.span_id
        return self._owners.pop(ids) if ids in self._owners else owner_of(otel.Context())


open_spans: Final = OpenSpans()


def owner_of(context: otel.Context | None) -> api.TracerProvider | None:
    """The provider of the agent that a span belongs to which starts now; ``None`` if there is none.

    Args:
        context: that it starts in; ``None`` for the current one.
    """
    if threading.current_thread().name == _SHIPPER:
        return None  # a request that sends spans must not be a span that is to be sent
    with guard("finding out whose a span is"):
        return _nearest(context) or _at_work() or (taking_part[-1] if taking_part else None)
    return None


def recording(owner: api.TracerProvider | None) -> Provider | None:
    """The same, if it records spans of others."""
    return next((each for each in tuple(taking_part) if each is owner), None)


def _nearest(context: otel.Context | None) -> api.TracerProvider | None:
    above = api.get_current_span(context)
    if isinstance(above, Span):
        return above._tracer.provider
    ours = current_span(context)
    return open_spans.owner(above.get_span_context()) or (ours.core.tracer_provider if ours is not None else None)


def _at_work() -> api.TracerProvider | None:
    core = core_at_work()
    return core.tracer_provider if core is not None else None


def library(name: str) -> str:
    """What a library is called in our records: none passes for ours, whose spans were cleaned on their way in."""
    return f"{SCOPE} (another one)" if name == SCOPE else name
