"""What became of orders: how much of each was filled, and how far the price slipped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.otlp import traces
from tests.unit.hub.api.conftest import Api
from tests.unit.hub.api.test_performance import WHOLE, Put, close, cycle, order, span

NONE = {"orders": 0, "filled": 0, "partly_filled": 0, "refused": 0, "in_doubt": 0, "fill_rate": None}


async def fate(api: Api, **query: Any) -> dict[str, Any]:
    total = (await api("performance", **WHOLE, **query))["total"]
    return {name: total[name] for name in NONE}


@pytest.mark.parametrize(
    ("told", "fate_of_it"),
    [
        ({"order_state": "filled", "quantity": 2.0, "fill_quantity": 2.0}, {"filled": 1, "fill_rate": 1.0}),
        ({"order_state": "filled"}, {"filled": 1, "fill_rate": 1.0}),
        (
            {"order_state": "partially_filled", "quantity": 3.0, "fill_quantity": 1.0},
            {"partly_filled": 1, "fill_rate": 0.333333},
        ),
        ({"order_state": "cancelled", "quantity": 4.0, "fill_quantity": 1.0}, {"partly_filled": 1, "fill_rate": 0.25}),
        ({"order_state": "cancelled", "quantity": 4.0}, {"fill_rate": 0.0}),
        ({"order_state": "rejected", "quantity": 4.0}, {"refused": 1, "fill_rate": 0.0}),
        ({"order_state": "not_placed"}, {"refused": 1, "fill_rate": 0.0}),
        ({"order_state": "open", "quantity": 4.0}, {}),
        ({"order_state": "unknown", "quantity": 4.0}, {"in_doubt": 1}),
        (
            {"order_state": "filled", "size_usd": 500.0, "fill_quantity": 0.1, "fill_rate": 0.4},
            {"partly_filled": 1, "fill_rate": 0.4},
        ),
        ({"order_state": "filled", "quantity": 1.0, "fill_quantity": 2.0}, {"filled": 1, "fill_rate": 1.0}),
        ({"fill_price": 100.0}, {"filled": 1, "fill_rate": 1.0}),
        ({}, {}),
    ],
    ids=str,
)
async def test_one_order(api: Api, put: Put, told: dict[str, Any], fate_of_it: dict[str, Any]) -> None:
    put(traces(cycle(0), order(0, **told)))
    assert await fate(api) == NONE | {"orders": 1} | fate_of_it


async def test_an_error_without_a_state_was_refused(api: Api, put: Put) -> None:
    put(traces(cycle(0), order(0, quantity=1.0) | {"status": 2}))
    assert await fate(api) == NONE | {"orders": 1, "refused": 1, "fill_rate": 0.0}


async def test_what_is_learned_of_an_order_later_counts(api: Api, put: Put) -> None:
    put(traces(cycle(0), order(0, order_id="o", order_state="open", quantity=2.0)))
    assert await fate(api) == NONE | {"orders": 1}
    put(traces(cycle(5), span("pf.trade.read", 5, order_id="o", order_state="filled"), trace=2))
    assert await fate(api) == NONE | {"orders": 1, "filled": 1, "fill_rate": 1.0}


async def test_a_fill_that_is_read_later_is_paid_and_earned_once(api: Api, put: Put) -> None:
    """Part of it was known when the time was up; the read tells the whole fee, and what was realised since."""
    part = {"order_id": "o", "order_state": "partially_filled", "quantity": 2.0, "fill_quantity": 0.5, "side": "sell"}
    put(traces(cycle(0, pnl_usd=2.5), order(0, **part, fee_usd=0.5, pnl_usd=2.5)))
    filled = {"order_state": "filled", "quantity": 2.0, "fill_quantity": 2.0, "fee_usd": 2.01, "pnl_usd": 8.44}
    read = span("pf.trade.read", 5, order_id="o", side="sell", slippage_bps=-10.0, **filled)
    again = span("pf.trade.read", 6, order_id="o", order_state="filled")
    put(traces(cycle(5, pnl_usd=8.44), read, again, trace=2))
    assert await fate(api) == NONE | {"orders": 1, "filled": 1, "fill_rate": 1.0}
    total = (await api("performance", **WHOLE))["total"]
    assert (total["pnl_usd"], total["fees_usd"], total["closed"]) == ("10.94", "2.01", 2)
    assert (total["slipped"], total["slippage_mean_bps"]) == (1, -10.0)


async def test_an_order_that_two_spans_tell_of_is_one(api: Api, put: Put) -> None:
    told = {"order_id": "o", "order_state": "filled", "slippage_bps": 4.0, "fill_price": 101.0, "quantity": 1.0}
    put(traces(cycle(0), order(0, **told), span("pf.trade.execute", 0, 2, **told)))
    assert await fate(api) == NONE | {"orders": 1, "filled": 1, "fill_rate": 1.0}
    assert (await api("performance", **WHOLE))["total"]["slipped"] == 1


async def test_only_orders_that_were_sent_in_the_range(api: Api, put: Put) -> None:
    put(traces(cycle(-5), span("pf.trade.execute", -5, order_id="o", order_state="open"), trace=1))
    put(traces(cycle(5), span("pf.trade.read", 5, order_id="o", order_state="filled"), trace=2))
    assert await fate(api) == NONE


async def slippage(api: Api) -> tuple[int, float | None, float | None, str]:
    total = (await api("performance", **WHOLE))["total"]
    names = ("slipped", "slippage_mean_bps", "slippage_p95_bps", "slippage_cost_usd")
    return tuple(total[name] for name in names)  # type: ignore[return-value]


async def test_slippage_keeps_its_sign(api: Api, put: Put) -> None:
    for number in range(21):  # −10 … +10
        put(traces(cycle(number), order(number, slippage_bps=float(number - 10)), trace=number + 1))
    assert await slippage(api) == (21, 0.0, 9.0, "0")


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ({"side": "buy", "expected_price": 100.0, "fill_price": 100.1, "fill_quantity": 3.0}, "0.3"),
        ({"side": "sell", "expected_price": 100.0, "fill_price": 100.1, "fill_quantity": 3.0}, "-0.3"),
        ({"side": "sell", "expected_price": 100.0, "fill_price": 99.0, "quantity": 0.00000001}, "0.00000001"),
        ({"side": "buy", "fill_price": 200.0, "quantity": 2.0}, "0.2"),
        ({"side": "buy", "quantity": 2.0}, "0"),
    ],
    ids=str,
)
async def test_its_cost_comes_from_the_prices_or_else_from_the_basis_points(
    api: Api, put: Put, told: dict[str, Any], cost: str
) -> None:
    put(traces(cycle(0), order(0, slippage_bps=5.0, **told)))
    assert await slippage(api) == (1, 5.0, 5.0, cost)


async def test_an_order_outside_of_any_cycle_slips_too(api: Api, put: Put) -> None:
    put(traces(span("pf.trade.execute", 0, None, slippage_bps=5.0, side="buy", fill_price=200.0, quantity=2.0)))
    assert await slippage(api) == (1, 5.0, 5.0, "0.2")
    assert (await api("stats", **WHOLE))["totals"]["slippage_cost_usd"] == "0.2"


async def test_a_closing_slips_without_being_an_order(api: Api, put: Put) -> None:
    put(traces(cycle(0), close(0, 1.0, slippage_bps=-2.0, exit_price=200.0, quantity=0.5)))
    assert await slippage(api) == (1, -2.0, -2.0, "-0.02")
    assert await fate(api) == NONE
