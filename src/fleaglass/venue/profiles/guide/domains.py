"""Domains, completed in the guides' style: all of it ours."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_OFFERS: Final = same("domain", "available", "price_usd", items="results")
_DOMAIN: Final = same("domain_id", "domain", "cost_usd", "status", "expires_at", "balance_usd")

ENDPOINTS: Final = {
    "domains.search": Endpoint(
        method="GET", path="/domains/search", spends=False, sends={"query": "q"}, receives=_OFFERS
    ),
    "domains.check": Endpoint(
        method="GET", path="/domains/check", spends=False, sends={"domains": "domain"}, receives=_OFFERS
    ),
    "domains.register": Endpoint(
        method="POST", path="/domains/register", spends=True, sends=same("domain", "years"), receives=_DOMAIN
    ),
    "domains.list": Endpoint(
        method="GET",
        path="/domains",
        spends=False,
        receives={**_DOMAIN, "registered_at": "created_at", "items": "domains"},
    ),
    "domains.bid": Endpoint(
        method="POST",
        path="/domains/auctions/{auction_id}/bid",
        spends=True,
        sends=same("amount_usd"),
        receives=same("bid_id", "auction_id", "amount_usd", "status", "domain"),
    ),
}
