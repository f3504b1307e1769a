"""The spans that were open when a process died, as they are ended for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from fleaglass import semconv
from fleaglass.journal.records import Event, SpanEnded, SpanEvent, SpanMarked, SpanStarted, decode
from fleaglass.shipper.unfinished import OpenSpan, Unfinished

__all__ = ["Interrupted", "all_decoded", "decoded", "interrupted_spans", "last_ns_of", "so_far"]

_ERROR: Final = 2
_MESSAGE: Final = "interrupted"


class Interrupted(msgspec.Struct, frozen=True):
    """A span that was open, as it is ended now; and whether its request had left without an answer."""

    ended: SpanEnded
    is_in_flight: bool


def interrupted_spans(unfinished: Unfinished) -> list[Interrupted]:
    """The open spans, ended where the process did, in the order in which they began."""
    last_ns = last_ns_of(unfinished)
    found = (_interrupted(span, last_ns) for span in unfinished.spans.values())
    return sorted((each for each in found if each is not None), key=lambda each: each.ended.start_ns)


def _interrupted(span: OpenSpan, last_ns: int) -> Interrupted | None:
    known = so_far(span)
    if known is None:
        return None
    is_in_flight = bool(span.marks)
    if is_in_flight:
        known.attributes |= _unknown(known.name)
    known.attributes |= {semconv.PF_INTERRUPTED: True, semconv.ERROR_TYPE: _MESSAGE}
    if known.name == semconv.SPAN_AGENT_DECISION_CYCLE:
        known.attributes[semconv.PF_CYCLE_OUTCOME] = semconv.PF_CYCLE_OUTCOME_INTERRUPTED
    ended = msgspec.structs.replace(known, end_ns=max(known.start_ns, last_ns), status=_ERROR, status_message=_MESSAGE)
    return Interrupted(ended, is_in_flight)


def so_far(span: OpenSpan) -> SpanEnded | None:
    """All that is known of an open span, as if it ended where it began; ``None`` if it cannot be read."""
    started = decoded(SpanStarted, span.started)
    if started is None:
        return None
    attributes = dict(started.attributes)
    for mark in all_decoded(SpanMarked, span.marks):
        attributes |= mark.attributes
    return SpanEnded(
        trace_id=started.trace_id,
        span_id=started.span_id,
        parent_id=started.parent_id,
        name=started.name,
        span_kind=started.span_kind,
        start_ns=started.start_ns,
        end_ns=started.start_ns,
        attributes=attributes,
        scope=started.scope,
        flags=started.flags,
        events=[Event(each.name, each.time_ns, each.attributes) for each in all_decoded(SpanEvent, span.events)],
        links=started.links,
        trace_state=started.trace_state,
    )


def _unknown(name: str) -> dict[str, str]:
    """The state of a spend that left and had no answer: neither failed nor done."""
    if name.startswith("pf.escrow."):
        return {semconv.PF_ESCROW_STATUS: semconv.PF_ESCROW_STATUS_UNKNOWN}
    if name.startswith("pf.casino."):
        return {semconv.PF_BET_OUTCOME: semconv.PF_BET_OUTCOME_UNKNOWN}
    return {semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_UNKNOWN}


def last_ns_of(unfinished: Unfinished) -> int:
    """When the last thing happened that was recorded; 0 if nothing did."""
    if unfinished.last is None:
        return 0
    kind, payload = unfinished.last
    try:
        record = decode(kind, payload)
    except msgspec.MsgspecError:
        return 0
    return next(
        (getattr(record, name) for name in ("end_ns", "time_ns", "observed_ns", "start_ns") if hasattr(record, name)), 0
    )


def decoded(what: type[Any], payload: bytes) -> Any:
    """The record of this kind; ``None`` if there is none, or none that can be read."""
    try:
        return decode(what.kind, payload) if payload else None
    except msgspec.MsgspecError:
        return None


def all_decoded(what: type[Any], payloads: list[bytes]) -> Iterator[Any]:
    """Those that can be read."""
    return (record for payload in payloads if (record := decoded(what, payload)) is not None)
