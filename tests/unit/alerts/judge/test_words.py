"""When a value has got so much worse that it is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.alerts.judge.words import is_much_worse
from fleaglass.alerts.rules.model import (
    Absence,
    Count,
    Drawdown,
    Duration,
    InFlightAtDeath,
    Percentile,
    Rule,
    Selector,
    WalletFloor,
)

SLOW = Percentile(name="r", span="order", above_ms=1000)
FLOOR = WalletFloor(name="r", below_usd=Decimal(100))
NONE_AT_ALL = Count(name="r", of=Selector())


@pytest.mark.parametrize(
    ("rule", "values", "told"),
    [
        (SLOW, [1500, 1900, 2000, 3999, 3000, 4001, 9000], [2000, 4001, 9000]),
        (Drawdown(name="r", above_usd=Decimal("100")), [150, 210.5, 399, 400], [210.5, 400]),
        (FLOOR, [90, 51, 50, 70, 24, 0, -5], [50, 24, 0]),
        (NONE_AT_ALL, [1, 2, 3, 4], [2, 4]),
        (InFlightAtDeath(name="r"), [1, 2], [2]),
        (Absence(name="r", of=Selector(), within=Duration(60)), [61, 200, 9000], []),  # it grows with time alone
    ],
)
def test_it_is_told_each_time_that_it_has_doubled_since_the_threshold(
    rule: Rule, values: list[float], told: list[float]
) -> None:
    sign = -1 if isinstance(rule, WalletFloor) else 1
    worst = [sign * max(sign * value for value in values[: place + 1]) for place in range(len(values))]
    assert [
        value for before, value in zip(worst, values[1:], strict=False) if is_much_worse(rule, value, before)
    ] == told
