"""Domains, by the published code: prices in EUR but charged in USD, and a check that believes what it likes."""

from __future__ import annotations

from fleaglass.sandbox import accounts
from fleaglass.sandbox.clock import HOUR_NS, rfc3339
from fleaglass.sandbox.domains import auctions, names, registry
from fleaglass.sandbox.domains.auctions import Auction
from fleaglass.sandbox.domains.registry import Domain
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.view import View, optional
from fleaglass.sandbox.money import UNIT, from_units, to_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_BASE = "/domains/v1"
_MOST_CHECKED = 20
_HOURS, _MOST_HOURS = 24, 720


def _open_account(venue: Venue, _: Call) -> View:
    opened = accounts.register(venue, None, None, "domains")
    return {"agent_id": opened.agent.agent_id, "api_key": opened.api_key}


def _account(venue: Venue, call: Call) -> View:
    return {
        "agent_id": accounts.account_id(venue.db, "domains", call.agent.agent_id),
        "balance_usd": _balance(venue, call),
        "domains": len(registry.listing(venue.db, call.agent.agent_id)),
    }


def _search(venue: Venue, call: Call) -> View:
    query = call.asked("q") or ""
    return {
        "query": query,
        "results": [
            {
                "domain": one,
                "available": registry.available(venue.db, one),
                "price_eur": from_units(names.TLDS[names.parse(one)[1]].eur),
            }
            for one in names.suggestions(query)
        ],
    }


def _check_by_query(_: Venue, call: Call) -> View:
    listed = call.query.get("domain") or (call.asked("domains") or "").split(",")
    return _believed([one for one in listed if one])


def _check(_: Venue, call: Call) -> View:
    return _believed(fields.read(call).get("domains"))


def _believed(asked: object) -> View:
    """The heuristic: no register is asked, so a domain that is taken may well look free."""
    if not isinstance(asked, list) or not asked:
        raise Refused(400, "invalid_request", "domains must be a list of names")
    if len(asked) > _MOST_CHECKED:
        raise Refused(400, "too_many_domains", f"At most {_MOST_CHECKED} domains at once")
    checked = [names.parse(str(one))[0] for one in asked]
    return {"results": [{"domain": one, "available": names.looks_free(one)} for one in checked]}


def _register(venue: Venue, call: Call) -> View:
    asked = fields.text(fields.read(call), "domain", "invalid_domain", most=100)
    bought = registry.register(venue, call.agent.agent_id, asked)
    eur = names.TLDS[names.parse(bought.domain)[1]].eur
    return {
        **_domain_view(bought),
        "cost": {"price_eur": from_units(eur), "total_charged_usd": from_units(bought.cost)},
        "balance_usd": _balance(venue, call),
        "transaction_id": f"txn_{token(venue.seed, 'domain', bought.domain_id)}",
    }


def _list(venue: Venue, call: Call) -> View:
    held = registry.listing(venue.db, call.agent.agent_id)
    return {"domains": [{**_domain_view(one), "price_paid": from_units(one.cost)} for one in held]}


def _auction(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    name = fields.text(asked, "domain", "invalid_domain", most=100)
    start = fields.units(asked, "start_usd", "invalid_amount")
    hours = fields.number(asked.get("duration_hours", _HOURS))
    if hours is None or not 0 < hours <= _MOST_HOURS:
        raise Refused(400, "invalid_duration", f"duration_hours must be above 0, up to {_MOST_HOURS}")
    lasts_ns = to_units(hours) * HOUR_NS // UNIT
    return _auction_view(venue, auctions.list_domain(venue, call.agent.agent_id, name, start, lasts_ns))


def _auctions(venue: Venue, _: Call) -> View:
    return {"auctions": [_auction_view(venue, one) for one in auctions.still_open(venue.db)]}


def _auction_read(venue: Venue, call: Call) -> View:
    return _auction_view(venue, auctions.find(venue.db, call.path["auction_id"]))


def _bid(venue: Venue, call: Call) -> View:
    amount = fields.units(fields.read(call), "bid_usd", "invalid_bid")
    placed = auctions.bid(venue, call.agent.agent_id, call.path["auction_id"], amount)
    return {
        "bid_id": placed.bid_id,
        "auction_id": placed.auction_id,
        "domain": auctions.find(venue.db, placed.auction_id).domain,
        "bid_usd": from_units(placed.amount),
        "status": placed.status,
    }


def _balance(venue: Venue, call: Call) -> object:
    return from_units(spendable(venue, call.agent.agent_id))


def _domain_view(held: Domain) -> View:
    return {
        "domain_id": held.domain_id,
        "domain": held.domain,
        "status": "active",
        "registered_at": rfc3339(held.created_ns),
        "expires_at": rfc3339(held.expires_ns),
    }


def _auction_view(venue: Venue, auction: Auction) -> View:
    best = auctions.leading(venue.db, auction.auction_id)
    return {
        "auction_id": auction.auction_id,
        "domain": auction.domain,
        "seller_id": accounts.account_id(venue.db, "domains", auction.seller_id),
        "status": auction.status,
        "start_usd": from_units(auction.start),
        "current_bid_usd": optional(best.amount if best else None),
        "ends_at": rfc3339(auction.ends_ns),
    }


ENDPOINTS = (
    Endpoint(
        *("faucet.register", "POST", f"{_BASE}/auth/register", _open_account),
        status=201,
        keyless=True,
        service="domains",
        per_minute=10,
    ),
    Endpoint("domains.account", "GET", f"{_BASE}/auth/account", _account),
    Endpoint("domains.search", "GET", f"{_BASE}/domains/search", _search, keyless=True),
    Endpoint("domains.check", "GET", f"{_BASE}/domains/check", _check_by_query, keyless=True),
    Endpoint("domains.check", "POST", f"{_BASE}/domains/check", _check, keyless=True),
    Endpoint("domains.register", "POST", f"{_BASE}/domains/register", _register, status=201),
    Endpoint("domains.list", "GET", f"{_BASE}/domains", _list),
    Endpoint("domains.auction", "POST", f"{_BASE}/auctions", _auction, status=201),
    Endpoint("domains.auctions", "GET", f"{_BASE}/auctions", _auctions, keyless=True),
    Endpoint("domains.auction_read", "GET", f"{_BASE}/auctions/{{auction_id}}", _auction_read, keyless=True),
    Endpoint("domains.bid", "POST", f"{_BASE}/auctions/{{auction_id}}/bid", _bid, status=201),
)
