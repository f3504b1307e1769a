"""How far earnings were below their highest, moment by moment, as a drawdown rule reads them (judge/earned.py).

    amounts of the group ──▶ those that count at the same moments as one ──▶ the rule, at each moment

The rule goes through its whole window at each moment. So amounts are summed first where no moment tells them apart: as
many are left as the window has buckets, and a few more, however much was traded.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from fleaglass.alerts.judge.buckets import width_ns
from fleaglass.alerts.judge.earned import Earned, drawdowns
from fleaglass.alerts.judge.select import grouper
from fleaglass.alerts.rules.model import Drawdown
from fleaglass.hub.alerting.earned import earned
from fleaglass.hub.api.alerting.course import Steps
from fleaglass.hub.api.times import EARLIEST_NS, TimeRange
from fleaglass.hub.store import Store

__all__ = ["FALL", "fallen", "falls"]

FALL: Final = "Earnings below their highest"


async def falls(store: Store, rule: Drawdown, labels: Mapping[str, str], steps: Steps) -> list[float]:
    """USD at each moment of `steps`, of the group with these labels. Raises EngineError."""
    time = TimeRange(max(EARLIEST_NS, steps.from_ns - rule.window.ns), steps.to_ns + 1)
    told = await earned(store, [rule], time)
    return await asyncio.to_thread(fallen, rule, told, labels, steps)


def fallen(rule: Drawdown, told: Iterable[Earned], labels: Mapping[str, str], steps: Steps) -> list[float]:
    """The same of what was earned by whom it may."""
    group_of = grouper(rule.group_by)
    group = tuple((name, labels.get(name, "")) for name in sorted(set(rule.group_by)))
    own = _summed(rule, [each for each in told if group_of(each[0]) == group], steps)
    ends = [row.end_ns for row, _ in own]
    window_ns = rule.window.ns
    return [_fall(rule, own[bisect_left(ends, at - window_ns) : bisect_right(ends, at)], at) for at in steps.moments()]


def _fall(rule: Drawdown, told: Sequence[Earned], at_ns: int) -> float:
    readings = drawdowns(rule, told, at_ns)
    return float(readings[0].value or 0) if readings else 0.0


def _summed(rule: Drawdown, told: Iterable[Earned], steps: Steps) -> list[Earned]:
    """Those of one bucket that enter the window between the same moments, and leave it so, as one."""
    window_ns, bucket_ns = rule.window.ns, width_ns(rule.window.ns)

    def cell(each: Earned) -> tuple[int, int, int]:
        end_ns = each[0].end_ns
        enters = -((steps.from_ns - end_ns) // steps.step_ns)
        leaves = (end_ns + window_ns - steps.from_ns) // steps.step_ns
        return end_ns // bucket_ns, enters, leaves

    in_order = sorted(told, key=lambda each: each[0].end_ns)
    cells = [list(alike) for _, alike in groupby(in_order, cell)]
    return [(alike[0][0], sum((amount for _, amount in alike), Decimal(0))) for alike in cells]
