"""Rows come from the store by when their span ended, with the attributes that rules ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fleaglass.alerts.judge.plan import Wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Duration, ErrorRate, Selector, SlowSpan, WalletFloor
from fleaglass.hub.alerting.feed import ended
from fleaglass.hub.alerting.history import of_the_last, of_windows
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, trace_id, traces

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
ALL = Wanted(None, frozenset())


def put(engine: Engine, *spans: dict[str, Any], resource: dict[str, Any] | None = None) -> None:
    engine.insert("traces", traces(*spans, resource=resource).SerializeToString())


def span(number: int, ended_ns: int, lasted_ns: int = SECOND, **fields: Any) -> dict[str, Any]:
    return {"id": number, "start_time_unix_nano": ended_ns - lasted_ns, "end_time_unix_nano": ended_ns, **fields}


async def test_a_row_says_what_the_span_and_its_resource_said(engine: Engine, store: Store) -> None:
    resource = {"pf.agent_id": "a", "pf.release": "a@1", "pf.strategy": "arb", "pf.environment": "production"}
    attributes = {"pf.asset": "BTC", "error.type": "OrderRejectedError", "mine": 1}
    put(engine, span(1, T0, name="pf.trade.execute", status=2, attributes=attributes), resource=resource)
    assert await ended(store, Wanted(None, frozenset({"pf.asset", "pf.side"})), T0 - 1, T0) == [
        Row(
            name="pf.trade.execute",
            trace_id=trace_id(1).hex(),
            span_id=f"{1:016x}",
            end_ns=T0,
            duration_ns=SECOND,
            failed=True,
            error_type="OrderRejectedError",
            agent="a",
            environment="production",
            release="a@1",
            strategy="arb",
            attributes={"pf.asset": "BTC"},
        )
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "a'b\\c"),
        ("text", ""),
        ("whole", 2**53 + 1),
        ("number", 0.1),
        ("number", 1e-9),
        ("yes", True),
        ("no", False),
        ("pf.asset", "BTC"),
        ("pf.balance_usd", 99.5),
        ("pf.http_status", 429),
        ("pf.risk.passed", False),
        ("pf.balance_usd", 100),
        ("pf.risk.passed", "no"),
        ("it's", "quoted"),
    ],
)
async def test_an_attribute_keeps_its_value_and_type_wherever_it_is_kept(
    engine: Engine, store: Store, name: str, value: object
) -> None:
    put(engine, span(1, T0, attributes={name: value}))
    (row,) = await ended(store, Wanted(None, frozenset({name, "absent"})), T0 - 1, T0)
    assert row.attributes == {name: value}
    assert type(row.attributes[name]) is type(value)


async def test_rows_are_asked_for_by_their_end(engine: Engine, store: Store) -> None:
    put(
        engine,
        span(1, T0 - 10 * SECOND),
        span(2, T0 - 10 * SECOND + 1, 1800 * SECOND),
        span(3, T0),
        span(4, T0 + 1),
        span(5, T0 - 5 * SECOND, -SECOND),
    )
    rows = await ended(store, ALL, T0 - 10 * SECOND, T0)
    assert [row.span_id for row in rows] == [f"{n:016x}" for n in (2, 5, 3)]
    assert [row.duration_ns for row in rows] == [1800 * SECOND, 0, SECOND]


async def test_only_names_that_are_asked_for_come(engine: Engine, store: Store) -> None:
    put(engine, span(1, T0, name="a"), span(2, T0, name="b"), span(3, T0, name="c"))
    rows = await ended(store, Wanted(frozenset({"a", "c"}), frozenset()), T0 - 1, T0)
    assert {row.name for row in rows} == {"a", "c"}


async def test_windows_are_gone_through_by_the_hour_and_each_hour_only_for_rules_that_look_back_so_far(
    engine: Engine, store: Store
) -> None:
    long = SlowSpan(name="long", span="a", above_ms=1, window=Duration(3 * 3600))
    short = SlowSpan(name="short", span="b", above_ms=1)
    for hours in (0.001, 0.5, 1.5, 2.5, 3.5):
        number = round(hours * 1000)
        put(engine, span(number, T0 - round(hours * HOUR), name="a"))
        put(engine, span(10_000 + number, T0 - round(hours * HOUR), name="b"))
    parts = [part async for part in of_windows(store, [long, short], T0)]
    assert [until_ns for until_ns, _ in parts] == [T0 - 2 * HOUR, T0 - HOUR, T0]
    shown = [sorted((row.name, round((T0 - row.end_ns) / HOUR, 3)) for row in rows) for _, rows in parts]
    assert shown == [[("a", 2.5)], [("a", 1.5)], [("a", 0.001), ("a", 0.5), ("b", 0.001), ("b", 0.5)]]


async def test_where_only_the_last_count_the_last_of_each_kind_are_read(engine: Engine, store: Store) -> None:
    """Of two assets and two verdicts three each; a balance is no kind, however many there are."""
    asset = "pf.asset"
    last = ErrorRate(name="last", among=Selector(span=("a",), where={asset: ("BTC", "ETH")}), last=3)
    wallet = WalletFloor(name="wallet", below_usd=Decimal(1))
    for number in range(1, 41):
        kind = {"attributes": {asset: "BTC" if number % 2 else "ETH"}, "status": 2 if number % 4 < 2 else 1}
        put(engine, span(number, T0 - number * HOUR, name="a", **kind))
        balance = {"pf.balance_usd": float(number)}
        put(engine, span(100 + number, T0 - number * HOUR, name="pf.wallet.balance_check", attributes=balance))
    ((until_ns, rows),) = [part async for part in of_the_last(store, [last, wallet], T0)]
    assert until_ns == T0
    assert sorted(int(row.span_id, 16) for row in rows if row.name == "a") == list(range(1, 13))
    balances = [row.attributes["pf.balance_usd"] for row in rows if row.name != "a"]
    assert sorted(balances) == [1, 24], "the last of each day"


async def test_without_rules_there_is_no_history(store: Store) -> None:
    assert [part async for part in of_windows(store, [], T0)] == []
    assert [part async for part in of_the_last(store, [], T0)] == [(T0, [])]
