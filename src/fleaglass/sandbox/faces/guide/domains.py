"""Domains, in the guides' style: prices in USD, and a check that asks the register."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from fleaglass.sandbox import bodies
from fleaglass.sandbox.clock import HOUR_NS, rfc3339
from fleaglass.sandbox.domains import auctions, names, registry
from fleaglass.sandbox.domains.auctions import Auction
from fleaglass.sandbox.domains.registry import Domain
from fleaglass.sandbox.errors import InvalidRequest
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View, optional
from fleaglass.sandbox.money import UNIT, from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS", "auction_view", "domain_view"]

_MOST_CHECKED = 20
_MOST_YEARS = 10
_LEAST_HOURS, _MOST_HOURS = Decimal("0.0001"), Decimal(720)


class BuyBody(msgspec.Struct, frozen=True):
    """POST /domains/register."""

    domain: str
    years: int = 1


class AuctionBody(msgspec.Struct, frozen=True):
    """POST /domains/auctions."""

    domain: str
    start_usd: Decimal
    hours: Decimal = Decimal(24)


class BidBody(msgspec.Struct, frozen=True):
    """POST /domains/auctions/{auction_id}/bid."""

    amount_usd: Decimal


def _search(venue: Venue, call: Call) -> View:
    return _found(venue, names.suggestions(call.asked("q") or ""))


def _check(venue: Venue, call: Call) -> View:
    asked = call.query.get("domain", ())
    if not 0 < len(asked) <= _MOST_CHECKED:
        raise InvalidRequest("domain", f"must be given 1 to {_MOST_CHECKED} times, got {len(asked)}")
    return _found(venue, [names.parse(one)[0] for one in asked])


def _found(venue: Venue, domains: list[str]) -> View:
    return {
        "results": [
            {
                "domain": one,
                "available": registry.available(venue.db, one),
                "price_usd": from_units(names.TLDS[names.parse(one)[1]].usd),
            }
            for one in domains
        ]
    }


def _register(venue: Venue, call: Call) -> View:
    body = bodies.decode(BuyBody, call.body)
    if not 1 <= body.years <= _MOST_YEARS:
        raise InvalidRequest("years", f"must be 1 to {_MOST_YEARS}")
    bought = registry.register(venue, call.agent.agent_id, body.domain, body.years)
    return {**domain_view(bought), "balance_usd": from_units(spendable(venue, call.agent.agent_id))}


def _list(venue: Venue, call: Call) -> View:
    return {"domains": [domain_view(one) for one in registry.listing(venue.db, call.agent.agent_id)]}


def _auction(venue: Venue, call: Call) -> View:
    body = bodies.decode(AuctionBody, call.body)
    start = bodies.amount("start_usd", body.start_usd)
    hours = bodies.amount("hours", body.hours, least=_LEAST_HOURS, most=_MOST_HOURS)
    offered = auctions.list_domain(venue, call.agent.agent_id, body.domain, start, hours * HOUR_NS // UNIT)
    return auction_view(venue, offered)


def _auction_read(venue: Venue, call: Call) -> View:
    return auction_view(venue, auctions.find(venue.db, call.path["auction_id"]))


def _auctions(venue: Venue, call: Call) -> View:
    return {"auctions": [auction_view(venue, one) for one in auctions.still_open(venue.db)]}


def _bid(venue: Venue, call: Call) -> View:
    amount = bodies.amount("amount_usd", bodies.decode(BidBody, call.body).amount_usd)
    placed = auctions.bid(venue, call.agent.agent_id, call.path["auction_id"], amount)
    return {
        "bid_id": placed.bid_id,
        "auction_id": placed.auction_id,
        "domain": auctions.find(venue.db, placed.auction_id).domain,
        "amount_usd": from_units(placed.amount),
        "status": placed.status,
    }


def domain_view(held: Domain) -> View:
    """A domain and what it cost."""
    return {
        "domain_id": held.domain_id,
        "domain": held.domain,
        "cost_usd": from_units(held.cost),
        "status": "active",
        "created_at": rfc3339(held.created_ns),
        "expires_at": rfc3339(held.expires_ns),
    }


def auction_view(venue: Venue, auction: Auction) -> View:
    """An auction with its leading bid, null until there is one."""
    best = auctions.leading(venue.db, auction.auction_id)
    return {
        "auction_id": auction.auction_id,
        "domain": auction.domain,
        "seller_id": auction.seller_id,
        "status": auction.status,
        "start_usd": from_units(auction.start),
        "current_bid_usd": optional(best.amount if best else None),
        "leader_id": best.agent_id if best else None,
        "created_at": rfc3339(auction.created_ns),
        "ends_at": rfc3339(auction.ends_ns),
    }


ENDPOINTS = (
    Endpoint("domains.search", "GET", "/domains/search", _search, keyless=True),
    Endpoint("domains.check", "GET", "/domains/check", _check, keyless=True),
    Endpoint("domains.register", "POST", "/domains/register", _register, status=201),
    Endpoint("domains.list", "GET", "/domains", _list),
    Endpoint("domains.auction", "POST", "/domains/auctions", _auction, status=201),
    Endpoint("domains.auctions", "GET", "/domains/auctions", _auctions),
    Endpoint("domains.auction_read", "GET", "/domains/auctions/{auction_id}", _auction_read),
    Endpoint("domains.bid", "POST", "/domains/auctions/{auction_id}/bid", _bid, status=201),
)
