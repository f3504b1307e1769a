"""What is kept how long: judged from what the store holds, on a real engine, with days as arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from fleaglass.hub.keep import Keep
from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.retention import Thinned, Thinner, set_ttl
from tests.support.otlp import T0, logs, traces

DAY = date(2023, 11, 14)  # T0's
DAY_NS = 86_400_000_000_000
DEFAULT = Keep()
CYCLE = {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "skipped"}}
CHILD = {"name": "pf.signal.analysis", "parent": 1}


def put(engine: Engine, trace: int, *spans: Mapping[str, Any], day: int = 0) -> None:
    moved = [
        {"start_time_unix_nano": T0 + day * DAY_NS, "end_time_unix_nano": T0 + day * DAY_NS + 1, **s} for s in spans
    ]
    engine.insert("traces", traces(*moved, trace=trace).SerializeToString())


def kept(engine: Engine) -> dict[int, int]:
    """Spans by trace."""
    rows = engine.query("SELECT lower(hex(trace_id)) AS t, count() AS n FROM spans FINAL GROUP BY t ORDER BY t")
    return {int(row["t"], 16): row["n"] for row in rows}


async def pass_at(store: Store, age_days: int, keep: Keep = DEFAULT) -> list[Thinned]:
    return [gone async for gone in Thinner(store, 0.01).thin(keep, DAY + timedelta(days=age_days))]


MATTERING: dict[str, dict[str, Any]] = {
    "a trade": {"name": "pf.trade.execute"},
    "an escrow": {"name": "pf.escrow.create"},
    "a spend of another service": {"name": "pf.wallet.send"},
    "an order named": {"attributes": {"pf.order_id": "o1"}},
    "an order named by a number": {"attributes": {"pf.order_id": 7}},
    "an escrow named": {"attributes": {"pf.escrow_id": "e1"}},
    "profit": {"attributes": {"pf.pnl_usd": 0.0}},
    "profit in whole dollars": {"attributes": {"pf.pnl_usd": 12}},
    "a fee": {"attributes": {"pf.fee_usd": 0.1}},
    "an error": {"status": 2},
    "an interruption": {"attributes": {"pf.interrupted": True}},
    "a linked issue": {"attributes": {"sentry.event_id": "a" * 32}},
    "a cycle that failed": {"attributes": {"pf.cycle_outcome": "failed"}},
    "a cycle in doubt": {"attributes": {"pf.cycle_outcome": "unknown"}},
}


@pytest.mark.parametrize("what", MATTERING)
async def test_a_trace_with_something_that_matters_outlives_every_thinning_whole(
    store: Store, engine: Engine, what: str
) -> None:
    put(engine, 1, CYCLE, CHILD, {"parent": 1, **MATTERING[what]})
    put(engine, 2, {"name": "ordinary"})
    assert await pass_at(store, 399) == [Thinned("ordinary", DAY, 1)]
    assert kept(engine) == {1: 3}


async def test_a_trace_that_an_issue_tells_of_is_kept(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE, CHILD)
    put(engine, 2, CYCLE, CHILD)
    engine.query(f"INSERT INTO events (event_id, time, trace_id) VALUES ('e', '{DAY + timedelta(days=9)}', '{1:032x}')")
    await pass_at(store, 300)
    assert kept(engine) == {1: 2}


@pytest.mark.parametrize(
    ("age", "left"),
    [(7, {1: 2, 2: 2, 3: 1}), (8, {2: 2, 3: 1}), (30, {2: 2, 3: 1}), (31, {3: 1})],
)
async def test_idle_cycles_go_after_a_week_and_ordinary_traces_after_a_month(
    store: Store, engine: Engine, age: int, left: dict[int, int]
) -> None:
    put(engine, 1, CYCLE, CHILD)
    put(engine, 2, {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "rejected"}}, CHILD)
    put(engine, 3, {"name": "pf.trade.execute"})
    await pass_at(store, age)
    assert kept(engine) == left


async def test_0_keeps_for_ever(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE)
    put(engine, 2, {})
    assert await pass_at(store, 9999, Keep(0, 0, 0)) == []
    assert kept(engine) == {1: 1, 2: 1}


async def test_an_idle_cycle_whose_error_comes_late_is_kept(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE, CHILD)
    put(engine, 1, {"id": 9, "parent": 1, "status": 2}, day=1)
    await pass_at(store, 300)
    assert kept(engine) == {1: 3}


async def test_money_that_comes_after_its_trace_is_gone_is_kept_itself(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE, CHILD)
    thinner = Thinner(store, 0.01)
    for age in (8, 31):
        _ = [gone async for gone in thinner.thin(Keep(), DAY + timedelta(days=age))]
        put(engine, 1, {"id": 9, "parent": 1, "name": "pf.trade.execute"})
    _ = [gone async for gone in thinner.thin(Keep(), DAY + timedelta(days=300))]
    assert kept(engine) == {1: 1}


async def test_money_that_comes_while_its_trace_is_being_deleted_is_kept(store: Store, engine: Engine) -> None:
    """The trace is doomed, the hub dies, a retry brings its order, and the next hub carries on."""
    put(engine, 1, CYCLE, CHILD)
    engine.query(f"INSERT INTO doomed SELECT '{DAY}', trace_id FROM spans LIMIT 1")
    put(engine, 1, {"id": 9, "parent": 1, "attributes": {"pf.order_id": "o"}})
    assert await Thinner(store, 0.01).finish() == 2
    assert kept(engine) == {1: 1}
    assert engine.query("SELECT count() AS n FROM doomed") == [{"n": 0}]


async def test_a_trace_over_midnight_goes_whole(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE)
    put(engine, 1, {**CHILD, "id": 2}, day=1)
    assert await pass_at(store, 8) == [Thinned("idle", DAY, 2)]
    assert kept(engine) == {}


async def test_a_span_that_was_sent_twice_does_not_come_back(store: Store, engine: Engine) -> None:
    put(engine, 1, CYCLE)
    put(engine, 1, CYCLE)
    await pass_at(store, 8)
    engine.query(f"OPTIMIZE TABLE {engine.layout.kept('spans')} FINAL")
    assert kept(engine) == {}


async def test_a_day_is_judged_again_only_when_something_came(store: Store, engine: Engine) -> None:
    thinner = Thinner(store, 0.01)
    put(engine, 1, CYCLE)
    put(engine, 2, {"name": "pf.trade.execute"})
    assert await thinner.thin_day("idle", DAY) == Thinned("idle", DAY, 1)
    assert await thinner.thin_day("idle", DAY) is None
    put(engine, 3, CYCLE)
    assert await thinner.thin_day("idle", DAY) == Thinned("idle", DAY, 1)
    assert kept(engine) == {2: 1}


async def test_the_engine_drops_whole_days_after_the_ttl_in_stores_of_before_too(store: Store, engine: Engine) -> None:
    """The first start with a TTL, on rows that were written without one; then other days; then none."""
    now_ns = engine.query("SELECT toUnixTimestamp64Nano(now64(9)) AS now")[0]["now"]
    for at in (T0, now_ns):
        engine.insert("traces", traces({"start_time_unix_nano": at, "end_time_unix_nano": at}).SerializeToString())
        engine.insert("logs", logs({"body": "a", "time_unix_nano": at}).SerializeToString())
    try:
        await set_ttl(store, Keep())
        assert "TTL start_time + toIntervalDay(400) SETTINGS" in definition(engine, "spans")
        for table in ("spans", "logs"):
            await gone(store, table, 1)
        before = engine.query("SELECT count() AS n FROM system.mutations")
        await set_ttl(store, Keep())  # the same again asks nothing of the engine
        assert engine.query("SELECT count() AS n FROM system.mutations") == before
        await set_ttl(store, Keep(days=20))
        assert "TTL time + toIntervalDay(20) SETTINGS" in definition(engine, "metrics")
    finally:
        await set_ttl(store, Keep(0, 0, 0))
    assert " TTL " not in definition(engine, "spans")


def definition(engine: Engine, table: str) -> str:
    layout = engine.layout
    [row] = engine.query(
        f"SELECT engine_full FROM system.tables WHERE database = '{layout.database}' AND name = '{layout.kept(table)}'"
    )
    return str(row["engine_full"])


async def gone(store: Store, table: str, left: int) -> None:
    """Wait until the engine has dropped what it must; it does so in its own time."""
    for _ in range(500):
        if (await store.query(f"SELECT count() AS n FROM {table}")) == [{"n": left}]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{table} still holds what its TTL has ended")


async def test_a_deletion_that_fails_is_given_up_and_tried_anew(store: Store, engine: Engine) -> None:
    """One that the engine cannot do stands before ours, as a full disk would."""
    put(engine, 1, CYCLE)
    spans = engine.layout.kept("spans")
    engine.query(f"ALTER TABLE {spans} DELETE WHERE throwIf(flags = 0) SETTINGS mutations_sync = 0")
    with pytest.raises(EngineError):
        await pass_at(store, 8)
    assert await pass_at(store, 8) == []
    assert kept(engine) == {}
