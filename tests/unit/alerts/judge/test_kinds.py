"""Each kind of rule: what it reads of a few spans."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from fleaglass import semconv
from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Duration,
    ErrorRate,
    Percentile,
    Ratio,
    Selector,
    SlowSpan,
    Streak,
    WalletFloor,
)
from tests.unit.alerts.judge.rows import NOW, SECOND, row

EXECUTE = semconv.SPAN_PF_TRADE_EXECUTE
WALLET = semconv.SPAN_PF_WALLET_BALANCE_CHECK
BREACH, GOOD, BETWEEN, NOTHING = "breach", "good", "between", "nothing"


def read(rule: SpanRule, rows: Sequence[Row], hearing: Hearing | None = None, at_ns: int = NOW) -> list[Reading]:
    judge = Judge([rule])
    for each in rows:
        judge.see(each)
    return judge.at(at_ns, hearing or Hearing())[rule.name]


def verdict(readings: Sequence[Reading]) -> tuple[str, object]:
    if not readings:
        return NOTHING, None
    (only,) = readings
    assert not (only.is_breach and only.is_good)
    return BREACH if only.is_breach else GOOD if only.is_good else BETWEEN, only.value


def balance(number: int, ago_s: float, usd: object) -> Row:
    return row(number, ago_s, name=WALLET, attributes={semconv.PF_BALANCE_USD: usd})


SLOW = SlowSpan(name="slow", span=EXECUTE, above_ms=2000)
P99 = Percentile(name="p99", span=EXECUTE, above_ms=2000, resolve_below_ms=1000, minimum=5)
MEDIAN = Percentile(name="median", span=EXECUTE, above_ms=100, quantile=0.5, minimum=1)
ERRORS = ErrorRate(name="errors", above=0.05, resolve_at=0.025, window=Duration(300), minimum=20)
LAST = ErrorRate(name="last", above=0.5, last=4, minimum=4)
REJECTED = Ratio(
    name="rejected",
    of=Selector(where={semconv.PF_RISK_PASSED: False}),
    among=Selector(span=("pf.risk.check",)),
    above=0.2,
    minimum=5,
)
CRITICAL = Count(name="critical", of=Selector(error=("OrderRejectedError",)))
STRANGE = Anomaly(name="strange", minimum=4)
SILENT = Absence(name="silent", of=Selector(span=(EXECUTE,), status="ok"), within=Duration(60))
AUTH = Streak(name="auth", of=Selector(error=("AuthError",)), among=Selector(span=(EXECUTE,)), length=3)
FLOOR = WalletFloor(name="floor", below_usd=Decimal(10), resolve_at_usd=Decimal(20))


def checks(passed: Sequence[bool]) -> list[Row]:
    return [row(n, name="pf.risk.check", attributes={semconv.PF_RISK_PASSED: each}) for n, each in enumerate(passed)]


def failures(failed: int, of: int) -> list[Row]:
    return [row(n, failed=n < failed) for n in range(of)]


@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        (SLOW, [row(1, ms=2000)], (GOOD, 2000)),
        (SLOW, [row(1, ms=2000.000001)], (BREACH, 2000.000001)),
        (SLOW, [row(1, ms=2500), row(2, ms=10)], (BREACH, 2500)),
        (SLOW, [row(1, ago_s=61, ms=2500)], (NOTHING, None)),
        (SLOW, [row(1, ms=2500, name="other")], (NOTHING, None)),
        (P99, [row(n, ms=2500) for n in range(4)], (NOTHING, None)),
        (P99, [row(n, ms=999) for n in range(5)], (GOOD, 999)),
        (P99, [row(n, ms=1000) for n in range(5)], (BETWEEN, 1000)),
        (P99, [row(0, ms=2001), *(row(n, ms=10) for n in range(1, 99))], (BREACH, 2001)),
        (P99, [row(0, ms=9000), *(row(n, ms=2000) for n in range(1, 100))], (BETWEEN, 2000)),
        (MEDIAN, [row(1, ms=100), row(2, ms=500)], (GOOD, 100)),
        (ERRORS, failures(1, 20), (BETWEEN, 0.05)),
        (ERRORS, failures(2, 20), (BREACH, 0.1)),
        (ERRORS, failures(1, 40), (GOOD, 0.025)),
        (ERRORS, failures(19, 19), (NOTHING, None)),
        (LAST, [row(n, ago_s=n, failed=n in (0, 1, 2)) for n in range(9)], (BREACH, 0.75)),
        (LAST, [row(n, ago_s=n, failed=n > 1) for n in range(9)], (GOOD, 0.5)),
        (REJECTED, checks([False, True, True, True, True]), (GOOD, 0.2)),
        (REJECTED, checks([False, False, True, True, True]), (BREACH, 0.4)),
        (CRITICAL, [row(1, error_type="OrderRejectedError", failed=True)], (BREACH, 1)),
        (CRITICAL, [row(1, error_type="Timeout", failed=True)], (NOTHING, None)),
        (STRANGE, [*(row(n, ago_s=100 + n, ms=10) for n in range(4)), row(9, ms=102)], (BREACH, 10.2)),
        (STRANGE, [*(row(n, ago_s=100 + n, ms=10) for n in range(4)), row(9, ms=98)], (GOOD, 9.8)),
        (STRANGE, [*(row(n, ago_s=100 + n, ms=10) for n in range(3)), row(9, ms=900)], (NOTHING, None)),
        (STRANGE, [*(row(n, ago_s=100 + n, ms=0.01) for n in range(4)), row(9, ms=9)], (GOOD, 9)),
        (SILENT, [row(1, ago_s=60)], (GOOD, 60)),
        (SILENT, [row(1, ago_s=61)], (BREACH, 61)),
        (SILENT, [row(1, ago_s=61), row(2, ago_s=1, failed=True)], (BREACH, 61)),
        (SILENT, [row(1, ago_s=8 * 86_400)], (NOTHING, None)),
        (AUTH, [row(n, ago_s=n, error_type="AuthError") for n in range(3)], (BREACH, 3)),
        (AUTH, [*(row(n, ago_s=n, error_type="AuthError") for n in range(1, 4)), row(9, ago_s=0.5)], (GOOD, 0)),
        (AUTH, [*(row(n, ago_s=n, error_type="AuthError") for n in range(1, 4)), row(9, ago_s=2.5)], (GOOD, 2)),
        (FLOOR, [balance(1, 2, 5.0), balance(2, 1, 25.5)], (GOOD, Decimal("25.5"))),
        (FLOOR, [balance(1, 2, 25.5), balance(2, 1, 9.99)], (BREACH, Decimal("9.99"))),
        (FLOOR, [balance(1, 1, 10)], (BETWEEN, Decimal(10))),
        (FLOOR, [balance(1, 1, float("nan")), row(2, name=WALLET)], (NOTHING, None)),
    ],
)
def test_a_rule_reads_of_spans_what_its_kind_says(
    rule: SpanRule, rows: Sequence[Row], expected: tuple[str, object]
) -> None:
    word, value = verdict(read(rule, rows))
    assert word == expected[0]
    if value is None or isinstance(value, Decimal):
        assert value == expected[1]
    else:
        assert value == pytest.approx(expected[1], rel=0.01)


def test_groups_are_judged_apart_by_whatever_the_rule_names() -> None:
    rule = SlowSpan(name="slow", span=EXECUTE, above_ms=100, group_by=("agent", "span", "pf.asset", "environment"))
    rows = [
        row(1, ms=200, attributes={"pf.asset": "BTC"}, environment="production"),
        row(2, ms=50, attributes={"pf.asset": "ETH"}, environment="production"),
        row(3, ms=50, agent="b"),
    ]
    verdicts = {reading.group: reading.is_breach for reading in read(rule, rows)}
    assert verdicts == {
        (("agent", "a"), ("environment", "production"), ("pf.asset", "BTC"), ("span", EXECUTE)): True,
        (("agent", "a"), ("environment", "production"), ("pf.asset", "ETH"), ("span", EXECUTE)): False,
        (("agent", "b"), ("environment", ""), ("pf.asset", ""), ("span", EXECUTE)): False,
    }


@pytest.mark.parametrize(
    ("wanted", "value", "is_taken"),
    [
        (30, 30.0, True),
        (True, 1, False),
        (1, True, False),
        (("BTC", "ETH"), "ETH", True),
        (("BTC", "ETH"), "SOL", False),
        ("30", 30, False),
    ],
)
def test_attributes_are_compared_by_value_and_true_is_not_one(wanted: object, value: object, is_taken: bool) -> None:
    rule = Count(name="count", of=Selector(where={"x": wanted}))  # type: ignore[dict-item]
    assert bool(read(rule, [row(1, attributes={"x": value})])) is is_taken


def test_the_longest_spans_traces_are_named_first_and_each_once() -> None:
    rows = [row(n, ms=3000 + n) for n in range(8)] + [row(7, ms=2500, span_id="f" * 16)]
    (reading,) = read(SLOW, rows)
    assert reading.trace_ids == tuple(f"{n:032x}" for n in (7, 6, 5, 4, 3))


def test_an_agent_that_ended_as_it_should_is_not_missed_until_it_is_heard_again() -> None:
    rows = [row(1, ago_s=300)]
    assert verdict(read(SILENT, rows, Hearing(ended={"a": NOW - 299 * SECOND})))[0] == GOOD
    assert verdict(read(SILENT, rows, Hearing(ended={"a": NOW - 400 * SECOND})))[0] == BREACH


def test_silence_while_nobody_listened_is_neither_bad_nor_good() -> None:
    assert verdict(read(SILENT, [row(1, ago_s=300)], Hearing(since_ns=NOW - 59 * SECOND)))[0] == BETWEEN
    assert verdict(read(SILENT, [row(1, ago_s=300)], Hearing(since_ns=NOW - 61 * SECOND)))[0] == BREACH


def test_a_streak_is_forgotten_with_its_group() -> None:
    rows = [row(n, ago_s=2 * 86_400 + n, error_type="AuthError") for n in range(3)]
    assert read(AUTH, rows) == []
