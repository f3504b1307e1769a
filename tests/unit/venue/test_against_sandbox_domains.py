"""Against the sandbox: finding, buying and bidding for domains, in both profiles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    AuctionExpiredError,
    BidRejectedError,
    InsufficientBalanceError,
    NotFoundError,
    RegistrationError,
)
from tests.unit.venue.town import PROFILES, Profile, Town, open_town


async def auction(town: Town, seller: str, domain: str, start_usd: int, hours: int) -> str:
    """Put up a domain that the seller owns, in the guides' words."""
    resident = await town.resident(seller)
    await resident.guide.domains.register(domain)
    answer = await town.http.post(
        "/v1/domains/auctions",
        json={"domain": domain, "start_usd": start_usd, "hours": hours},
        headers={"authorization": f"Bearer {resident.account['api_key']}"},
    )
    auction_id: str = answer.json()["auction_id"]
    return auction_id


@pytest.mark.parametrize("profile", PROFILES)
async def test_finding_and_buying(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        domains = ada.by(profile).domains
        with record.agent.cycle():
            offers = await domains.search("flea")
            (checked,) = await domains.check("flea.ai")
            bought = await domains.register("flea.ai")
            held = await domains.list()
            after = [offer.available for offer in await domains.search("flea") if offer.domain == "flea.ai"]
            with pytest.raises(RegistrationError):
                await domains.register("flea.ai")
        total_usd = (await town.books("ada"))["agents"]["ada"]["wallet"]["total_usd"]
    assert "flea.ai" in [offer.domain for offer in offers]
    assert checked.available is True
    assert all((offer.price_usd if profile == "guide" else offer.price_eur) is not None for offer in offers)
    assert bought.cost_usd == 1_000 - Decimal(total_usd)
    assert [(one.domain_id, one.cost_usd) for one in held] == [(bought.domain_id, bought.cost_usd)]
    assert after == [False]
    span, refused = record.named("pf.domain.register")
    assert (span.attributes["pf.domain_name"], span.attributes["pf.tld"]) == ("flea.ai", "ai")
    assert span.attributes["pf.cost_usd"] == float(bought.cost_usd)
    assert refused.attributes["pf.domain_name"] == "flea.ai"


@pytest.mark.parametrize("profile", PROFILES)
async def test_what_costs_too_much(profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada", credit_usd=1)
        with pytest.raises(InsufficientBalanceError):
            await ada.by(profile).domains.register("flea.ai")


@pytest.mark.parametrize("profile", PROFILES)
async def test_bidding(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        auction_id = await auction(town, "sam", "fleas.io", start_usd=20, hours=1)
        ada = await town.resident("ada")
        domains = ada.by(profile).domains
        with record.agent.cycle():
            with pytest.raises(BidRejectedError):
                await domains.bid(auction_id, 5)
            bid = await domains.bid(auction_id, 25)
            with pytest.raises(NotFoundError):
                await domains.bid("auc_nowhere", 25)
            town.desk.clock.advance(2 * 3_600)
            with pytest.raises(AuctionExpiredError):
                await domains.bid(auction_id, 50)
    assert (bid.auction_id, bid.amount_usd, bid.domain) == (auction_id, Decimal(25), "fleas.io")
    spans = record.named("pf.domain.bid")
    assert spans[1].attributes["pf.bid_id"] == bid.bid_id
    assert [span.attributes.get("error.type") for span in spans] == [
        "BidRejectedError",
        None,
        "NotFoundError",
        "AuctionExpiredError",
    ]


async def test_a_check_on_live_believes_what_it_likes() -> None:
    """It calls free what is taken, so a purchase is still refused."""
    async with open_town() as town:
        domains = (await town.resident("ada")).live.domains
        await domains.register("flea.ai")
        (checked,) = await domains.check("flea.ai")
        assert checked.available is True
        with pytest.raises(RegistrationError):
            await domains.register("flea.ai")
