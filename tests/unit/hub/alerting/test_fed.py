"""While a long history is gone through, nothing is said of the rules that need it, and what stands stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from fleaglass.alerts.judge.plan import SpanRule, wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Count, Selector
from fleaglass.hub.alerting.arrivals import Arrivals
from fleaglass.hub.alerting.fed import FedJudge
from fleaglass.hub.store import Store
from tests.support.otlp import T0

RULE = Count(name="count", of=Selector())
SECOND = 1_000_000_000
ROW = Row(name="a", trace_id="1" * 32, span_id="1" * 16, end_ns=T0 - SECOND, duration_ns=1, agent="a")


class SlowHistory:
    """One row, told once `may_go` is set."""

    def __init__(self) -> None:
        self.may_go = asyncio.Event()

    async def __call__(
        self, store: Store, rules: Sequence[SpanRule], now_ns: int
    ) -> AsyncIterator[tuple[int, list[Row]]]:
        await self.may_go.wait()
        yield now_ns, [ROW]


async def test_a_judge_that_warms_up_says_nothing_and_then_everything(store: Store) -> None:
    history = SlowHistory()
    judge = FedJudge(store, Arrivals(store, wanted([RULE])), [RULE], history, patience_s=0.01)
    assert (await judge.read(T0, Hearing()), judge.is_warm) == ({}, False)
    history.may_go.set()
    for _ in range(1000):
        if readings := await judge.read(T0 + SECOND, Hearing()):
            break
        await asyncio.sleep(0.001)
    assert [reading.value for reading in readings["count"]] == [1]
    assert judge.is_warm


async def test_a_judge_that_is_closed_warms_up_no_more(store: Store) -> None:
    judge = FedJudge(store, Arrivals(store, wanted([RULE])), [RULE], SlowHistory(), patience_s=0.01)
    await judge.read(T0, Hearing())
    judge.close()
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if "_warm_up" in repr(task) and not task.done()]


async def test_without_rules_nothing_is_read(store: Store) -> None:
    judge = FedJudge(store, Arrivals(store, wanted([])), [], SlowHistory())
    assert (await judge.read(T0, Hearing()), judge.is_warm) == ({}, True)
