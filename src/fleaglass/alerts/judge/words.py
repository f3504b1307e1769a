"""A rule's unit and threshold, and one line on what was read against them."""

from __future__ import annotations

from decimal import Decimal
from math import log2
from typing import Final, Literal, TypeAlias

from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    ErrorRate,
    InFlightAtDeath,
    MissedSchedule,
    NewIssue,
    Percentile,
    Ratio,
    Rule,
    SessionCrash,
    SlowSpan,
    Streak,
    WalletFloor,
)

__all__ = ["Unit", "about", "is_much_worse", "is_worse", "says", "threshold", "unit", "what"]

Unit: TypeAlias = Literal["ms", "ratio", "count", "usd", "s", "times"]
_CENT: Final = Decimal("0.01")
_AGES: Final = (Absence, NewIssue, SessionCrash)
"""Kinds whose value is a time, which passes by itself and is no measure of how bad it is."""

_MOST_DOUBLINGS: Final = 64


def unit(rule: Rule) -> Unit:
    """What the rule's value is in."""
    match rule:
        case SlowSpan() | Percentile():
            return "ms"
        case ErrorRate() | Ratio():
            return "ratio"
        case Anomaly():
            return "times"
        case Absence() | SessionCrash() | NewIssue():
            return "s"
        case WalletFloor() | Drawdown():
            return "usd"
    return "count"


def threshold(rule: Rule) -> float | None:
    """What the value is held against, in its unit; None where there is no figure."""
    match rule:
        case SlowSpan() | Percentile():
            return rule.above_ms
        case ErrorRate() | Ratio() | Count():
            return float(rule.above)
        case Anomaly():
            return rule.times
        case Streak():
            return float(rule.length)
        case WalletFloor():
            return float(rule.below_usd)
        case Drawdown():
            return float(rule.above_usd)
        case Absence() | NewIssue():
            return float(rule.within)
        case SessionCrash():
            return float(rule.restart_within)
        case InFlightAtDeath():
            return 0.0
    return None


def is_worse(rule: Rule, value: Decimal | float, than: Decimal | float | None) -> bool:
    """Whether a value is further beyond the threshold: of a balance less is worse, of all else more."""
    return than is None or (value < than if isinstance(rule, WalletFloor) else value > than)


def is_much_worse(rule: Rule, value: float, than: float | None) -> bool:
    """Whether a value has doubled once more since the threshold, a balance halved: told a few times at most."""
    return than is not None and not isinstance(rule, _AGES) and _doublings(rule, value) > _doublings(rule, than)


def _doublings(rule: Rule, value: float) -> int:
    limit = threshold(rule) or 1.0
    larger, smaller = (limit, value) if isinstance(rule, WalletFloor) else (value, limit)
    if smaller <= 0:  # a balance of nothing, or less
        return _MOST_DOUBLINGS
    return int(min(_MOST_DOUBLINGS, log2(max(1.0, larger / smaller))))


def says(rule: Rule, reading: Reading) -> str:
    """One line: of whom, what, and the value against the threshold."""
    whose = about(reading.group)
    return f"{whose}: {what(rule, reading)}" if whose else what(rule, reading)


def about(group: Labels) -> str:
    """A group in a few words: its values, the agent's first."""
    named = dict(group)
    agent = named.pop("agent", "")
    return " ".join(value for value in (agent, *named.values()) if value)


def what(rule: Rule, reading: Reading) -> str:
    """The value against the threshold."""
    value = float(reading.value or 0)
    match rule:
        case SlowSpan():
            return f"{rule.span} took {value:,.1f} ms, more than {rule.above_ms:g} ms"
        case Percentile():
            name = f"P{rule.quantile * 100:g}"
            return f"{name} of {reading.samples} {rule.span} is {value:,.1f} ms, more than {rule.above_ms:g} ms"
        case ErrorRate():
            return f"{value:.1%} of {reading.samples} failed, more than {rule.above:.1%}"
        case Ratio():
            return f"{value:.1%} of {reading.samples}, more than {rule.above:.1%}"
        case Count():
            return f"{value:.0f} within {rule.window:g} s, more than {rule.above}"
        case Anomaly():
            return f"took {value:.1f} times as long as usual, more than {rule.times:g} times"
        case Absence():
            return f"nothing for {value:,.0f} s, longer than {rule.within:g} s"
        case Streak():
            return f"{value:.0f} in a row, {rule.length} are too many"
        case WalletFloor():
            return f"the balance is {_usd(reading)}, below ${rule.below_usd:,}"
        case Drawdown():
            return f"earnings fell {_usd(reading)} below their highest, more than ${rule.above_usd:,}"
        case SessionCrash():
            return f"its session broke {value:,.0f} s ago, and no other began within {rule.restart_within:g} s"
        case MissedSchedule():
            return "the schedule is not kept"
        case NewIssue():
            return f"an issue appeared {value:,.0f} s after the release"
    return f"{value:.0f} sent and not answered when it died"


def _usd(reading: Reading) -> str:
    return f"${Decimal(reading.value or 0).quantize(_CENT):,}"
