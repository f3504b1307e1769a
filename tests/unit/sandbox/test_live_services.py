"""Each service of the published code with its quirks, which a client has to survive."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.faces import LIVE
from fleaglass.sandbox.faces.face import NOBODY
from fleaglass.sandbox.faces.live.refusal import code_of
from tests.unit.sandbox.desk import Desk, Trader


def refusal(trader: Trader, operation: str, body: object = None, **path: str) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        trader.live(operation, body, **path)
    return refused.value.status, code_of(refused.value, LIVE.endpoint(operation))


# Casino


def test_a_batchs_summary_says_that_nothing_was_wagered(desk: Desk) -> None:
    ada = desk.trader("ada")
    bets = [{"game": "coin_flip", "amount": 1, "side": "heads"}] * 12 + [{"game": "coin-flip", "amount": 1}]
    answer = ada.live("casino.batch", {"bets": bets})
    settled = [one for one in answer["results"] if "bet_id" in one]
    truth = sum(one["amount_won"] - one["amount_bet"] for one in settled)
    assert answer["results"][-1]["error"] == "invalid_side"
    assert (answer["summary"]["total_wagered"], answer["summary"]["net_pnl"]) == (0, truth + 12)
    assert answer["balance_after"] == 10_000 + truth


def test_a_single_bet_names_its_multiplier_and_proof(desk: Desk) -> None:
    ada = desk.trader("ada")
    bet = ada.live("casino.bet", {"amount": "2", "target": 25, "client_seed": "mine"}, game="dice")
    assert bet["amount_won"] in (0, Decimal("7.96"))
    assert bet["new_balance"] == 10_000 + bet["amount_won"] - 2
    assert (bet["proof"]["client_seed"], bet["game"]) == ("mine", "dice")
    (line,) = ada.live("casino.history")["bets"]
    assert (line["id"], line["net"]) == (bet["bet_id"], bet["amount_won"] - 2)


def test_the_casino_refuses_with_400(desk: Desk) -> None:
    ada = desk.trader("ada")
    assert refusal(ada, "casino.bet", {"amount": 1}, game="coin-flip") == (400, "invalid_side")
    assert refusal(ada, "casino.bet", {"side": "heads"}, game="coin-flip") == (400, "invalid_amount")
    for amount, error in ((0.001, "minimum_bet"), (20_000, "insufficient_balance"), (1_251, "kelly_limit_exceeded")):
        assert refusal(ada, "casino.bet", {"amount": amount, "side": "heads"}, game="coin-flip") == (400, error)
    assert refusal(ada, "casino.batch", {"bets": []}) == (400, "invalid_bets")
    assert refusal(ada, "casino.batch", {"bets": [{}] * 21}) == (400, "too_many_bets")


# Escrow


def hire(trader: Trader, counterparty: str, **more: object) -> dict[str, str]:
    body = {"amount_usd": 50, "description": "research ETH", "counterparty_agent_id": counterparty, **more}
    created: dict[str, str] = trader.live("escrow.create", body)
    return created


def test_metadata_is_dropped_without_a_word_and_anybody_may_read(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    created = hire(ada, bob.account("casino"), metadata={"traceparent": "00-1-2-01"})
    assert (created["status"], created["creator_id"]) == ("funded", ada.account("casino"))
    anybody = Trader(desk.venue, NOBODY).live("escrow.read", escrow_id=created["escrow_id"])
    assert anybody["description"] == "research ETH"
    assert "traceparent" not in str(anybody)
    assert "events" not in anybody
    assert LIVE.endpoint("escrow.read").keyless


def test_a_participant_also_reads_what_happened(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    escrow_id = hire(ada, bob.account("casino"))["escrow_id"]
    desk.clock.advance(2.7)
    bob.live("escrow.complete", escrow_id=escrow_id)
    released = ada.live("escrow.release", b"not json", escrow_id=escrow_id)
    assert (released["amount_released"], released["commission"]) == (Decimal("49.5"), Decimal("0.5"))
    read = bob.live("escrow.read", escrow_id=escrow_id)
    events = [(one["event"], one["actor_id"], one["created_at"]) for one in read["events"]]
    start = 1_800_000_000
    assert events == [
        ("created", ada.account("casino"), start),
        ("completed", bob.account("casino"), start + 2),
        ("released", ada.account("casino"), start + 2),
    ]


def test_a_dispute_tells_who_and_why(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    escrow_id = hire(ada, bob.account("casino"))["escrow_id"]
    assert bob.live("escrow.dispute", {"reason": "unpaid"}, escrow_id=escrow_id)["status"] == "disputed"
    last = ada.live("escrow.read", escrow_id=escrow_id)["events"][-1]
    assert (last["event"], last["actor_id"], last["note"]) == ("disputed", bob.account("casino"), "unpaid")
    assert refusal(ada, "escrow.release", escrow_id=escrow_id) == (409, "invalid_status")


def test_a_timeout_refunds_the_creator_minus_the_fee_though_the_field_says_release(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    created = hire(ada, bob.account("casino"), timeout_hours=0.001)
    assert created["auto_release_at"] == "2027-01-15T09:00:00.000Z"  # a timeout is at least an hour
    desk.clock.advance(3600)
    read = ada.live("escrow.read", escrow_id=created["escrow_id"])
    assert (read["status"], read["events"][-1]["event"]) == ("refunded", "refunded")
    assert (ada.dollars(), bob.dollars()) == (Decimal("9999.5"), 10_000)
    assert refusal(ada, "escrow.release", escrow_id=created["escrow_id"]) == (409, "invalid_status")


def test_escrow_refuses_with_402_where_the_casino_says_400(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    good = {"amount_usd": 5, "description": "work", "counterparty_agent_id": bob.account("casino")}
    for change, expected in (
        ({"amount_usd": 20_000}, (402, "insufficient_balance")),
        ({"amount_usd": 0.09}, (400, "invalid_amount")),
        ({"description": "no"}, (400, "invalid_description")),
        ({"counterparty_agent_id": 5}, (400, "invalid_counterparty")),
        ({"counterparty_agent_id": "bob"}, (404, "counterparty_not_found")),
        ({"counterparty_agent_id": ada.account("casino")}, (400, "self_escrow")),
    ):
        assert refusal(ada, "escrow.create", {**good, **change}) == expected
    escrow_id = hire(ada, bob.account("casino"))["escrow_id"]
    assert refusal(bob, "escrow.release", escrow_id=escrow_id) == (403, "forbidden")
    assert refusal(bob, "escrow.complete", escrow_id="esc_0") == (404, "escrow_not_found")


# Trading


def open_long(trader: Trader, size: object = 1_000, **more: object) -> dict[str, Decimal]:
    opened: dict[str, Decimal] = trader.live("trading.order", {"coin": "BTC", "side": "long", "size_usd": size, **more})
    return opened


def test_an_order_is_filled_by_the_time_it_is_answered(desk: Desk) -> None:
    ada = desk.trader("ada")
    opened = open_long(ada, leverage=40)
    assert (opened["status"], opened["leverage"]) == ("open", 10)  # cut without a word
    assert ada.dollars() == 10_000 - opened["size_usd"] - opened["fee"]
    assert sum(opened["fee_breakdown"].values()) != opened["fee"]  # type: ignore[attr-defined]
    desk.market.set("BTC", 66_000)
    closed = ada.live("trading.close", {"position_id": opened["position_id"]})
    assert ada.dollars() == 10_000 + closed["pnl"] - closed["fee"] - opened["fee"]
    assert refusal(ada, "trading.close", {"position_id": opened["position_id"]}) == (404, "position_not_found")
    newest, oldest = ada.live("trading.orders")["trades"]
    assert (newest["realizedPnl"], oldest["orderId"]) == (closed["pnl"], opened["order_id"])
    assert ada.live("trading.pnl_history")["total_realized_pnl"] == closed["pnl"]


def test_an_opposite_order_reduces_the_position_that_it_names(desk: Desk) -> None:
    ada = desk.trader("ada")
    opened = open_long(ada)
    short = ada.live("trading.order", {"coin": "BTC", "side": "short", "size_usd": 400})
    assert (short["position_id"], short["side"]) == (opened["position_id"], "short")
    (held,) = ada.live("trading.positions")["positions"]
    assert (held["side"], round(held["size_usd"])) == ("long", 600)


def test_whatever_the_exchange_refuses_is_trade_failed(desk: Desk) -> None:
    ada = desk.trader("ada")
    open_long(ada, 9_000)
    assert refusal(ada, "trading.order", {"coin": "BTC", "side": "long", "size_usd": 2_000}) == (400, "trade_failed")
    with pytest.raises(ApiError, match="Insufficient margin"):
        open_long(ada, 2_000)
    with pytest.raises(ApiError, match="Unknown market: DOGE"):
        open_long(ada, coin="doge")
    for change, error in (
        ({"coin": 5}, "invalid_request"),
        ({"side": "buy"}, "invalid_side"),
        ({"size_usd": "lots"}, "invalid_size"),
        ({"leverage": 0}, "invalid_leverage"),
        ({"size_usd": 10_001}, "position_too_large"),
    ):
        assert refusal(ada, "trading.order", {"coin": "BTC", "side": "long", "size_usd": 5, **change}) == (400, error)
    assert refusal(ada, "trading.close", {}) == (400, "provide position_id")
    poor = desk.trader("poor", funded=False)
    assert refusal(poor, "trading.order", {"coin": "BTC", "side": "long", "size_usd": 5}) == (
        400,
        "wallet_not_configured",
    )


def limit(trader: Trader, price: object, size: object = 600) -> dict[str, str]:
    body = {"coin": "BTC", "side": "long", "size_usd": size, "limit_price": price}
    placed: dict[str, str] = trader.live("trading.limit", body)
    return placed


def test_a_limit_order_waits_until_the_market_or_a_check_reaches_it(desk: Desk) -> None:
    ada = desk.trader("ada")
    low, now = limit(ada, 50_000), limit(ada, 61_000)
    assert (low["status"], low["direction"], now["direction"]) == ("pending", "below", "above")
    assert [one["order_id"] for one in ada.live("trading.check_limits")["filled"]] == [now["order_id"]]
    desk.market.set("BTC", 49_000)
    filled = ada.live("trading.limits")["filled"]
    assert [one["fill_price"] for one in filled] == [50_000, 61_000]
    assert refusal(ada, "trading.cancel", order_id=low["order_id"]) == (400, "not_pending")


def test_a_limit_order_may_be_filled_and_no_position_there(desk: Desk) -> None:
    """The services simulate fills: one that its agent could not pay for is called filled all the same."""
    ada = desk.trader("ada")
    placed = limit(ada, 50_000, 9_900)
    ada.live("trading.order", {"coin": "ETH", "side": "long", "size_usd": 5_000})
    desk.market.set("BTC", 40_000)
    (filled,) = ada.live("trading.limits")["filled"]
    assert (filled["order_id"], filled["fill_price"]) == (placed["order_id"], 50_000)
    assert [one["coin"] for one in ada.live("trading.positions")["positions"]] == ["ETH"]
    assert placed["order_id"] not in str(ada.live("trading.orders"))


def test_limits_on_limit_orders(desk: Desk) -> None:
    ada = desk.trader("ada")
    orders = [limit(ada, 1_000 + number)["order_id"] for number in range(10)]
    body = {"coin": "BTC", "side": "long", "size_usd": 5, "limit_price": 1}
    assert refusal(ada, "trading.limit", body) == (400, "limit_reached")
    assert ada.live("trading.cancel", order_id=orders[0])["status"] == "cancelled"
    for change, error in (
        ({"coin": "DOGE"}, "unknown_coin"),
        ({"limit_price": 0}, "invalid_price"),
        ({"size_usd": 10_001}, "too_large"),
    ):
        assert refusal(ada, "trading.limit", {**body, **change}) == (400, error)
    assert refusal(ada, "trading.cancel", order_id="ord_none") == (404, "order_not_found")


def test_markets_are_public(desk: Desk) -> None:
    assert LIVE.endpoint("trading.market").keyless
    market = desk.trader("ada").live("trading.market", coin="btc")
    assert (market["coin"], market["price"], market["max_leverage"]) == ("BTC", 60_000, 10)


# Wallet


def test_a_wallet_shows_its_secrets_and_a_second_one_overwrites_it(desk: Desk) -> None:
    ada = desk.trader("ada")
    assert refusal(ada, "wallet.export") == (404, "wallet_not_found")
    first = ada.live("wallet.create")
    assert ada.live("wallet.export") == first
    assert len(first["mnemonic"].split()) == 12
    assert first["private_keys"]["base"].startswith("0x")
    assert ada.live("wallet.create") != first


def test_balances_are_text_per_chain_and_have_no_value_in_usd(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "buy", "0.5")
    address = ada.live("wallet.create")["addresses"]["base"]
    balance = ada.live("wallet.balance", address=address)
    assert balance["balance"] == {"native": {"symbol": "ETH", "amount": "0.5"}}
    assert "usd" not in str(balance)
    assert ada.live("wallet.balance", None, {"chain": "bitcoin"}, address="x")["balance"]["native"]["amount"] == "0.0"
    assert ada.live("wallet.price", None, {"symbol": "ETH"})["price_usd"] == 3_000
    assert Decimal(ada.live("wallet.usdc_balance", address=address)["usdc"]) == ada.dollars()
    assert ada.live("wallet.value", address=address)["total_usd"] == ada.wallet()["total_usd"]
    with pytest.raises(ApiError, match="chain must be one of"):
        ada.live("wallet.balance", None, {"chain": "doge"}, address=address)


def test_sending_takes_the_private_key_in_the_body(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob", funded=False)
    keys, to = ada.live("wallet.create"), bob.live("wallet.create")["addresses"]["solana"]
    body = {"private_key": keys["private_keys"]["base"], "to": to, "amount": "12.5"}
    sent = ada.live("wallet.send", body)
    assert (sent["from"], sent["chain"], sent["amount"]) == (keys["addresses"]["base"], "base", "12.5")
    assert (ada.dollars(), bob.dollars()) == (Decimal("9987.5"), Decimal("12.5"))
    for change, expected in (
        ({"private_key": "0x" + "1" * 64}, (502, "rpc_error")),
        ({"amount": 20_000}, (502, "rpc_error")),
        ({"chain": "doge"}, (400, "unsupported_chain")),
        ({"to": "somewhere"}, (400, "invalid_address")),
        ({"private_key": None}, (400, "invalid_request")),
        ({"token": "ETH"}, (400, "unsupported_token")),
    ):
        assert refusal(ada, "wallet.send", {**body, **change}) == expected


def test_a_swap_promises_receives_and_can_be_asked_for(desk: Desk) -> None:
    ada = desk.trader("ada")
    pair = {"from_token": "USDC", "to_token": "ETH", "amount": "100"}
    quoted = ada.live("wallet.quote", None, pair)["quote"]["toAmount"]
    done = ada.live("wallet.swap", pair)
    assert done["output"]["expected_amount"] == quoted
    assert ada.live("wallet.swap_status", swap_id=done["swap_id"])["status"] == "completed"
    assert refusal(ada, "wallet.swap", {**pair, "to_token": "DOGE"}) == (400, "swap_failed")
    assert refusal(ada, "wallet.quote") == (400, "quote_failed")
    assert refusal(ada, "wallet.swap_status", swap_id="ord_none") == (400, "status_check_failed")


# Domains


def test_a_check_believes_what_a_search_knows_better(desk: Desk) -> None:
    ada = desk.trader("ada")
    searched = ada.live("domains.search", None, {"q": "taken.com"})["results"][0]
    assert (searched["available"], searched["price_eur"]) == (False, 11)
    assert ada.live("domains.check", None, {"domain": "taken.com,google.com"})["results"] == [
        {"domain": "taken.com", "available": True},
        {"domain": "google.com", "available": False},
    ]
    assert refusal(ada, "domains.register", {"domain": "taken.com"}) == (400, "domain_unavailable")


def test_a_domain_priced_in_eur_is_charged_in_usd(desk: Desk) -> None:
    ada, poor = desk.trader("ada"), desk.trader("poor", funded=False)
    bought = ada.live("domains.register", {"domain": "mine.com"})
    assert bought["cost"] == {"price_eur": 11, "total_charged_usd": Decimal("12.1")}
    assert bought["balance_usd"] == ada.dollars() == ada.live("domains.account")["balance_usd"]
    assert refusal(poor, "domains.register", {"domain": "his.com"}) == (400, "insufficient_balance")
    assert refusal(ada, "domains.register", {"domain": "x y"}) == (400, "invalid_domain")


def test_bids_are_refused_in_the_services_words(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    ada.live("domains.register", {"domain": "mine.com"})
    offer = {"domain": "mine.com", "start_usd": 10, "duration_hours": 1}
    auction_id = ada.live("domains.auction", offer)["auction_id"]
    assert refusal(ada, "domains.auction", offer) == (409, "already_listed")
    assert refusal(bob, "domains.bid", {"bid_usd": 9}, auction_id=auction_id) == (400, "bid_too_low")
    assert bob.live("domains.bid", {"bid_usd": 12}, auction_id=auction_id)["status"] == "leading"
    desk.clock.advance(3600)
    assert refusal(bob, "domains.bid", {"bid_usd": 99}, auction_id=auction_id) == (409, "auction_closed")
    assert [one["domain"] for one in bob.live("domains.list")["domains"]] == ["mine.com"]
