"""The books as a test reads them: every balance and everything that stands behind it, without anybody's paging."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox import accounts, escrow, ledger, wallet
from fleaglass.sandbox.casino import bets
from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.db import NO_LIMIT
from fleaglass.sandbox.domains import auctions, registry
from fleaglass.sandbox.domains.auctions import Bid
from fleaglass.sandbox.faces.guide.casino import bet_view
from fleaglass.sandbox.faces.guide.domains import auction_view, domain_view
from fleaglass.sandbox.faces.guide.escrow import escrow_view
from fleaglass.sandbox.faces.guide.trading import order_view, position_view
from fleaglass.sandbox.faces.guide.wallet import balance_view
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.venue import Venue

__all__ = ["books_view", "identities"]


def books_view(venue: Venue, agent_id: str | None) -> View:
    """Return the books of everybody, or what concerns one agent; amounts and names as the guides' face has them."""
    agents = [row[0] for row in venue.db.execute("SELECT agent_id FROM agent ORDER BY created_ns, rowid")]
    wanted = [one for one in agents if agent_id in (None, one)]
    return {
        "agents": {one: _agent_view(venue, one) for one in wanted},
        "accounts": _accounts(venue, agent_id),
        "fees_usd": from_units(ledger.balance(venue.db, "fees")),
        "trial_balance": {unit: from_units(units) for unit, units in ledger.trial_balance(venue.db).items()},
    }


def identities(venue: Venue, agent_id: str) -> dict[str, str]:
    """Return the id that each service of the published code knows an agent by."""
    return {
        service: accounts.account_id(venue.db, "casino" if service in ("escrow", "faucet") else service, agent_id)
        for service in ("casino", "faucet", "escrow", "trading", "wallet", "domains")
    }


def _agent_view(venue: Venue, agent_id: str) -> View:
    agent = accounts.find(venue.db, agent_id)
    assert agent is not None, "BUG: an agent that was listed is not there"
    return {
        "identities": identities(venue, agent_id),
        "wallet": balance_view(agent.wallet_id, wallet.holdings(venue, agent_id)),
        "orders": [order_view(one) for one in orders.recent(venue.db, agent_id, limit=NO_LIMIT)],
        "positions": [
            position_view(one, venue.market.price(one.asset)) for one in positions.all_open(venue.db, agent_id)
        ],
        "escrows": [escrow_view(one) for one in escrow.listing(venue, agent_id, limit=NO_LIMIT)],
        "bets": [bet_view(one) for one in bets.recent(venue.db, agent_id, limit=NO_LIMIT)],
        "domains": [domain_view(one) for one in registry.listing(venue.db, agent_id, limit=NO_LIMIT)],
        "auctions": [auction_view(venue, one) for one in auctions.sold_by(venue.db, agent_id)],
        "bids": [_bid_view(one) for one in auctions.bids_of(venue.db, agent_id)],
        "journal": _journal(venue, agent_id),
    }


def _bid_view(bid: Bid) -> View:
    return {
        "bid_id": bid.bid_id,
        "auction_id": bid.auction_id,
        "amount_usd": from_units(bid.amount),
        "status": bid.status,
    }


def _journal(venue: Venue, agent_id: str) -> list[View]:
    """Every movement of the agent's cash, oldest first; they add up to its balance."""
    rows = venue.db.execute(
        "SELECT kind, reference, amount, at_ns FROM posting JOIN entry USING (entry_id) WHERE account = ? "
        "ORDER BY entry_id",
        (ledger.cash(agent_id),),
    )
    return [
        {"kind": kind, "reference": reference, "amount_usd": from_units(amount), "at": rfc3339(at_ns)}
        for kind, reference, amount, at_ns in rows
    ]


def _accounts(venue: Venue, agent_id: str | None) -> dict[str, dict[str, Decimal]]:
    """Ledger accounts with what is on them, by unit; of one agent only those that bear its name."""
    found: dict[str, dict[str, Decimal]] = {}
    for account, unit, units in venue.db.execute("SELECT account, unit, balance FROM account ORDER BY account, unit"):
        if agent_id is None or agent_id in account.split("/"):
            found.setdefault(account, {})[unit] = from_units(units)
    return found
