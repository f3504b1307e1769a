"""The judge: rows in, moments in, readings out.

    see(row) ──▶ the rules that ask for its name ──▶ each into its group's series
    at(now)  ──▶ what has changed is read again  ──▶ {rule: readings}

A span counts once, however often it is sent, and in the bucket of its own end, whenever it comes within the horizon.
So neither order nor repetition changes what is read. Rows must have ended by the next moment that is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from fleaglass.alerts.judge.buckets import width_ns
from fleaglass.alerts.judge.plan import SpanRule, group_by, look_back_ns, new_series, selector
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import grouper, matcher
from fleaglass.alerts.judge.series import Hearing, Series

__all__ = ["HORIZON_NS", "Judge"]

HORIZON_NS: Final = 600_000_000_000
"""How late a row may come: ten minutes after its span ended."""

_MINUTE_NS: Final = 60_000_000_000
_NOBODY: Final = Hearing()


class Judge:
    """Judges the rules that are about spans. Not thread-safe: one at a time.

    Args:
        rules: those of a rule book that rows are shown to, each name once.
        horizon_ns: how late a row may come.
    """

    def __init__(self, rules: Iterable[SpanRule], horizon_ns: int = HORIZON_NS) -> None:
        self._rules = {rule.name: _Judged(rule) for rule in rules}
        self._of_any_name = tuple(each for each in self._rules.values() if not each.names)
        self._by_name: dict[str, tuple[_Judged, ...]] = {}
        for name in {name for each in self._rules.values() for name in each.names}:
            self._by_name[name] = tuple(e for e in self._rules.values() if not e.names or name in e.names)
        self._horizon_ns = horizon_ns
        self._seen: dict[int, set[str]] = defaultdict(set)
        self._oldest_minute = 0

    def see(self, row: Row) -> None:
        """Take a row; one that was seen before, or comes too late, changes nothing."""
        rules = self._by_name.get(row.name, self._of_any_name)
        minute = row.end_ns // _MINUTE_NS
        if not rules or minute < self._oldest_minute:
            return
        seen, key = self._seen[minute], row.trace_id + row.span_id
        if key in seen:
            return
        seen.add(key)
        for rule in rules:
            if row.end_ns >= rule.since_ns:
                rule.see(row)

    def expect(self, now_ns: int) -> None:
        """Leave out what will not count any more by then: before history is shown."""
        for rule in self._rules.values():
            rule.expect(now_ns)

    def settle(self, now_ns: int) -> None:
        """Let time pass, and go of what no longer counts. Moments must not go back."""
        self._oldest_minute = (now_ns - self._horizon_ns) // _MINUTE_NS
        for minute in [minute for minute in self._seen if minute < self._oldest_minute]:
            del self._seen[minute]
        for rule in self._rules.values():
            rule.settle(now_ns)

    def at(self, now_ns: int, hearing: Hearing = _NOBODY) -> Mapping[str, list[Reading]]:
        """What every rule reads at a moment, by its name. Moments must not go back."""
        self.settle(now_ns)
        return {name: rule.read(now_ns, hearing) for name, rule in self._rules.items()}


class _Group:
    """A series, and what was last read of it; `is_new` when that may have changed."""

    __slots__ = ("is_new", "reading", "series")

    def __init__(self, series: Series) -> None:
        self.series = series
        self.is_new = True
        self.reading: Reading | None = None


class _Judged:
    """A rule at work. It is shown rows of its `names` (none: of any), that ended from `since_ns` on."""

    def __init__(self, rule: SpanRule) -> None:
        takes = selector(rule)
        self.names = frozenset(takes.span)
        self.since_ns = 0
        self._reach_ns = look_back_ns(rule)
        self._takes = matcher(replace(takes, span=()))
        self._group_of = grouper(group_by(rule))
        self._new_series = new_series(rule)
        self._groups: dict[Labels, _Group] = {}

    def see(self, row: Row) -> None:
        if not self._takes(row):
            return
        labels = self._group_of(row)
        group = self._groups.get(labels)
        if group is None:
            group = self._groups[labels] = _Group(self._new_series())
        group.series.add(row)
        group.is_new = True

    def expect(self, now_ns: int) -> None:
        self.since_ns = max(self.since_ns, now_ns - self._reach_ns - width_ns(self._reach_ns))

    def settle(self, now_ns: int) -> None:
        self.expect(now_ns)
        empty = []
        for labels, group in self._groups.items():
            if group.series.pass_time(now_ns):
                group.is_new = True
                if group.series.is_empty():
                    empty.append(labels)
        for labels in empty:
            del self._groups[labels]

    def read(self, now_ns: int, hearing: Hearing) -> list[Reading]:
        readings = []
        for labels, group in self._groups.items():
            if group.is_new:
                group.is_new = False
                group.reading = group.series.reading(labels, now_ns, hearing)
            if group.reading is not None:
                readings.append(group.reading)
        return readings
