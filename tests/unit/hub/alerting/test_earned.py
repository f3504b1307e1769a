"""Drawdowns rest on the amounts of the money pages: each once, whoever repeats it."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.alerts.rules.model import Drawdown, Duration
from fleaglass.hub.alerting.earned import Earnings
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, trace_id, traces

SECOND = 1_000_000_000
RULE = Drawdown(name="drop", above_usd=Decimal(10), window=Duration(3600), group_by=("agent", "pf.asset"))


def close(engine: Engine, trace: int, usd: float, at: int) -> None:
    """A cycle that closes a position, and says again what was earned."""
    time = {"start_time_unix_nano": T0 + at * SECOND, "end_time_unix_nano": T0 + (at + 1) * SECOND, "trace": trace}
    attributes = {"pf.pnl_usd": usd, "pf.asset": "BTC"}
    cycle = {"name": "agent.decision_cycle", "id": 1, "attributes": attributes, **time}
    closed = {"name": "pf.trade.close", "id": 2, "parent": 1, "attributes": attributes, **time}
    body = traces(cycle, closed, resource={"pf.agent_id": "a", "pf.environment": "production"})
    engine.insert("traces", body.SerializeToString())


async def test_an_amount_that_a_cycle_repeats_counts_once_and_names_its_trace(engine: Engine, store: Store) -> None:
    close(engine, 1, -12.1, at=-30)
    close(engine, 2, 5, at=-4000)
    ((row, amount),) = await Earnings(store, [RULE]).told(T0)
    assert amount == Decimal("-12.1")
    assert (row.agent, row.environment, row.name, row.end_ns) == ("a", "production", "pf.trade.close", T0 - 30 * SECOND)
    assert (row.trace_id, row.attributes) == (trace_id(1).hex(), {"pf.asset": "BTC"})


async def test_money_is_asked_for_every_five_seconds(engine: Engine, store: Store) -> None:
    earnings = Earnings(store, [RULE])
    assert await earnings.told(T0) == []
    close(engine, 1, -12.1, at=-30)
    assert await earnings.told(T0 + 4 * SECOND) == []
    assert len(await earnings.told(T0 + 5 * SECOND)) == 1


async def test_without_a_rule_nothing_is_asked(engine: Engine, store: Store) -> None:
    close(engine, 1, -12.1, at=-30)
    assert await Earnings(store, []).told(T0) == []
