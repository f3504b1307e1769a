from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.sandbox.errors import Conflict, InsufficientMargin, InvalidRequest, NotFound
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import UNIT
from fleaglass.sandbox.trading.fills import FillStyle, plan_fill, slipped_price
from tests.unit.sandbox.desk import Desk

LATER = FillStyle(at_once=0.0, in_parts=0.0)
IN_PARTS = FillStyle(at_once=0.0, in_parts=1.0)


def test_a_market_order_fills_with_slippage_and_a_fee(desk: Desk) -> None:
    ada = desk.trader("ada")
    order = ada.order("BTC", "buy", "0.1")
    assert (order["status"], order["filled_quantity"], order["expected_price"]) == ("filled", Decimal("0.1"), 60_000)
    assert 0 < abs(order["fill_price"] - 60_000) < 60
    value = order["fill_price"] / 10
    assert order["fee_usd"] == round(value * Decimal("0.00055"), 8)
    assert ada.dollars() == 10_000 - value - order["fee_usd"]


def test_slippage_is_signed_costs_on_average_and_grows_with_size() -> None:
    def costs_bps(side: str, quantity: int) -> list[float]:
        mid = 60_000 * UNIT
        sign = 1 if side == "buy" else -1
        prices = [slipped_price(ASSETS["BTC"], side, quantity, mid, 7, ("a", n)) for n in range(500)]
        return [sign * (price - mid) / mid * 10_000 for price in prices]

    small, large = costs_bps("buy", UNIT // 100), costs_bps("buy", 20 * UNIT)
    assert min(small) < 0 < sum(small) / 500 < sum(large) / 500
    assert sum(costs_bps("sell", UNIT // 100)) > 0


def test_a_delayed_order_is_open_until_its_moment_and_then_filled() -> None:
    desk = Desk(fills=LATER)
    ada = desk.trader("ada")
    order = ada.order("ETH", "buy", 1)
    assert (order["status"], order["filled_quantity"], order["fill_price"]) == ("open", 0, None)
    assert ada.positions() == []
    desk.clock.advance(0.079)
    assert ada.poll(order["order_id"])["status"] == "open"
    desk.clock.advance(0.4)
    filled = ada.poll(order["order_id"])
    assert (filled["status"], filled["filled_quantity"]) == ("filled", 1)
    assert order["created_at"] < filled["updated_at"]


def test_an_order_in_parts_is_partially_filled_in_between() -> None:
    desk = Desk(fills=IN_PARTS)
    ada = desk.trader("ada")
    order = ada.order("ETH", "buy", 1)
    assert order["status"] == "partially_filled"
    assert Decimal("0.3") <= order["filled_quantity"] <= Decimal("0.7")
    assert order["filled_quantity"] + order["remaining_quantity"] == 1
    desk.clock.advance(1)
    filled = ada.poll(order["order_id"])
    assert (filled["status"], filled["filled_quantity"]) == ("filled", 1)
    assert filled["fee_usd"] > order["fee_usd"]


def test_the_parts_of_a_plan_add_up_and_most_orders_wait_a_little() -> None:
    plans = [plan_fill(ASSETS["BTC"], "buy", 12_345, 60_000 * UNIT, FillStyle(), 7, ("a", n)) for n in range(300)]
    assert all(sum(part.quantity for part in plan) == 12_345 for plan in plans)
    kinds = [(len(plan), plan[0].delay_ns == 0) for plan in plans]
    assert all(kinds.count(kind) > 30 for kind in ((1, True), (1, False), (2, True)))


def test_the_same_seed_gives_the_same_order_ids_and_fills_whoever_else_trades() -> None:
    def trade(desk: Desk, *, crowded: bool) -> list[tuple[str, Decimal]]:
        ada, bob = desk.trader("ada"), desk.trader("bob")
        fills = []
        for _ in range(5):
            if crowded:
                bob.order("SOL", "buy", 1)
            order = ada.order("BTC", "buy", "0.01")
            fills.append((order["order_id"], order["fill_price"]))
        return fills

    assert trade(Desk(), crowded=False) == trade(Desk(), crowded=True)
    assert trade(Desk(), crowded=False) != trade(Desk(seed=8), crowded=False)


def test_an_order_beyond_the_balance_is_refused_and_leaves_nothing(desk: Desk) -> None:
    ada = desk.trader("ada")
    with pytest.raises(InsufficientMargin) as refused:
        ada.order("BTC", "buy", 1)
    assert (refused.value.status, refused.value.body["code"]) == (400, "INSUFFICIENT_MARGIN")
    assert "10000 USD is available" in refused.value.message
    assert ada.do("trading.orders")["orders"] == []


def test_orders_that_wait_count_against_what_can_be_spent(desk: Desk) -> None:
    ada = desk.trader("ada")
    waiting = ada.limit("BTC", "buy", "0.1", 50_000)
    assert ada.dollars() == Decimal("4997.25")
    with pytest.raises(InsufficientMargin):
        ada.order("BTC", "buy", "0.1")
    ada.do("trading.cancel", order_id=waiting["order_id"])
    assert ada.order("BTC", "buy", "0.1")["status"] == "filled"


def test_a_limit_order_waits_until_the_market_crosses_it_and_fills_at_its_limit(desk: Desk) -> None:
    ada = desk.trader("ada")
    order = ada.limit("BTC", "buy", "0.05", 59_000)
    assert (order["status"], order["expected_price"]) == ("open", 59_000)
    desk.market.set("BTC", 59_001)
    assert ada.poll(order["order_id"])["status"] == "open"
    desk.market.set("BTC", 58_500)
    desk.market.set("BTC", 61_000)
    filled = ada.poll(order["order_id"])
    assert (filled["status"], filled["fill_price"]) == ("filled", 59_000)


def test_a_limit_order_that_the_market_crosses_already_fills_at_once_and_never_worse(desk: Desk) -> None:
    ada = desk.trader("ada")
    bought = ada.limit("BTC", "buy", "0.05", 60_000)
    sold = ada.limit("BTC", "sell", "0.05", 60_000)
    assert bought["status"] == sold["status"] == "filled"
    assert bought["fill_price"] <= 60_000 <= sold["fill_price"]


def test_cancelling_keeps_what_has_filled_and_drops_the_rest() -> None:
    desk = Desk(fills=IN_PARTS)
    ada = desk.trader("ada")
    order = ada.order("ETH", "buy", 1)
    cancelled = ada.do("trading.cancel", order_id=order["order_id"])
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "CANCELLED_BY_AGENT")
    desk.clock.advance(10)
    assert ada.poll(order["order_id"])["filled_quantity"] == order["filled_quantity"]
    with pytest.raises(Conflict) as refused:
        ada.do("trading.cancel", order_id=order["order_id"])
    assert (refused.value.status, refused.value.code) == (409, "INVALID_STATUS")


def test_closing_a_long_realises_what_selling_brought_minus_what_buying_cost(desk: Desk) -> None:
    ada = desk.trader("ada")
    bought = ada.order("ETH", "buy", 2)
    desk.market.set("ETH", 3_300)
    closed = ada.close("ETH")
    assert (closed["side"], closed["quantity"], closed["status"]) == ("sell", 2, "closed")
    assert closed["entry_price"] == bought["fill_price"]
    assert closed["realized_pnl_usd"] == 2 * (closed["exit_price"] - bought["fill_price"])
    assert ada.dollars() == 10_000 + closed["realized_pnl_usd"] - closed["fee_usd"] - bought["fee_usd"]
    assert ada.positions() == []
    with pytest.raises(NotFound) as refused:
        ada.close("ETH")
    assert (refused.value.status, refused.value.code) == (404, "POSITION_NOT_FOUND")


def test_a_position_can_be_closed_by_its_id(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("SOL", "buy", 10)
    position_id = ada.positions()[0]["position_id"]
    assert ada.do("trading.close", {"position_id": position_id})["position_id"] == position_id
    with pytest.raises(InvalidRequest):
        ada.do("trading.close", {})


def test_closing_cancels_what_could_reopen_the_position(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "buy", 1)
    waiting = ada.limit("ETH", "buy", 1, 2_500)
    ada.close("ETH")
    assert ada.poll(waiting["order_id"])["reason"] == "POSITION_CLOSED"


def test_selling_part_of_a_position_realises_its_share(desk: Desk) -> None:
    ada = desk.trader("ada")
    bought = ada.order("ETH", "buy", 2)
    desk.market.set("ETH", 3_100)
    sold = ada.order("ETH", "sell", "0.5")
    assert sold["realized_pnl_usd"] == (sold["fill_price"] - bought["fill_price"]) / 2
    left = ada.positions()[0]
    assert (left["quantity"], left["entry_price"]) == (Decimal("1.5"), bought["fill_price"])


def test_orders_are_listed_since_an_instant_oldest_first(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    bob.order("SOL", "buy", 1)
    first = ada.order("SOL", "buy", 1)
    desk.clock.advance(5)
    second = ada.order("SOL", "buy", 1)
    assert ada.do("trading.orders")["orders"] == [first, second]
    assert ada.do("trading.orders", query={"since": second["created_at"]})["orders"] == [second]
    assert ada.do("trading.orders", query={"since": "1800000005"})["orders"] == [second]
    for nonsense in ("yesterday", "2026-11-20T10:00:00", "nan", "1e400"):
        with pytest.raises(InvalidRequest, match="since"):
            ada.do("trading.orders", query={"since": nonsense})


def test_nobody_sees_or_cancels_anothers_order(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    order = ada.limit("SOL", "buy", 1, 100)
    for operation in ("trading.poll", "trading.cancel"):
        with pytest.raises(NotFound):
            bob.do(operation, order_id=order["order_id"])


def test_the_spot_alias_speaks_of_direction_and_fills_at_once() -> None:
    ada = Desk(fills=LATER).trader("ada")
    order = ada.do("trading.spot", {"asset": "BTC", "direction": "buy", "quantity": 0.01})
    assert (order["status"], order["direction"]) == ("filled", "buy")
    assert order["fill_price"] > 0


def test_an_order_that_nobody_can_pay_when_its_turn_comes_is_rejected(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("BTC", "buy", "0.05")
    take_profit = ada.limit("BTC", "sell", "0.05", 65_000)
    ada.order("BTC", "sell", "0.05")
    ada.order("SOL", "buy", 66)
    desk.market.set("BTC", 66_000)
    rejected = ada.poll(take_profit["order_id"])
    assert (rejected["status"], rejected["reason"]) == ("rejected", "INSUFFICIENT_MARGIN")
    assert [position["asset"] for position in ada.positions()] == ["SOL"]
