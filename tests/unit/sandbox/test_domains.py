"""Domains and their auctions: what is free, what it costs, and whose money lies where meanwhile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.sandbox import ledger
from fleaglass.sandbox.errors import ApiError
from tests.unit.sandbox.desk import Desk, Trader


def refusal(trader: Trader, operation: str, body: object, **path: str) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        trader.do(operation, body, **path)
    return refused.value.status, refused.value.code


def free(trader: Trader, domain: str) -> bool:
    (found,) = trader.do("domains.check", query={"domain": domain})["results"]
    return bool(found["available"])


def test_a_search_offers_a_name_under_every_tld_the_asked_one_first(desk: Desk) -> None:
    results = desk.trader("ada").do("domains.search", query={"q": "My Flea.io"})["results"]
    assert [one["domain"] for one in results][:3] == ["myflea.io", "myflea.com", "myflea.net"]
    assert results[0] == {"domain": "myflea.io", "available": True, "price_usd": Decimal("41.8")}


def test_a_bought_domain_is_paid_for_and_no_longer_free(desk: Desk) -> None:
    ada = desk.trader("ada")
    bought = ada.do("domains.register", {"domain": "Mine.com", "years": 3})
    assert (bought["domain"], bought["cost_usd"], bought["status"]) == ("mine.com", Decimal("36.3"), "active")
    assert (bought["expires_at"][:4], bought["balance_usd"]) == ("2030", Decimal("9963.7"))
    assert not free(ada, "mine.com")
    assert [one["domain"] for one in ada.do("domains.list")["domains"]] == ["mine.com"]
    assert ledger.balance(desk.venue.db, "registrar") == 36_30000000


def test_what_cannot_be_bought(desk: Desk) -> None:
    ada, poor = desk.trader("ada"), desk.trader("poor", funded=False)
    assert not free(ada, "taken.com")
    assert refusal(ada, "domains.register", {"domain": "taken.com"}) == (400, "DOMAIN_UNAVAILABLE")
    assert refusal(poor, "domains.register", {"domain": "mine.com"}) == (400, "INSUFFICIENT_BALANCE")
    for domain in ("mine", "mine.zz", "-.com", "a b.com", "", "a.b.com"):
        assert refusal(ada, "domains.register", {"domain": domain}) == (400, "INVALID_DOMAIN")
    assert refusal(ada, "domains.register", {"domain": "mine.com", "years": 11}) == (400, "INVALID_REQUEST")


@pytest.fixture
def sale(desk: Desk) -> tuple[Trader, Trader, Trader, str]:
    ada, bob, eve = desk.trader("ada"), desk.trader("bob"), desk.trader("eve")
    ada.do("domains.register", {"domain": "mine.com"})
    auction = ada.do("domains.auction", {"domain": "mine.com", "start_usd": 50, "hours": 2})
    return ada, bob, eve, auction["auction_id"]


def test_the_leading_bids_money_is_held_and_the_one_before_goes_back(
    desk: Desk, sale: tuple[Trader, Trader, Trader, str]
) -> None:
    ada, bob, eve, auction_id = sale
    assert bob.do("domains.bid", {"amount_usd": 60}, auction_id=auction_id)["status"] == "leading"
    assert bob.dollars() == 9_940
    eve.do("domains.bid", {"amount_usd": 61}, auction_id=auction_id)
    assert (bob.dollars(), eve.dollars()) == (10_000, 9_939)
    eve.do("domains.bid", {"amount_usd": 10_000}, auction_id=auction_id)
    assert eve.dollars() == 0
    desk.clock.advance(2 * 3600)
    ended = bob.do("domains.auction_read", auction_id=auction_id)
    assert (ended["status"], ended["leader_id"], ended["current_bid_usd"]) == ("sold", "eve", 10_000)
    assert [one["domain"] for one in eve.do("domains.list")["domains"]] == ["mine.com"]
    assert ada.dollars() == Decimal("19987.9")


def test_a_bid_must_be_more_and_be_affordable(sale: tuple[Trader, Trader, Trader, str]) -> None:
    ada, bob, eve, auction_id = sale
    assert refusal(bob, "domains.bid", {"amount_usd": 49}, auction_id=auction_id) == (400, "BID_TOO_LOW")
    bob.do("domains.bid", {"amount_usd": 50}, auction_id=auction_id)
    assert refusal(eve, "domains.bid", {"amount_usd": 50}, auction_id=auction_id) == (400, "BID_TOO_LOW")
    assert refusal(eve, "domains.bid", {"amount_usd": 10_001}, auction_id=auction_id) == (400, "INSUFFICIENT_BALANCE")
    assert refusal(ada, "domains.bid", {"amount_usd": 70}, auction_id=auction_id) == (403, "FORBIDDEN")
    assert refusal(bob, "domains.bid", {"amount_usd": 70}, auction_id="auc_none") == (404, "AUCTION_NOT_FOUND")


def test_an_ended_auction_takes_no_bid(desk: Desk, sale: tuple[Trader, Trader, Trader, str]) -> None:
    _, bob, eve, auction_id = sale
    bob.do("domains.bid", {"amount_usd": 50}, auction_id=auction_id)
    desk.clock.advance(2 * 3600)
    assert refusal(eve, "domains.bid", {"amount_usd": 90}, auction_id=auction_id) == (409, "AUCTION_CLOSED")
    again = bob.do("domains.auction", {"domain": "mine.com", "start_usd": 50, "hours": 1})["auction_id"]
    desk.clock.advance(3600)
    assert refusal(eve, "domains.bid", {"amount_usd": 90}, auction_id=again) == (409, "AUCTION_EXPIRED")
    assert [one["domain"] for one in bob.do("domains.list")["domains"]] == ["mine.com"]


def test_only_its_holder_sells_a_domain_and_only_once_at_a_time(sale: tuple[Trader, Trader, Trader, str]) -> None:
    ada, bob, _, _ = sale
    offer = {"domain": "mine.com", "start_usd": 1}
    assert refusal(ada, "domains.auction", offer) == (409, "ALREADY_LISTED")
    assert refusal(bob, "domains.auction", offer) == (403, "FORBIDDEN")
    assert refusal(bob, "domains.auction", {"domain": "nobodys.com", "start_usd": 1}) == (404, "DOMAIN_NOT_FOUND")
