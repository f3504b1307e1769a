"""What each rule needs: which rows, which of their attributes, how far back, and what it keeps of a group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from msgspec import UNSET, Struct

from fleaglass import semconv
from fleaglass.alerts.judge.anomaly import AnomalySeries
from fleaglass.alerts.judge.durations import PercentileSeries, SlowSpanSeries
from fleaglass.alerts.judge.latest import AbsenceSeries, StreakSeries, WalletSeries
from fleaglass.alerts.judge.select import OF_THE_ROW, matcher
from fleaglass.alerts.judge.series import Series
from fleaglass.alerts.judge.shares import CountSeries, LastShareSeries, ShareLimits, ShareSeries
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Duration,
    ErrorRate,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SlowSpan,
    Streak,
    WalletFloor,
)

__all__ = [
    "SpanRule",
    "Wanted",
    "group_by",
    "last_needed",
    "look_back_ns",
    "new_series",
    "selector",
    "span_rules",
    "wanted",
]

SpanRule: TypeAlias = SlowSpan | Percentile | ErrorRate | Ratio | Count | Anomaly | Absence | Streak | WalletFloor
"""Kinds that are judged by rows. The others are judged by what else is known (facts.py, earned.py)."""

DAY_NS: Final = 86_400_000_000_000
_USUAL_WINDOW: Final = Duration(300)
_ANOMALY_KEYS: Final = ("agent", "span")


class Wanted(Struct, frozen=True):
    """Rows that somebody asks for.

    Attributes:
        names: None for rows of all names.
        attributes: those by which rows are told apart, by selectors and groups.
        values: those that are only read.
    """

    names: frozenset[str] | None
    attributes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


def span_rules(rules: Iterable[Rule]) -> list[SpanRule]:
    """Those that are judged by rows."""
    return [rule for rule in rules if isinstance(rule, SpanRule)]


def selector(rule: SpanRule) -> Selector:
    """Which rows the rule is shown."""
    match rule:
        case SlowSpan() | Percentile():
            return Selector(span=(rule.span,), where=rule.where)
        case WalletFloor():
            return Selector(span=(semconv.SPAN_PF_WALLET_BALANCE_CHECK,))
        case Count() | Absence():
            return rule.of
    return rule.among


def group_by(rule: Rule) -> tuple[str, ...]:
    """By what it is judged apart."""
    return (*rule.group_by, *_ANOMALY_KEYS) if isinstance(rule, Anomaly) else rule.group_by


def wanted(rules: Iterable[SpanRule]) -> Wanted:
    """What these rules ask for together."""
    asked = list(rules)
    names = [selector(rule).span for rule in asked]
    attributes = {name for rule in asked for name in _attributes(rule)} - OF_THE_ROW.keys()
    reads_balances = any(isinstance(rule, WalletFloor) for rule in asked)
    return Wanted(
        frozenset(name for each in names for name in each) if all(names) else None,
        frozenset(attributes),
        frozenset({semconv.PF_BALANCE_USD} if reads_balances else ()),
    )


def _attributes(rule: SpanRule) -> Iterator[str]:
    yield from rule.group_by
    yield from selector(rule).where
    if isinstance(rule, Ratio | Streak):
        yield from rule.of.where


def look_back_ns(rule: SpanRule) -> int:
    """How far back rows still count."""
    match rule:
        case Anomaly():
            return rule.baseline.ns
        case Absence() | Streak():
            return rule.forget.ns
        case WalletFloor():
            return 7 * DAY_NS
        case ErrorRate() if rule.last is not UNSET:
            return DAY_NS
        case ErrorRate():
            return _window(rule).ns
    return rule.window.ns


def last_needed(rule: SpanRule) -> int | None:
    """How many of a group's last rows say all, of those that the rule tells apart; None if it has a window."""
    match rule:
        case Absence() | WalletFloor():
            return 1
        case Streak():
            return rule.length
        case ErrorRate() if rule.last is not UNSET:
            return rule.last
    return None


def new_series(rule: SpanRule) -> Callable[[], Series]:
    """Makes what the rule keeps of a group."""
    match rule:
        case SlowSpan():
            return lambda: SlowSpanSeries(rule)
        case Percentile():
            return lambda: PercentileSeries(rule)
        case Anomaly():
            return lambda: AnomalySeries(rule)
        case Absence():
            return lambda: AbsenceSeries(rule)
        case WalletFloor():
            return lambda: WalletSeries(rule)
        case Count():
            return lambda: CountSeries(rule.above, rule.window.ns)
        case Streak():
            of = matcher(rule.of)
            return lambda: StreakSeries(rule, of)
        case Ratio():
            of = matcher(rule.of)
            limits = _limits(rule)
            return lambda: ShareSeries(limits, rule.window.ns, of)
    failed, limits = matcher(Selector(status="error")), _limits(rule)
    if rule.last is not UNSET:
        last = rule.last
        return lambda: LastShareSeries(limits, last, failed)
    return lambda: ShareSeries(limits, _window(rule).ns, failed)


def _limits(rule: ErrorRate | Ratio) -> ShareLimits:
    resolve_at = rule.above if rule.resolve_at is UNSET else rule.resolve_at
    return ShareLimits(rule.above, resolve_at, rule.minimum)


def _window(rule: ErrorRate) -> Duration:
    return _USUAL_WINDOW if rule.window is UNSET else rule.window
