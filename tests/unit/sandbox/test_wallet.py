from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.sandbox.errors import ApiError
from tests.unit.sandbox.desk import Desk, Trader


def refusal(trader: Trader, operation: str, body: object, wallet_id: str | None = None) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        trader.do(operation, body, wallet_id=wallet_id or trader.agent.wallet_id)
    return refused.value.status, refused.value.code


def test_a_balance_names_every_asset_and_its_value_in_usd(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("BTC", "buy", "0.05")
    desk.market.set("BTC", 64_000)
    wallet = ada.wallet()
    assert wallet["wallet_id"] == ada.agent.wallet_id
    assert wallet["assets"]["BTC"] == {"amount": Decimal("0.05"), "usd_value": 3_200, "available": Decimal("0.05")}
    assert wallet["total_usd"] == wallet["assets"]["USDC"]["usd_value"] + 3_200


def test_anothers_wallet_does_not_exist(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    for operation in ("wallet.balance", "wallet.send", "wallet.swap"):
        assert refusal(ada, operation, {}, bob.agent.wallet_id) == (404, "WALLET_NOT_FOUND")


def test_sending_moves_money_to_another_wallet_or_outside(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob", funded=False)
    for to in (bob.agent.wallet_id, "0x" + "a1" * 20):
        sent = ada.do("wallet.send", {"asset": "USDC", "amount": "12.5", "to": to}, wallet_id=ada.agent.wallet_id)
        assert (sent["network"], sent["tx_hash"][:2], len(sent["tx_hash"])) == ("base", "0x", 66)
    assert (ada.dollars(), bob.dollars()) == (9_975, Decimal("12.5"))


def test_what_cannot_be_sent(desk: Desk) -> None:
    ada = desk.trader("ada")
    to = desk.trader("bob").agent.wallet_id
    assert refusal(ada, "wallet.send", {"asset": "USDC", "amount": 10_001, "to": to}) == (400, "INSUFFICIENT_FUNDS")
    for body in (
        {"asset": "BTC", "amount": 1, "to": to},
        {"asset": "USDC", "amount": 0, "to": to},
        {"asset": "USDC", "amount": 1, "to": "somewhere"},
        {"asset": "USDC", "amount": 1, "to": ada.agent.wallet_id},
    ):
        assert refusal(ada, "wallet.send", body) == (400, "INVALID_REQUEST")


def test_swapping_there_and_back_costs_only_fees_and_slippage(desk: Desk) -> None:
    ada = desk.trader("ada")

    def swap(source: str, target: str, amount: object) -> Decimal:
        done = ada.do("wallet.swap", {"from": source, "to": target, "amount": amount}, wallet_id=ada.agent.wallet_id)
        return done["received"]

    received = swap("USDC", "ETH", 3_000)
    assert Decimal("0.98") < received < 1
    assert 7_000 <= ada.dollars() < 7_040
    assert 2_900 < swap("ETH", "USDC", received) < 3_000
    assert ada.positions() == []


def test_what_cannot_be_swapped(desk: Desk) -> None:
    ada = desk.trader("ada")
    short_of = (400, "INSUFFICIENT_FUNDS")
    assert refusal(ada, "wallet.swap", {"from": "USDC", "to": "BTC", "amount": 10_001}) == short_of
    assert refusal(ada, "wallet.swap", {"from": "BTC", "to": "USDC", "amount": 1}) == short_of
    for body in (
        {"from": "BTC", "to": "ETH", "amount": 1},
        {"from": "USDC", "to": "DOGE", "amount": 1},
        {"from": "USDC", "to": "BTC", "amount": "0.00000001"},
    ):
        assert refusal(ada, "wallet.swap", body) == (400, "INVALID_REQUEST")
