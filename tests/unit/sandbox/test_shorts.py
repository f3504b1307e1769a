from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.sandbox import ledger
from fleaglass.sandbox.errors import InsufficientMargin
from tests.unit.sandbox.desk import Desk


def test_a_short_is_backed_by_its_proceeds_and_as_much_again(desk: Desk) -> None:
    ada = desk.trader("ada")
    sold = ada.order("ETH", "sell", 1)
    value = sold["fill_price"]
    assert ada.dollars() == 10_000 - value - sold["fee_usd"]
    held = ada.positions()[0]
    assert (held["side"], held["quantity"], held["entry_price"]) == ("short", 1, value)
    assets = ada.wallet()["assets"]
    assert assets["USDC"]["amount"] == 10_000 + value - sold["fee_usd"]
    assert assets["ETH"] == {"amount": -1, "usd_value": -3_000, "available": 0}


def test_a_short_wins_when_the_price_falls(desk: Desk) -> None:
    ada = desk.trader("ada")
    sold = ada.order("ETH", "sell", 2)
    desk.market.set("ETH", 2_700)
    closed = ada.close("ETH")
    assert closed["realized_pnl_usd"] == 2 * (sold["fill_price"] - closed["exit_price"]) > 0
    assert ada.dollars() == 10_000 + closed["realized_pnl_usd"] - closed["fee_usd"] - sold["fee_usd"]


def test_buying_back_half_frees_half_of_the_margin(desk: Desk) -> None:
    ada = desk.trader("ada")
    sold = ada.order("ETH", "sell", 2)
    margin = ledger.balance(desk.venue.db, "margin/ada/ETH")
    bought = ada.order("ETH", "buy", 1)
    assert ledger.balance(desk.venue.db, "margin/ada/ETH") == margin / 2
    assert bought["realized_pnl_usd"] == sold["fill_price"] - bought["fill_price"]


def test_an_order_larger_than_the_position_turns_it_around(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "buy", 1)
    first = ada.positions()[0]["position_id"]
    ada.order("ETH", "sell", 2)
    turned = ada.positions()[0]
    assert (turned["side"], turned["quantity"]) == ("short", 1)
    assert turned["position_id"] != first


def test_a_short_needs_cash_for_its_collateral(desk: Desk) -> None:
    with pytest.raises(InsufficientMargin):
        desk.trader("ada").order("ETH", "sell", 4)


def test_a_short_is_liquidated_when_its_margin_runs_low(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "sell", 1)
    waiting = ada.limit("ETH", "sell", 1, 6_000)
    desk.market.set("ETH", 4_700)
    assert len(ada.positions()) == 1
    desk.market.set("ETH", 4_850)
    assert ada.positions() == []
    orders = ada.do("trading.orders")["orders"]
    assert orders[-1]["order_type"] == "liquidation"
    assert -1_950 < orders[-1]["realized_pnl_usd"] < -1_800
    assert ada.poll(waiting["order_id"])["status"] == "cancelled"
    assert ledger.balance(desk.venue.db, "insurance") == 0


def test_after_a_gap_nobody_could_react_to_insurance_pays_what_the_agent_cannot(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "sell", 3)
    desk.market.set("ETH", 30_000)
    assert ada.wallet()["total_usd"] == 0
    assert ledger.balance(desk.venue.db, "insurance") < 0
    assert set(ledger.trial_balance(desk.venue.db).values()) == {0}


def test_closing_is_never_refused_however_deep_the_loss(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "sell", 3)
    desk.market._set["ETH"] *= 10
    closed = ada.close("ETH")
    assert closed["status"] == "closed"
    assert ada.dollars() == Decimal(0)
