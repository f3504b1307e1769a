"""Domains are searched, checked, bought and bid for, and what a lost answer may have bought is not bought again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.testing import Recording
from fleaglass.venue import (
    AuctionExpiredError,
    BidRejectedError,
    InsufficientBalanceError,
    NotFoundError,
    OutcomeUnknown,
    RegistrationError,
    Unreachable,
)
from fleaglass.venue.models import tld_of
from tests.unit.venue.fake import FakeVenue, body_of

GUIDE_OFFER = {"domain": "flea.ai", "available": True, "price_usd": 60}
LIVE_OFFER = {"domain": "flea.ai", "available": True, "price_eur": 55.5}


async def test_a_search_that_fits_no_address_is_refused(venue: FakeVenue) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match="cannot be asked for"):
            await flea.domains.search("x" * 70_000)
    assert venue.requests == []


async def test_searching_in_both_profiles(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /domains/search", {"results": [GUIDE_OFFER, {"domain": "flea.com", "available": False}]})
    venue.on("GET /domains/v1/domains/search", {"results": [LIVE_OFFER]})
    with record.agent.cycle():
        ours = await venue.client().domains.search("flea")
        theirs = await venue.live().domains.search("flea")
    assert [dict(request.url.params) for request in venue.requests] == [{"q": "flea"}, {"q": "flea"}]
    assert [(offer.domain, offer.available, offer.price_usd) for offer in ours] == [
        ("flea.ai", True, Decimal(60)),
        ("flea.com", False, None),
    ]
    assert (theirs[0].price_usd, theirs[0].price_eur) == (None, Decimal("55.5"))
    assert [span.attributes["pf.results_count"] for span in record.named("pf.domain.search")] == [2, 1]
    assert "flea" not in str([span.attributes.get("url.full") for span in record.spans]).replace("purpleflea", "")


async def test_checking_several_at_once(record: Recording, venue: FakeVenue) -> None:
    taken = {"domain": "flea.com", "available": False}
    venue.on("GET /domains/check", {"results": [GUIDE_OFFER, taken]})
    venue.on("POST /domains/v1/domains/check", {"results": [LIVE_OFFER]})
    with record.agent.cycle():
        await venue.client().domains.check("flea.ai", "flea.com")
        await venue.live().domains.check("flea.ai")
    assert venue.requests[0].url.params.get_list("domain") == ["flea.ai", "flea.com"]
    assert body_of(venue.requests[1]) == {"domains": ["flea.ai"]}
    both, one = record.named("pf.domain.check")
    assert both.attributes["pf.available"] is False
    assert "pf.domain_name" not in both.attributes
    assert (one.attributes["pf.available"], one.attributes["pf.domain_name"], one.attributes["pf.tld"]) == (
        True,
        "flea.ai",
        "ai",
    )


async def test_the_answer_about_one_domain_may_come_without_a_list(venue: FakeVenue) -> None:
    venue.on("GET /domains/check", GUIDE_OFFER)
    (offer,) = await venue.client().domains.check("flea.ai")
    assert offer.available is True


async def test_a_check_is_a_read_and_is_asked_again(venue: FakeVenue) -> None:
    venue.on("POST /domains/v1/domains/check", httpx.ReadTimeout("lost"), {"results": [LIVE_OFFER]})
    await venue.live().domains.check("flea.ai")
    assert len(venue.requests) == 2


async def test_buying_in_both_profiles(record: Recording, venue: FakeVenue) -> None:
    bought = {"domain_id": "dom_1", "domain": "flea.ai", "status": "active", "expires_at": "2027-11-20T00:00:00Z"}
    venue.on("POST /domains/register", httpx.Response(201, json=bought | {"cost_usd": 120, "balance_usd": 380}))
    cost = {"cost": {"total_charged_usd": 64.38}, "balance_usd": 435.62, "transaction_id": "txn_1"}
    venue.on("POST /domains/v1/domains/register", httpx.Response(201, json=bought | cost))
    with record.agent.cycle():
        ours = await venue.client().domains.register("flea.ai", years=2)
        theirs = await venue.live().domains.register("flea.ai")
    assert body_of(venue.requests[0]) == {"domain": "flea.ai", "years": 2}
    assert body_of(venue.requests[1]) == {"domain": "flea.ai"}
    assert (ours.cost_usd, theirs.cost_usd) == (Decimal(120), Decimal("64.38"))
    _, span = record.named("pf.domain.register")
    assert {name: value for name, value in span.attributes.items() if name.startswith(("pf.d", "pf.t", "pf.c"))} == {
        "pf.domain_name": "flea.ai",
        "pf.tld": "ai",
        "pf.domain_id": "dom_1",
        "pf.cost_usd": 64.38,
    }


async def test_a_profile_that_sells_single_years_says_so_before_it_sells_one(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="one at a time"):
        await venue.live().domains.register("flea.ai", years=2)
    assert venue.requests == []


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "insufficient_balance", InsufficientBalanceError),
        (400, "domain_unavailable", RegistrationError),
        (400, "registration_failed", RegistrationError),
        (500, "registration_failed", OutcomeUnknown),
        (500, "internal_error", OutcomeUnknown),
    ],
)
async def test_purchases_that_fail_are_typed_and_named(
    record: Recording, venue: FakeVenue, status: int, error: str, kind: type[Exception]
) -> None:
    venue.on("POST /domains/v1/domains/register", httpx.Response(status, json={"error": error}))
    with record.agent.cycle(), pytest.raises(kind):
        await venue.live().domains.register("flea.ai")
    attributes = record.one("pf.domain.register").attributes
    assert (attributes["pf.domain_name"], attributes["pf.tld"]) == ("flea.ai", "ai")
    assert attributes.get("pf.order.state") == ("unknown" if kind is OutcomeUnknown else None)
    assert len(venue.requests) == 1


async def test_own_domains_tell_what_a_lost_answer_bought(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /domains/v1/domains", {"domains": [{"domain_id": "dom_1", "domain": "flea.ai", "price_paid": 64.38}]})
    with record.agent.cycle():
        (held,) = await venue.live().domains.list()
    assert (held.domain, held.cost_usd) == ("flea.ai", Decimal("64.38"))
    assert record.one("pf.domain.list").attributes["pf.results_count"] == 1


async def test_bidding_in_both_profiles(record: Recording, venue: FakeVenue) -> None:
    bid = {"bid_id": "bid_1", "auction_id": "auc_1", "status": "leading", "domain": "flea.ai"}
    venue.on("POST /domains/auctions/auc_1/bid", httpx.Response(201, json=bid | {"amount_usd": 25}))
    venue.on("POST /domains/v1/auctions/auc_1/bid", httpx.Response(201, json=bid | {"bid_usd": 25}))
    with record.agent.cycle():
        ours = await venue.client().domains.bid("auc_1", 25)
        theirs = await venue.live().domains.bid("auc_1", "25")
    assert [body_of(request) for request in venue.requests] == [{"amount_usd": 25}, {"bid_usd": 25}]
    assert ours == theirs
    for span in record.named("pf.domain.bid"):
        assert {name: value for name, value in span.attributes.items() if "bid" in name or "auction" in name} == {
            "pf.auction_id": "auc_1",
            "pf.bid_id": "bid_1",
            "pf.bid_usd": 25.0,
        }
        assert (span.attributes["pf.domain_name"], span.attributes["pf.tld"]) == ("flea.ai", "ai")


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "bid_too_low", BidRejectedError),
        (409, "auction_closed", AuctionExpiredError),
        (409, "auction_expired", AuctionExpiredError),
        (404, "not_found", NotFoundError),
    ],
)
async def test_bids_that_fail_are_typed(venue: FakeVenue, status: int, error: str, kind: type[Exception]) -> None:
    venue.on("POST /domains/v1/auctions/auc_1/bid", httpx.Response(status, json={"error": error}))
    with pytest.raises(kind):
        await venue.live().domains.bid("auc_1", 25)


@pytest.mark.parametrize("answer", [{}, {"results": 5, "domains": {}, "domain": 1.5, "cost_usd": [], "bid_id": False}])
async def test_answers_that_say_nothing_are_none(record: Recording, venue: FakeVenue, answer: dict[str, Any]) -> None:
    """No list is not an empty list, and a purchase that nothing confirms may have been made."""
    for path in ("GET /domains/search", "GET /domains/check", "POST /domains/register", "GET /domains"):
        venue.on(path, answer)
    venue.on("POST /domains/auctions/auc_1/bid", answer)
    with record.agent.cycle():
        domains = venue.client().domains
        for read in (domains.search("flea"), domains.check("flea.ai"), domains.list()):
            with pytest.raises(Unreachable, match="the answer has no readable items"):
                await read
        for spend in (domains.register("flea.ai"), domains.bid("auc_1", 25)):
            with pytest.raises(OutcomeUnknown):
                await spend
    assert "pf.available" not in record.one("pf.domain.check").attributes


@pytest.mark.parametrize(
    ("domain", "tld"),
    [("flea.ai", "ai"), ("a.b.CO", "co"), ("flea.ai.", "ai"), ("flea", None), (".ai", None), ("", None), (None, None)],
)
def test_the_top_level_domain(domain: str | None, tld: str | None) -> None:
    assert tld_of(domain) == tld


@given(st.text())
def test_any_text_has_a_top_level_domain_or_none(domain: str) -> None:
    tld = tld_of(domain)
    assert tld is None or ("." not in tld and tld)
