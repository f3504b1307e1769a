"""Which traces need not be sent: cycles that did nothing, by the rate that the route asks for.

::

    a span ends, its parent is open     the trace is undecided; what lies behind this span waits
    … it tells of money, an error …     the trace is kept, and nothing waits for it any more
    a span ends that has none open      the trace is over: an idle cycle, or kept
    ten seconds have passed             the trace is kept

An idle cycle has ended as skipped or completed, and no span of it tells of money, failed, was interrupted or is linked
to an issue. Of those the trace id decides (`consistent.py`).

A decision follows from the records alone. What is known here is written down with the place up to which the journal
has been read, so whoever goes on from there decides alike.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from fleaglass import semconv
from fleaglass.journal.cursors import Position
from fleaglass.journal.format import MONEY
from fleaglass.journal.records import SpanEnded
from fleaglass.shipper.told import ERROR, Ended

__all__ = ["Thinning", "Undecided"]

_PATIENCE_NS: Final = 10_000_000_000
_LATE_NS: Final = 1_000_000_000
"""A record may be that much younger than the end of its span."""
_MOST_IDLE: Final = 50_000
_LATEST_IDLE: Final = 1_000
_IDLE: Final = frozenset({semconv.PF_CYCLE_OUTCOME_SKIPPED, semconv.PF_CYCLE_OUTCOME_COMPLETED})


class Undecided(msgspec.Struct, array_like=True):
    """A trace of which something is open.

    Attributes:
        at: where its first span that ended lies.
        since_ns: when that ended.
        is_kept: whether it is known already that all of it is sent.
    """

    at: Position
    since_ns: int
    is_kept: bool = False


class Thinning(msgspec.Struct, kw_only=True):
    """Of one journal.

    Attributes:
        undecided: by trace id, in the order of the journal; never more than there are open spans.
        idle: traces that did nothing, and where their roots lie, in the order of the journal.
    """

    undecided: dict[bytes, Undecided] = {}
    idle: dict[bytes, Position] = {}

    def see(self, span: Ended, flags: int, at: Position, still_open: Collection[bytes]) -> None:
        """A span has ended.

        Args:
            span: what is looked at of it.
            flags: of its record.
            at: where that lies.
            still_open: trace id and span id of each span that is.
        """
        trace_id = span.trace_id
        must_be_kept = _must_be_kept(span, flags)
        if trace_id + span.parent_id in still_open:
            if trace_id not in self.idle:
                known = self.undecided.setdefault(trace_id, Undecided(at, span.end_ns))
                known.is_kept |= must_be_kept
            return
        known = self.undecided.pop(trace_id, Undecided(at, span.end_ns))
        is_late = span.end_ns - known.since_ns > _PATIENCE_NS
        if not (must_be_kept or known.is_kept or is_late) and _is_idle(span) and len(self.idle) < _MOST_IDLE:
            self.idle[trace_id] = at

    def decided_to(self, front: Position, now_ns: int) -> Position:
        """What lies before this place need not wait any more.

        Args:
            front: how far the journal has been read.
            now_ns: the time, in Unix nanoseconds.
        """
        oldest_ns = now_ns - _PATIENCE_NS - _LATE_NS
        waiting = (each.at for each in self.undecided.values() if not each.is_kept and each.since_ns > oldest_ns)
        return next(waiting, front)

    def keep_open(self) -> None:
        """Keep what is undecided, since somebody waits for it."""
        for each in self.undecided.values():
            each.is_kept = True

    def may_thin(self, span: SpanEnded, flags: int) -> bool:
        """Whether a span belongs to an idle cycle, and does not itself, coming late, say otherwise."""
        return span.trace_id in self.idle and not (
            flags & MONEY or span.status == ERROR or semconv.SENTRY_EVENT_ID in span.attributes
        )

    def forget(self, before: Position) -> None:
        """Nobody reads what lies before this place again. A span may be late, so the latest are remembered."""
        while len(self.idle) > _LATEST_IDLE and (first := next(iter(self.idle.items())))[1] < before:
            del self.idle[first[0]]


def _must_be_kept(span: Ended, flags: int) -> bool:
    told = span.told
    return bool(flags & MONEY or span.status == ERROR or told.event_id is not None or told.interrupted)


def _is_idle(span: Ended) -> bool:
    return (
        not span.parent_id
        and span.name == semconv.SPAN_AGENT_DECISION_CYCLE
        and isinstance(span.told.cycle_outcome, str)
        and span.told.cycle_outcome in _IDLE
    )
