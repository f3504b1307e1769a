"""Rules that count: how many spans, or what share of them, are of a kind."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass

from fleaglass.alerts.judge.buckets import Sliding, Telling, most_telling, note
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import Matcher
from fleaglass.alerts.judge.series import Hearing

__all__ = ["CountSeries", "LastShareSeries", "ShareLimits", "ShareSeries"]

DAY_NS = 86_400_000_000_000


class _Hits:
    """A bucket: how many spans, how many of the kind, and traces of the latest of those."""

    __slots__ = ("hits", "samples", "telling")

    def __init__(self) -> None:
        self.samples = self.hits = 0
        self.telling: Telling = []

    def add(self, row: Row, is_hit: bool) -> None:
        self.samples += 1
        if is_hit:
            self.hits += 1
            note(self.telling, row.end_ns, row.trace_id)


class _Counted:
    """Hits in a sliding window, and in all of it."""

    __slots__ = ("_hits_if", "hits", "samples", "window")

    def __init__(self, length_ns: int, hits_if: Matcher) -> None:
        self._hits_if = hits_if
        self.window = Sliding(length_ns, _Hits)
        self.samples = self.hits = 0

    def add(self, row: Row) -> None:
        """Count it."""
        is_hit = self._hits_if(row)
        self.window.at(row.end_ns).add(row, is_hit)
        self.samples += 1
        self.hits += is_hit

    def pass_time(self, now_ns: int) -> bool:
        """Let the window slide."""
        gone = self.window.pass_time(now_ns)
        for _, bucket in gone:
            self.samples -= bucket.samples
            self.hits -= bucket.hits
        return bool(gone)

    def is_empty(self) -> bool:
        """Whether no span ended in the window."""
        return not self.window

    def traces(self) -> tuple[str, ...]:
        """Those of the latest of the kind."""
        return most_telling(bucket.telling for bucket in self.window)


class CountSeries(_Counted):
    """How many spans ended in the window."""

    __slots__ = ("_above",)

    def __init__(self, above: int, length_ns: int) -> None:
        super().__init__(length_ns, lambda row: True)
        self._above = above

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """How many."""
        breach = self.hits > self._above
        return Reading(group, float(self.hits), breach, not breach, self.hits, self.traces() if breach else ())


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """From when on a share is too much, until when it stays so, and how many spans it takes to judge."""

    above: float
    resolve_at: float
    minimum: int

    def reading(self, group: Labels, hits: int, samples: int, traces: Callable[[], tuple[str, ...]]) -> Reading | None:
        """Of a group with so many hits among so many spans."""
        if samples < self.minimum:
            return None
        share = hits / samples
        breach = share > self.above
        return Reading(group, share, breach, share <= self.resolve_at, samples, traces() if breach else ())


class ShareSeries(_Counted):
    """The share of a kind among the spans of the window."""

    __slots__ = ("_limits",)

    def __init__(self, limits: ShareLimits, length_ns: int, hits_if: Matcher) -> None:
        super().__init__(length_ns, hits_if)
        self._limits = limits

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """The share, 0 to 1."""
        return self._limits.reading(group, self.hits, self.samples, self.traces)


class LastShareSeries:
    """The share of a kind among the last so many spans, of the last day at most."""

    __slots__ = ("_hits", "_hits_if", "_last", "_limits", "_rows")

    def __init__(self, limits: ShareLimits, last: int, hits_if: Matcher) -> None:
        self._limits = limits
        self._last = last
        self._hits_if = hits_if
        self._rows: list[tuple[int, str, str, bool]] = []
        self._hits = 0

    def add(self, row: Row) -> None:
        """Put it in its place; the oldest falls out."""
        is_hit = self._hits_if(row)
        insort(self._rows, (row.end_ns, row.span_id, row.trace_id, is_hit))
        self._hits += is_hit
        if len(self._rows) > self._last:
            self._hits -= self._rows.pop(0)[3]

    def pass_time(self, now_ns: int) -> bool:
        """Forget what is older than a day."""
        old = 0
        while old < len(self._rows) and self._rows[old][0] < now_ns - DAY_NS:
            self._hits -= self._rows[old][3]
            old += 1
        del self._rows[:old]
        return old > 0

    def is_empty(self) -> bool:
        """Whether none is left."""
        return not self._rows

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """The share, 0 to 1."""
        return self._limits.reading(group, self._hits, len(self._rows), self._traces)

    def _traces(self) -> tuple[str, ...]:
        return most_telling([[(end_ns, trace_id) for end_ns, _, trace_id, is_hit in self._rows if is_hit]])
