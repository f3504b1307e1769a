"""When an open incident becomes critical, and why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.alerts.judge.escalation import escalation
from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    Duration,
    ErrorRate,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SessionCrash,
    SlowSpan,
    WalletFloor,
)
from tests.unit.alerts.judge.rows import NOW, SECOND, row

ANY = Selector()


def reading(value: Decimal | float | None, *, is_breach: bool = True, is_good: bool = False) -> Reading:
    return Reading((("agent", "a"),), value, is_breach, is_good, 40)


@pytest.mark.parametrize(
    ("rule", "at_the_limit", "beyond", "why"),
    [
        (
            SlowSpan(name="r", span="x", above_ms=2000, critical_above_ms=5000),
            5000.0,
            5000.1,
            "x took 5,000.1 ms, more than 5000 ms",
        ),
        (
            Percentile(name="r", span="x", above_ms=2000, critical_above_ms=5000),
            5000.0,
            6000.0,
            "P99 of 40 x is 6,000.0 ms, more than 5000 ms",
        ),
        (ErrorRate(name="r", last=100, critical_above=0.2), 0.2, 0.25, "25.0% of 40 failed, more than 20.0%"),
        (Ratio(name="r", of=ANY, among=ANY, above=0.1, critical_above=0.2), 0.2, 0.25, "25.0% of 40, more than 20.0%"),
        (Count(name="r", of=ANY, critical_above=10), 10.0, 11.0, "11 within 60 s, more than 10"),
        (
            Anomaly(name="r", critical_times=50),
            50.0,
            51.0,
            "took 51.0 times as long as usual, more than 50 times",
        ),
        (
            Absence(name="r", of=ANY, within=Duration(60), critical_within=Duration(600)),
            600.0,
            601.0,
            "nothing for 601 s, longer than 600 s",
        ),
        (
            WalletFloor(name="r", below_usd=Decimal(100), critical_below_usd=Decimal("50.10")),
            Decimal("50.10"),
            Decimal("50.09999999"),
            "the balance is $50.10, below $50.10",
        ),
        (
            Drawdown(name="r", above_usd=Decimal(100), critical_above_usd=Decimal(500)),
            Decimal(500),
            Decimal("500.01"),
            "earnings fell $500.01 below their highest, more than $500",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Rule) else "",
)
def test_a_value_beyond_the_worse_limit_makes_it_so(
    rule: Rule, at_the_limit: Decimal | float, beyond: Decimal | float, why: str
) -> None:
    assert escalation(rule, reading(at_the_limit), NOW, NOW) is None
    assert escalation(rule, reading(beyond), NOW, NOW) == why
    assert escalation(rule, reading(beyond), NOW, NOW, is_acknowledged=True) == why
    assert escalation(rule, reading(beyond, is_breach=False), NOW, NOW) is None, "silence while nobody listened"
    assert escalation(rule, None, NOW, NOW + 10**18) is None


AFTER = SessionCrash(name="r", escalate_after=Duration(900))


@pytest.mark.parametrize(
    ("passed_s", "read", "is_acknowledged", "is_escalated"),
    [
        (899.9, reading(1.0), False, False),
        (900, reading(1.0), False, True),
        (900, reading(None), False, True),
        (900, None, False, True),
        (900, reading(1.0, is_breach=False), False, True),
        (900, reading(1.0, is_breach=False, is_good=True), False, False),
        (90_000, reading(1.0), True, False),
    ],
    ids=["not yet", "now", "no figure", "nothing known", "in between", "good again", "acknowledged"],
)
def test_time_makes_it_so_while_it_is_bad_and_nobody_cares(
    passed_s: float, read: Reading | None, is_acknowledged: bool, is_escalated: bool
) -> None:
    why = escalation(AFTER, read, NOW, NOW + round(passed_s * SECOND), is_acknowledged=is_acknowledged)
    assert why == ("it is open for 900 s and nobody has acknowledged it" if is_escalated else None)


@pytest.mark.parametrize(("slow_ms", "is_critical"), [(4999.999999, False), (5000, False), (5000.000001, True)])
def test_a_quantile_is_beyond_the_worse_limit_to_the_nanosecond(slow_ms: float, is_critical: bool) -> None:
    """What is shown of a quantile comes from bins, which are 1 % wide."""
    rule = Percentile(
        name="p", span=row(0).name, quantile=0.9, above_ms=2000, critical_above_ms=5000, window=Duration(60)
    )
    judge = Judge([rule])
    for number in range(20):
        judge.see(row(number, ms=slow_ms if number else 60_000))
    (read,) = judge.at(NOW)["p"]
    assert read.is_breach
    assert (escalation(rule, read, NOW, NOW) is not None) is is_critical
