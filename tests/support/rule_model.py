"""The slow way to judge a rule: look at all spans again at every step. What `rules/model.py` says, and nothing else.

Rules are judged at every step for one group. An oracle for whatever claims to judge them faster, or elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fleaglass.alerts.rules.model import UNSET, Count, ErrorRate, Percentile, Ratio, Rule, Selector, SlowSpan

__all__ = ["Ended", "fires"]


@dataclass(frozen=True)
class Ended:
    """A span of the one agent that there is."""

    at_s: float
    name: str
    ms: float = 1.0
    error: str | None = None
    """Its class, if it failed."""
    attributes: dict[str, Any] = field(default_factory=dict)


def fires(rule: Rule, history: Sequence[Ended], steps_s: Sequence[float]) -> list[bool]:
    """Whether the rule's incident is open after each step; the history is in order."""
    began: float | None = None
    good_since: float | None = None
    firing, told = False, []
    ends = [span.at_s for span in history]
    for now in steps_s:
        read = _read(rule, history[bisect_right(ends, now - rule.window) : bisect_right(ends, now)])
        if read is not None and not firing:
            began = (now if began is None else began) if read[0] else None
            firing = began is not None and now - began >= rule.for_
        elif read is not None:
            good_since = (now if good_since is None else good_since) if read[1] else None
        if firing and good_since is not None and now - good_since >= rule.keep:
            firing, began, good_since = False, None, None
        told.append(firing)
    return told


def _read(rule: Rule, spans: Sequence[Ended]) -> tuple[bool, bool] | None:
    """Whether it is a breach, and whether it is good; None if too little is known."""
    match rule:
        case SlowSpan():
            slow = any(span.ms > rule.above_ms for span in _taken(Selector(span=(rule.span,), where=rule.where), spans))
            return slow, not slow
        case Count():
            many = len(_taken(rule.of, spans)) > rule.above
            return many, not many
        case Percentile():
            taken = sorted(span.ms for span in _taken(Selector(span=(rule.span,), where=rule.where), spans))
            if len(taken) < rule.minimum:
                return None
            rank = -(-len(taken) * Fraction(str(rule.quantile)) // 1)
            slowest = taken[int(rank) - 1]
            is_good = slowest <= rule.above_ms if rule.resolve_below_ms is UNSET else slowest < rule.resolve_below_ms
            return slowest > rule.above_ms, is_good
        case Ratio() | ErrorRate():
            among = _taken(rule.among, spans)
            if len(among) < rule.minimum:
                return None
            some = _taken(rule.of if isinstance(rule, Ratio) else Selector(status="error"), among)
            share = Fraction(len(some), len(among))
            return share > Fraction(str(rule.above)), share <= Fraction(
                str(rule.above if rule.resolve_at is UNSET else rule.resolve_at)
            )
    raise AssertionError(f"{rule} is not modelled")


def _taken(selector: Selector, spans: Sequence[Ended]) -> list[Ended]:
    return [
        span
        for span in spans
        if (not selector.span or span.name in selector.span)
        and (selector.status is None or (span.error is not None) == (selector.status == "error"))
        and (not selector.error or span.error in selector.error)
        and all(span.attributes.get(name) == value for name, value in selector.where.items())
    ]
