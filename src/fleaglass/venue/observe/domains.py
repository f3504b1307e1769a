"""What domain operations record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.models import Bid, Domain, DomainOffer, tld_of
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile

__all__ = ["OPERATIONS"]

_SERVICE: Final = semconv.PF_SERVICE_DOMAINS


def _name(domain: str | None) -> dict[str, object]:
    return {semconv.PF_DOMAIN_NAME: domain, semconv.PF_TLD: tld_of(domain)}


# Looking --------------------------------------------------------------------------------------------------------------


def _offer_from(body: Body) -> DomainOffer:
    return DomainOffer(
        domain=body.text("domain"),
        available=body.flag("available"),
        price_usd=body.decimal("price_usd"),
        price_eur=body.decimal("price_eur"),
    )


def _found(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[DomainOffer, ...]:
    offers = tuple(_offer_from(item) for item in body.items())
    span.record({semconv.PF_RESULTS_COUNT: len(offers)})
    return offers


def _asked_check(fields: Fields) -> Mapping[str, object]:
    domains = fields.get("domains")
    if isinstance(domains, str):
        return _name(domains)
    if isinstance(domains, list | tuple) and len(domains) == 1 and isinstance(domains[0], str):
        return _name(domains[0])
    return {}


def _checked(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[DomainOffer, ...]:
    offers = tuple(_offer_from(item) for item in body.items())
    if not offers and body.text("domain") is not None:
        offers = (_offer_from(body),)  # the answer about a single domain, without a list around it
    answers = [offer.available for offer in offers]
    known = answers and None not in answers
    span.record({semconv.PF_RESULTS_COUNT: len(offers), semconv.PF_AVAILABLE: all(answers) if known else None})
    return offers


# Having ---------------------------------------------------------------------------------------------------------------


def _asked_domain(fields: Fields) -> Mapping[str, object]:
    return _name(text(fields, "domain"))


def _domain_from(body: Body, fields: Fields) -> Domain:
    return Domain(
        domain_id=body.text("domain_id"),
        domain=body.text("domain") or text(fields, "domain"),
        status=body.text("status"),
        expires_at=body.text("expires_at"),
        cost_usd=body.decimal("cost_usd"),
        balance_usd=body.decimal("balance_usd"),
    )


def _registered(span: Operation, fields: Fields, body: Body, profile: Profile) -> Domain:
    domain = _domain_from(body, fields)
    span.record({semconv.PF_DOMAIN_ID: domain.domain_id, semconv.PF_COST_USD: domain.cost_usd})
    return domain


def _owned(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Domain, ...]:
    domains = tuple(_domain_from(item, {}) for item in body.items())
    span.record({semconv.PF_RESULTS_COUNT: len(domains)})
    return domains


# Bidding --------------------------------------------------------------------------------------------------------------


def _asked_bid(fields: Fields) -> Mapping[str, object]:
    return {
        semconv.PF_AUCTION_ID: text(fields, "auction_id"),
        semconv.PF_BID_USD: number(fields, "amount_usd"),
    }


def _bid(span: Operation, fields: Fields, body: Body, profile: Profile) -> Bid:
    bid = Bid(
        bid_id=body.text("bid_id"),
        auction_id=body.text("auction_id") or text(fields, "auction_id"),
        amount_usd=body.decimal("amount_usd") or number(fields, "amount_usd"),
        status=body.text("status"),
        domain=body.text("domain"),
    )
    span.record({semconv.PF_BID_ID: bid.bid_id, **_name(bid.domain)})
    return bid


OPERATIONS: Final = (
    Observed(
        name="domains.search",
        service=_SERVICE,
        span=semconv.SPAN_PF_DOMAIN_SEARCH,
        phase="domain_search",
        spends=False,
        asked=lambda fields: {},
        answered=_found,
        confirms={"items": Body.listed},
        lines={"domain": Body.word},
    ),
    Observed(
        name="domains.check",
        service=_SERVICE,
        span=semconv.SPAN_PF_DOMAIN_CHECK,
        phase="domain_search",
        spends=False,
        asked=_asked_check,
        answered=_checked,
        confirms={"items": Body.listed, "domain": Body.word},
        lines={"domain": Body.word},
    ),
    Observed(
        name="domains.register",
        service=_SERVICE,
        span=semconv.SPAN_PF_DOMAIN_REGISTER,
        phase="domain_registration",
        spends=True,
        asked=_asked_domain,
        answered=_registered,
        confirms={"domain_id": Body.word, "cost_usd": Body.decimal, "status": Body.word},
    ),
    Observed(
        name="domains.list",
        service=_SERVICE,
        span=semconv.SPAN_PF_DOMAIN_LIST,
        phase="domain_polling",
        spends=False,
        asked=lambda fields: {},
        answered=_owned,
        confirms={"items": Body.listed},
        lines={"domain": Body.word},
    ),
    Observed(
        name="domains.bid",
        service=_SERVICE,
        span=semconv.SPAN_PF_DOMAIN_BID,
        phase="auction_bid",
        spends=True,
        asked=_asked_bid,
        answered=_bid,
        confirms={"bid_id": Body.word, "status": Body.word},
    ),
)
