"""A fall of realized profit and loss below its highest point.

What counts as earned, and once only, depends on whole traces and orders; whoever asks has settled that. So this rule
gets the amounts of its window afresh each time, and keeps nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate

from fleaglass.alerts.judge.buckets import Sliding
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.select import grouper
from fleaglass.alerts.rules.model import Drawdown

__all__ = ["Earned", "drawdowns"]

Earned = tuple[Row, Decimal]
"""A span that tells of realized profit or loss, and how much, in USD. Each is given once."""


def drawdowns(rule: Drawdown, told: Iterable[Earned], now_ns: int) -> list[Reading]:
    """What the rule reads of what was earned; value: how far below, in USD.

    The highest point is looked for where the window begins and at the end of each of its buckets (buckets.py).
    """
    group_of = grouper(rule.group_by)
    groups: dict[Labels, list[Earned]] = defaultdict(list)
    for row, amount in told:
        if now_ns - rule.window.ns <= row.end_ns <= now_ns:
            groups[group_of(row)].append((row, amount))
    return [_reading(rule, group, amounts) for group, amounts in groups.items()]


def _reading(rule: Drawdown, group: Labels, told: list[Earned]) -> Reading:
    window: Sliding[list[Decimal]] = Sliding(rule.window.ns, list)
    for row, amount in told:
        window.at(row.end_ns).append(amount)
    curve = list(accumulate((sum(bucket, Decimal(0)) for bucket in window.in_order()), initial=Decimal(0)))
    fall = max(curve) - curve[-1]
    breach = fall > rule.above_usd
    losses = sorted(told, key=lambda each: (each[1], each[0].trace_id)) if breach else []
    traces = dict.fromkeys(row.trace_id for row, amount in losses if amount < 0)
    return Reading(group, fall, breach, not breach, len(told), tuple(traces)[:5])
