"""Domains, by the published code. A check guesses and is free of charge; a search asks the registry behind it."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_OFFERS: Final = same("domain", "available", "price_eur", items="results")
_DOMAIN: Final = same("domain_id", "domain", "status", "expires_at", "balance_usd")

ENDPOINTS: Final = {
    "domains.search": Endpoint(
        method="GET", path="/domains/search", spends=False, sends={"query": "q"}, receives=_OFFERS
    ),
    "domains.check": Endpoint(
        method="POST", path="/domains/check", spends=False, sends=same("domains"), receives=_OFFERS
    ),
    "domains.register": Endpoint(
        method="POST",
        path="/domains/register",
        spends=True,
        sends=same("domain"),
        receives={**_DOMAIN, "cost_usd": "cost.total_charged_usd"},
    ),
    "domains.list": Endpoint(
        method="GET",
        path="/domains",
        spends=False,
        receives={**_DOMAIN, "cost_usd": "price_paid", "registered_at": "registered_at", "items": "domains"},
    ),
    "domains.bid": Endpoint(
        method="POST",
        path="/auctions/{auction_id}/bid",
        spends=True,
        sends={"amount_usd": "bid_usd"},
        receives=same("bid_id", "auction_id", "status", "domain", amount_usd="bid_usd"),
    ),
}
