"""Rules about what came last: how long ago it was, how many in a row, what a wallet held."""

from __future__ import annotations

from bisect import insort
from decimal import Decimal
from typing import Final

from msgspec import UNSET

from fleaglass import semconv
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import Matcher
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Absence, Streak, WalletFloor

__all__ = ["AbsenceSeries", "StreakSeries", "WalletSeries", "usd"]

SECOND_NS: Final = 1_000_000_000
_AFTER_END_NS: Final = 5 * SECOND_NS
"""Spans that an agent ends on its way out may end a little after its session."""

_LONGEST_STREAK: Final = 1000
"""Longer ones are counted as this."""

_PLACES: Final = Decimal(1).scaleb(-8)


class AbsenceSeries:
    """How long ago the last span ended."""

    __slots__ = ("_forget_ns", "_last", "_within_ns")

    def __init__(self, rule: Absence) -> None:
        self._within_ns = rule.within.ns
        self._forget_ns = rule.forget.ns
        self._last = (0, "")
        """Its end, Unix nanoseconds, and trace id; 0 when it is forgotten."""

    def add(self, row: Row) -> None:
        """Remember the last."""
        self._last = max(self._last, (row.end_ns, row.trace_id))

    def pass_time(self, now_ns: int) -> bool:
        """Forget; and it is longer ago than before."""
        if now_ns - self._last[0] > self._forget_ns:
            self._last = (0, "")
        return True

    def is_empty(self) -> bool:
        """Whether it is forgotten."""
        return self._last[0] == 0

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """Seconds. What was silent only while nobody listened neither breaks the rule nor keeps it."""
        last_ns, trace_id = self._last
        silent_ns = now_ns - last_ns
        ended_ns = hearing.ended.get(dict(group).get("agent", ""), 0)
        is_long = silent_ns > self._within_ns and last_ns > ended_ns + _AFTER_END_NS
        breach = is_long and now_ns - hearing.since_ns > self._within_ns
        return Reading(group, silent_ns / SECOND_NS, breach, not is_long, 1, (trace_id,) if breach else ())


class StreakSeries:
    """How many of the last spans, in a row, are of a kind."""

    __slots__ = ("_broken", "_forget_ns", "_keep", "_length", "_of", "_row")

    def __init__(self, rule: Streak, of: Matcher) -> None:
        self._length = rule.length
        self._forget_ns = rule.forget.ns
        self._keep = max(rule.length, _LONGEST_STREAK)
        self._of = of
        self._row: list[tuple[int, str, str]] = []
        self._broken = (0, "", "")
        """The last span that is not of the kind, as (end, span id, trace id)."""

    def add(self, row: Row) -> None:
        """It lengthens the row, or breaks it."""
        key = (row.end_ns, row.span_id, row.trace_id)
        if not self._of(row):
            self._broken = max(self._broken, key)
            self._row = [each for each in self._row if each > self._broken]
        elif key > self._broken:
            insort(self._row, key)
            del self._row[: -self._keep]

    def pass_time(self, now_ns: int) -> bool:
        """Forget the group once its last span is long ago."""
        if max([self._broken, *self._row[-1:]])[0] >= now_ns - self._forget_ns:
            return False
        self._row, self._broken = [], (0, "", "")
        return True

    def is_empty(self) -> bool:
        """Whether it is forgotten."""
        return not self._row and self._broken[0] == 0

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """How many in a row."""
        length = len(self._row)
        breach = length >= self._length
        latest = dict.fromkeys(trace_id for _, _, trace_id in reversed(self._row[-5:]))
        return Reading(group, float(length), breach, not breach, length, tuple(latest) if breach else ())


class WalletSeries:
    """The balance that was read last."""

    __slots__ = ("_below_usd", "_last", "_resolve_at_usd")

    def __init__(self, rule: WalletFloor) -> None:
        self._below_usd = rule.below_usd
        self._resolve_at_usd = rule.below_usd if rule.resolve_at_usd is UNSET else rule.resolve_at_usd
        self._last: tuple[int, str, str, Decimal | None] = (0, "", "", None)

    def add(self, row: Row) -> None:
        """Remember the last that says a balance."""
        balance = usd(row.attributes.get(semconv.PF_BALANCE_USD))
        key = (row.end_ns, row.span_id, row.trace_id)
        if balance is not None and key > self._last[:3]:
            self._last = (*key, balance)

    def pass_time(self, now_ns: int) -> bool:
        """A balance is true until another is read."""
        return False

    def is_empty(self) -> bool:
        """Never: the last balance is remembered."""
        return False

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """USD."""
        _, _, trace_id, balance = self._last
        if balance is None:
            return None
        breach = balance < self._below_usd
        return Reading(group, balance, breach, balance >= self._resolve_at_usd, 1, (trace_id,) if breach else ())


def usd(value: object) -> Decimal | None:
    """An amount that a span carries as a double, rounded to 8 places; None for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e17:
        return None
    return Decimal(repr(value)).quantize(_PLACES)
