"""A rule over history: when it would have fired."""

from __future__ import annotations

from decimal import Decimal

from msgspec import structs

from fleaglass.alerts.judge.earned import drawdowns
from fleaglass.alerts.judge.replay import Episode
from fleaglass.alerts.rules.model import Drawdown, Duration, Selector, SlowSpan, Streak
from tests.support.replay import replay, shown
from tests.unit.alerts.judge.rows import NOW, SECOND, row

SLOW = SlowSpan(name="slow", span=row(0).name, above_ms=2000, window=Duration(20), keep=Duration(10))


def test_each_time_it_would_have_fired_is_told_with_its_end() -> None:
    rows = [row(1, ago_s=-11, ms=2500), row(2, ago_s=-100, ms=3000), row(3, ago_s=-118, ms=10)]
    episodes = replay(SLOW, shown(SLOW, rows), NOW, NOW + 130 * SECOND, 5 * SECOND)
    group = (("agent", "a"),)
    assert episodes == [
        Episode(
            group,
            NOW + 15 * SECOND,
            NOW + 15 * SECOND,
            NOW + 45 * SECOND,
            "a: pf.trade.execute took 2,500.0 ms, more than 2000 ms",
            (f"{1:032x}",),
            2500.0,
        ),
        Episode(
            group,
            NOW + 100 * SECOND,
            NOW + 100 * SECOND,
            None,
            "a: pf.trade.execute took 3,000.0 ms, more than 2000 ms",
            (f"{2:032x}",),
            3000.0,
        ),
    ]


def test_when_it_would_have_become_critical_is_told_once() -> None:
    rows = [row(1, ago_s=-1, ms=2500), row(2, ago_s=-12, ms=6000), row(3, ago_s=-16, ms=9000)]
    worse = structs.replace(SLOW, critical_above_ms=5000)
    unseen = structs.replace(SLOW, escalate_after=Duration(10))
    for rule, after_s in ((SLOW, None), (worse, 15), (unseen, 15)):
        (only,) = replay(rule, shown(rule, rows), NOW, NOW + 60 * SECOND, 5 * SECOND)
        assert only.fired_ns == NOW + 5 * SECOND
        assert only.escalated_ns == (None if after_s is None else NOW + after_s * SECOND)


def test_what_came_before_counts_from_the_first_moment_on() -> None:
    rule = Streak(name="auth", of=Selector(status="error"), among=Selector(), length=3)
    rows = [row(n, ago_s=100 - n, failed=True) for n in range(3)]
    assert [each.fired_ns for each in replay(rule, shown(rule, rows), NOW, NOW + 10 * SECOND, 5 * SECOND)] == [NOW]


def test_a_drawdown_is_replayed_over_what_was_earned() -> None:
    rule = Drawdown(name="drop", above_usd=Decimal(10), window=Duration(300), keep=Duration(0))
    told = [(row(n, ago_s=-60 * n), Decimal(amount)) for n, amount in enumerate([5, -4, -12, 30], start=1)]
    (only,) = replay(rule, lambda now_ns: drawdowns(rule, told, now_ns), NOW, NOW + 400 * SECOND, 10 * SECOND)
    assert (only.fired_ns, only.resolved_ns) == (NOW + 180 * SECOND, NOW + 240 * SECOND)
    assert only.says == "a: earnings fell $16.00 below their highest, more than $10"
    assert only.trace_ids == (f"{3:032x}", f"{2:032x}")
