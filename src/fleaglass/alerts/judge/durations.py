"""Rules about how long spans took: the longest, and a quantile by nearest rank.

A quantile exceeds a threshold when fewer spans are within the threshold than its rank asks for, so counting is enough,
and exact. The quantile that is shown comes from bins (histogram.py), within 1 % and on the right side of the threshold,
and of the critical one; it is exact where the rank is that of the longest.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec import UNSET

from fleaglass.alerts.judge.buckets import Sliding, Telling, most_telling, note
from fleaglass.alerts.judge.histogram import Bins, bin_of, quantile_ns, take_away
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Percentile, SlowSpan

__all__ = ["MS_NS", "PercentileSeries", "SlowSpanSeries"]

MS_NS = 1_000_000
_NEVER_NS = 1 << 63
"""Longer than any duration."""


class _Longest:
    """A bucket: how many spans, and the longest of them with their traces."""

    __slots__ = ("samples", "telling")

    def __init__(self) -> None:
        self.samples = 0
        self.telling: Telling = []

    def add(self, row: Row) -> None:
        self.samples += 1
        note(self.telling, row.duration_ns, row.trace_id)


class SlowSpanSeries:
    """The longest span of the window."""

    __slots__ = ("_above_ns", "_window")

    def __init__(self, rule: SlowSpan) -> None:
        self._above_ns = round(rule.above_ms * MS_NS)
        self._window = Sliding(rule.window.ns, _Longest)

    def add(self, row: Row) -> None:
        """Count it."""
        self._window.at(row.end_ns).add(row)

    def pass_time(self, now_ns: int) -> bool:
        """Let the window slide."""
        return bool(self._window.pass_time(now_ns))

    def is_empty(self) -> bool:
        """Whether no span ended in the window."""
        return not self._window

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """Milliseconds of the longest."""
        longest_ns = max(bucket.telling[-1][0] for bucket in self._window)
        breach = longest_ns > self._above_ns
        return Reading(
            group,
            longest_ns / MS_NS,
            breach,
            not breach,
            sum(bucket.samples for bucket in self._window),
            most_telling((bucket.telling for bucket in self._window), self._above_ns) if breach else (),
        )


class _Durations(_Longest):
    """A bucket: also how many are within the thresholds (the critical one: bearable), and the durations in bins."""

    __slots__ = ("bearable", "below", "bins", "within")

    def __init__(self) -> None:
        super().__init__()
        self.within = self.below = self.bearable = 0
        self.bins: Bins = {}


class PercentileSeries:
    """A quantile of the durations in the window."""

    __slots__ = ("_above_ns", "_all", "_below_ns", "_critical_ns", "_minimum", "_quantile", "_window")

    def __init__(self, rule: Percentile) -> None:
        # As it is written: 0.99 is 99 of 100, not the nearest binary fraction, which may be a rank more.
        self._quantile = Fraction(str(rule.quantile))
        self._above_ns = round(rule.above_ms * MS_NS)
        # Without a threshold of its own it is good as soon as it does not exceed: below the next nanosecond.
        self._below_ns = self._above_ns + 1 if rule.resolve_below_ms is UNSET else round(rule.resolve_below_ms * MS_NS)
        critical_ms = rule.critical_above_ms
        self._critical_ns = _NEVER_NS if critical_ms is UNSET else round(critical_ms * MS_NS)
        self._minimum = rule.minimum
        self._window = Sliding(rule.window.ns, _Durations)
        self._all = _Durations()

    def add(self, row: Row) -> None:
        """Count it, in its bucket and in all."""
        number = bin_of(row.duration_ns)
        bucket = self._window.at(row.end_ns)
        bucket.add(row)
        self._all.samples += 1
        for each in (bucket, self._all):
            each.within += row.duration_ns <= self._above_ns
            each.below += row.duration_ns < self._below_ns
            each.bearable += row.duration_ns <= self._critical_ns
            each.bins[number] = each.bins.get(number, 0) + 1

    def pass_time(self, now_ns: int) -> bool:
        """Let the window slide."""
        gone = self._window.pass_time(now_ns)
        for _, bucket in gone:
            self._all.samples -= bucket.samples
            self._all.within -= bucket.within
            self._all.below -= bucket.below
            self._all.bearable -= bucket.bearable
            take_away(self._all.bins, bucket.bins)
        return bool(gone)

    def is_empty(self) -> bool:
        """Whether no span ended in the window."""
        return not self._window

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """Milliseconds."""
        samples = self._all.samples
        if samples < self._minimum:
            return None
        rank = -(-samples * self._quantile.numerator // self._quantile.denominator)
        breach = self._all.within < rank
        return Reading(
            group,
            self._shown_ns(rank, breach) / MS_NS,
            breach,
            self._all.below >= rank,
            samples,
            most_telling((bucket.telling for bucket in self._window), self._above_ns) if breach else (),
        )

    def _shown_ns(self, rank: int, breach: bool) -> float:
        if rank == self._all.samples:
            return max(bucket.telling[-1][0] for bucket in self._window)
        value_ns = quantile_ns(self._all.bins, rank)
        value_ns = max(value_ns, self._above_ns) if breach else min(value_ns, self._above_ns)
        is_critical = self._all.bearable < rank
        return max(value_ns, self._critical_ns + 1) if is_critical else min(value_ns, self._critical_ns)
