"""What of a journal's spans may leave by now, and which need not leave at all (`thinning.py`)."""

from __future__ import annotations

from fleaglass.journal.cursors import START, Position
from fleaglass.journal.records import SpanEnded
from fleaglass.shipper.consistent import is_kept, threshold_of, with_threshold
from fleaglass.shipper.tail import Tail
from fleaglass.shipper.thinning import Thinning
from fleaglass.shipper.unfinished import Unfinished

__all__ = ["Sieve"]


class Sieve:
    """Used by one thread at a time. Where everything is sent, nothing is held back.

    Args:
        keep: which share of the idle cycles is sent, from 0 to 1.
        tail: the journal.
        unfinished: what is known of it.
    """

    def __init__(self, keep: float, tail: Tail, unfinished: Unfinished) -> None:
        self._threshold = threshold_of(keep)
        self._tail = tail
        self._thinning = unfinished.thinning = (unfinished.thinning or Thinning()) if keep < 1 else None
        self._until = START

    def decide(self, now_ns: int, *, for_good: bool) -> None:
        """Find out how far spans may leave.

        Args:
            now_ns: the time, in Unix nanoseconds.
            for_good: whether nothing more is waited for: nothing comes any more, or somebody is in a hurry.
        """
        if self._thinning is not None:
            if for_good:
                self._thinning.keep_open()
            self._until = self._thinning.decided_to(self._tail.front, now_ns)

    def until(self) -> Position:
        """Spans behind this place have to wait."""
        return self._tail.front if self._thinning is None else self._until

    def sift(self, span: SpanEnded, flags: int) -> bool:
        """Whether a span leaves. One of an idle cycle says in its tracestate how many it stands for."""
        if self._thinning is None or not self._thinning.may_thin(span, flags):
            return True
        if not is_kept(span.trace_id, self._threshold):
            return False
        span.trace_state = with_threshold(span.trace_state, self._threshold)
        return True

    def forget(self, before: Position) -> None:
        """Everything before this place has left."""
        if self._thinning is not None:
            self._thinning.forget(before)
