"""Domains: finding, buying and bidding for names."""

from __future__ import annotations

from fleaglass.venue.calls import Calls
from fleaglass.venue.models import Bid, Domain, DomainOffer
from fleaglass.venue.money import Number, amount

__all__ = ["Domains"]


class Domains:
    """The domain service. Reached as ``flea.domains``.

    Every method may raise ``AuthError`` and ``Unreachable``; those that buy also ``InsufficientBalanceError``, and
    ``OutcomeUnknown`` when the answer is lost: then look in ``list`` before buying again.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def search(self, query: str) -> tuple[DomainOffer, ...]:
        """Domains for a word or a name, with prices."""
        offers: tuple[DomainOffer, ...] = await self._calls.perform("domains.search", {"query": query})
        return offers

    async def check(self, *domains: str) -> tuple[DomainOffer, ...]:
        """Whether domains can be had. The venue guesses: what it calls free may be taken; ``search`` knows.

        Raises:
            ValueError: no domain is named.
        """
        if not domains:
            raise ValueError("name at least one domain")
        offers: tuple[DomainOffer, ...] = await self._calls.perform("domains.check", {"domains": list(domains)})
        return offers

    async def register(self, domain: str, years: int = 1) -> Domain:
        """Buy a domain.

        Args:
            domain: the full name.
            years: for how long.

        Raises:
            ValueError: more than a year from a profile that sells one at a time. Nothing was sent.
            Rejected: it is not available.
            RegistrationError: the registry refused it.
        """
        profile = self._calls.profile
        if years != 1 and "years" not in profile.endpoints["domains.register"].sends:
            raise ValueError(f"years must be 1: profile {profile.name} sells one at a time")
        bought: Domain = await self._calls.perform("domains.register", {"domain": domain, "years": years})
        return bought

    async def list(self) -> tuple[Domain, ...]:
        """The agent's own domains."""
        domains: tuple[Domain, ...] = await self._calls.perform("domains.list", {})
        return domains

    async def bid(self, auction_id: str, amount_usd: Number) -> Bid:
        """Bid in an auction.

        Args:
            auction_id: the auction.
            amount_usd: the bid.

        Raises:
            BidRejectedError: it is too low; `AuctionExpiredError` when the auction is over.
            NotFoundError: there is no such auction.
        """
        fields = {"auction_id": auction_id, "amount_usd": amount("amount_usd", amount_usd)}
        bid: Bid = await self._calls.perform("domains.bid", fields)
        return bid
