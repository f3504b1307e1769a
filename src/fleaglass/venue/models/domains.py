"""Domain names: on offer, one's own, and bid for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Bid", "Domain", "DomainOffer", "tld_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainOffer:
    """A domain and whether it can be had, for a year's price in whichever currency the venue names."""

    domain: str | None
    available: bool | None
    price_usd: Decimal | None = None
    price_eur: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain of the agent's; ``cost_usd`` with all charges, ``balance_usd`` what the account had left."""

    domain_id: str | None
    domain: str | None
    status: str | None
    expires_at: str | None
    cost_usd: Decimal | None
    balance_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """An accepted bid."""

    bid_id: str | None
    auction_id: str | None
    amount_usd: Decimal | None
    status: str | None
    domain: str | None = None


def tld_of(domain: str | None) -> str | None:
    """The top-level domain of a name, in lower case and without its dot; ``None`` for what has none."""
    name, dot, tld = (domain or "").strip().rstrip(".").rpartition(".")
    return tld.lower() if name and dot and tld else None
