"""A rule, and who is told, in words: `P99 of order.pipeline over 5 min > 2 s`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import UNSET

from fleaglass.alerts.judge.words import unit
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    Email,
    ErrorRate,
    InFlightAtDeath,
    LogLine,
    MissedSchedule,
    NewIssue,
    Percentile,
    Ratio,
    Receiver,
    Rule,
    Secret,
    Selector,
    SessionCrash,
    SlowSpan,
    Streak,
    Value,
    WalletFloor,
)
from fleaglass.alerts.rules.worse import worse_limit

__all__ = ["lasting", "receiver_words", "rule_words", "selector_words"]

_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_MOST_NAMES: Final = 2


def rule_words(rule: Rule) -> str:
    """What has to happen for it to fire, and for its incident to become critical."""
    held = f", for {lasting(rule.for_)}" if rule.for_ else ""
    ways = list(_ways_to_escalate(rule))
    return _what(rule) + held + (f"; critical {' or '.join(ways)}" if ways else "")


def receiver_words(receiver: Receiver) -> str:
    """Where messages to it go. Of a secret only where it is read from."""
    match receiver:
        case LogLine():
            return "the hub's log"
        case Email():
            return f"e-mail to {', '.join(receiver.to)}"
    kind = {"Slack": "Slack", "PagerDuty": "PagerDuty", "Webhook": "webhook", "Other": "Apprise"}[
        type(receiver).__name__
    ]
    secret: Secret = getattr(receiver, "routing_key", None) or receiver.url  # type: ignore[union-attr]
    return f"{kind}, by ${secret.env}" if secret.env else f"{kind}, by a file"


def lasting(seconds: float) -> str:
    """A duration in its largest whole unit: `5 min`, `90 s`."""
    for length, name in _UNITS:
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {name}"
    return f"{seconds:g} s"


def selector_words(selector: Selector) -> str:
    """Which spans it takes: `failed pf.trade.execute where pf.asset = BTC`."""
    names = _listed(selector.span) if selector.span else "spans"
    kind = {"error": "failed ", "ok": "successful ", None: ""}[selector.status]
    errors = f" with {_listed(selector.error, ' or ')}" if selector.error else ""
    return f"{kind}{names}{errors}{_where(selector.where)}"


def _what(rule: Rule) -> str:
    match rule:
        case SlowSpan():
            return f"{rule.span}{_where(rule.where)} > {_ms(rule.above_ms)}"
        case Percentile():
            name = f"P{rule.quantile * 100:g}"
            return f"{name} of {rule.span}{_where(rule.where)} over {lasting(rule.window)} > {_ms(rule.above_ms)}"
        case ErrorRate():
            over = f"the last {rule.last}" if rule.last is not UNSET else f"over {lasting(_window(rule))}"
            return f"Failed of {selector_words(rule.among)}, {over} > {rule.above * 100:g} %"
        case Ratio():
            share = f"{selector_words(rule.of)} of {selector_words(rule.among)}"
            return f"{share} over {lasting(rule.window)} > {rule.above * 100:g} %"
        case Count():
            return f"{selector_words(rule.of)} in {lasting(rule.window)} > {rule.above}"
        case Anomaly():
            return f"{selector_words(rule.among)} > {rule.times:g} × its median over {lasting(rule.baseline)}"
        case Absence():
            return f"No {selector_words(rule.of)} for {lasting(rule.within)}"
        case Streak():
            return f"{rule.length} in a row: {selector_words(rule.of)}"
        case WalletFloor():
            return f"Balance < {_usd(rule.below_usd)}"
        case Drawdown():
            return f"Earnings over {lasting(rule.window)} > {_usd(rule.above_usd)} below their highest"
        case SessionCrash():
            return f"A session broke, no other within {lasting(rule.restart_within)}"
        case MissedSchedule():
            return f"A schedule is not kept{': ' + _listed(rule.monitors) if rule.monitors else ''}"
        case NewIssue():
            return f"A new issue within {lasting(rule.within)} of a release"
        case InFlightAtDeath():
            return "Orders or escrows in flight when an agent died"


def _ways_to_escalate(rule: Rule) -> Iterator[str]:
    found = worse_limit(rule)
    if found is not None:
        yield f"{'<' if isinstance(rule, WalletFloor) else '>'} {_limit(rule, found[1])}"
    if rule.escalate_after is not UNSET:
        yield f"after {lasting(rule.escalate_after)} unseen"


def _limit(rule: Rule, value: Decimal | float) -> str:
    """A limit of that rule in its unit."""
    match unit(rule):
        case "ms":
            return _ms(float(value))
        case "ratio":
            return f"{value * 100:g} %"
        case "times":
            return f"{value:g} ×"
        case "s":
            return lasting(float(value))
        case "usd":
            return _usd(Decimal(value))
    return f"{value}"


def _window(rule: ErrorRate) -> float:
    return rule.window if rule.window is not UNSET else 300


def _where(where: Mapping[str, Value | tuple[Value, ...]]) -> str:
    said = [f"{name} = {_values(value)}" for name, value in where.items()]
    return f" where {', '.join(said)}" if said else ""


def _values(value: Value | tuple[Value, ...]) -> str:
    several = value if isinstance(value, tuple | list) else (value,)
    return " or ".join(str(each).lower() if isinstance(each, bool) else str(each) for each in several)


def _listed(names: Sequence[str], joint: str = ", ") -> str:
    if len(names) <= _MOST_NAMES + 1:
        return joint.join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def _ms(milliseconds: float) -> str:
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def _usd(amount: Decimal) -> str:
    return f"${amount:,}"
