"""A span took many times as long as is usual for the same operation of the same agent.

    ◀────────── baseline ──────────▶◀─ window ─▶ now
     the median of these, within 1 %   the longest of these

What leaves the window becomes part of the baseline, so that nothing is measured against itself.
"""

from __future__ import annotations

from typing import Final

from fleaglass.alerts.judge.buckets import Sliding, Telling, most_telling, note
from fleaglass.alerts.judge.durations import MS_NS
from fleaglass.alerts.judge.histogram import Bins, bin_of, merge, quantile_ns, take_away
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Anomaly

__all__ = ["AnomalySeries"]


BASELINE_BUCKETS: Final = 48
"""Each holds durations in bins, of every operation of every agent: a day in steps of half an hour is exact enough."""


class _Recent:
    __slots__ = ("bins", "telling")

    def __init__(self) -> None:
        self.bins: Bins = {}
        self.telling: Telling = []


def _no_bins() -> Bins:
    return {}


class AnomalySeries:
    """The longest span of the window, in medians of the baseline."""

    __slots__ = ("_all", "_baseline", "_floor_ns", "_minimum", "_times", "_window")

    def __init__(self, rule: Anomaly) -> None:
        self._times = rule.times
        self._floor_ns = rule.floor_ms * MS_NS
        self._minimum = rule.minimum
        self._window = Sliding(rule.window.ns, _Recent)
        self._baseline = Sliding(rule.baseline.ns, _no_bins, BASELINE_BUCKETS)
        self._all: Bins = {}

    def add(self, row: Row) -> None:
        """Take it as recent; if it is not, it moves on with time."""
        bucket = self._window.at(row.end_ns)
        number = bin_of(row.duration_ns)
        bucket.bins[number] = bucket.bins.get(number, 0) + 1
        note(bucket.telling, row.duration_ns, row.trace_id)

    def pass_time(self, now_ns: int) -> bool:
        """From the window into the baseline, and out of it."""
        left = self._window.pass_time(now_ns)
        for began_ns, bucket in left:
            merge(self._baseline.at(began_ns), bucket.bins)
            merge(self._all, bucket.bins)
        gone = self._baseline.pass_time(now_ns)
        for _, bins in gone:
            take_away(self._all, bins)
        return bool(left) or bool(gone)

    def is_empty(self) -> bool:
        """Whether neither has a span."""
        return not self._window and not self._baseline

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """How many times the usual."""
        samples = sum(self._all.values())
        if not self._window or samples < self._minimum:
            return None
        longest_ns = max(bucket.telling[-1][0] for bucket in self._window)
        usual_ns = max(self._floor_ns, quantile_ns(self._all, (samples + 1) // 2))
        times = longest_ns / usual_ns if usual_ns else 0.0
        breach = times > self._times
        strange = (bucket.telling for bucket in self._window)
        traces = most_telling(strange, self._times * usual_ns) if breach else ()
        return Reading(group, times, breach, not breach, samples, traces)
