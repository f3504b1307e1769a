"""Auctions of domains between agents: the leading bid's money is held until somebody bids more or time runs out.

::

    open ──▶ sold      time ran out on a leading bid: its money goes to the seller, the domain to the bidder
      └────▶ expired   time ran out, and nobody had bid

    bid      cash → auction, and what the bid before it held goes back at once
    sold     auction → cash of the seller
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from fleaglass.sandbox import ledger
from fleaglass.sandbox.db import LIST_LIMIT
from fleaglass.sandbox.domains import registry
from fleaglass.sandbox.domains.names import parse
from fleaglass.sandbox.errors import BadRequest, Conflict, Forbidden, InsufficientBalance, NotFound
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = [
    "Auction",
    "Bid",
    "bid",
    "bids_of",
    "find",
    "leading",
    "list_domain",
    "settle_ended",
    "sold_by",
    "still_open",
]

_COLUMNS = "auction_id, domain, seller_id, start, status, created_ns, ends_ns"
_BID_COLUMNS = "bid_id, auction_id, agent_id, amount, status, created_ns"


@dataclass(frozen=True, slots=True)
class Auction:
    """One auction; the least first bid in units of USD, times in ns."""

    auction_id: str
    domain: str
    seller_id: str
    start: int
    status: str
    created_ns: int
    ends_ns: int


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid in units of USD; its status is leading, outbid or won."""

    bid_id: str
    auction_id: str
    agent_id: str
    amount: int
    status: str
    created_ns: int


def list_domain(venue: Venue, seller_id: str, asked: str, start: int, lasts_ns: int) -> Auction:
    """Offer a domain that the seller holds. Raises BadRequest, NotFound, Forbidden, Conflict ALREADY_LISTED."""
    name, _ = parse(asked)
    held = registry.holder_of(venue.db, name)
    if held is None:
        raise NotFound("domain", name)
    if held.agent_id != seller_id:
        raise Forbidden("only its holder may sell a domain")
    if venue.db.execute("SELECT 1 FROM auction WHERE domain = ? AND status = 'open'", (name,)).fetchone():
        raise Conflict(f"{name} is being sold already", "ALREADY_LISTED")
    now_ns = venue.clock()
    auction_id, _ = venue.next_id("auc_", seller_id)
    offered = Auction(auction_id, name, seller_id, start, "open", now_ns, now_ns + lasts_ns)
    venue.db.execute(
        f"INSERT INTO auction ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (auction_id, name, seller_id, start, "open", now_ns, offered.ends_ns),
    )
    return offered


def bid(venue: Venue, bidder_id: str, auction_id: str, amount: int) -> Bid:
    """Bid more than anybody has. Raises NotFound, Forbidden, Conflict, BadRequest BID_TOO_LOW, InsufficientBalance."""
    auction = find(venue.db, auction_id)
    _require_open(auction)
    if bidder_id == auction.seller_id:
        raise Forbidden("nobody bids for a domain of their own")
    before = leading(venue.db, auction_id)
    _require_more(auction, before, amount)
    held = before.amount if before is not None and before.agent_id == bidder_id else 0
    can_spend = max(0, spendable(venue, bidder_id) + held)
    if amount > can_spend:
        message = f"the bid needs {from_units(amount)} USD, {from_units(can_spend)} USD is available"
        extra = {"required": from_units(amount), "balance": from_units(can_spend)}
        raise InsufficientBalance(message, extra, status=400)
    return _take_the_lead(venue, auction, before, bidder_id, amount)


def find(db: sqlite3.Connection, auction_id: str) -> Auction:
    """Return an auction. Raises NotFound."""
    row = db.execute(f"SELECT {_COLUMNS} FROM auction WHERE auction_id = ?", (auction_id,)).fetchone()
    if row is None:
        raise NotFound("auction", auction_id)
    return Auction(*row)


def leading(db: sqlite3.Connection, auction_id: str) -> Bid | None:
    """Return the bid that leads, or won, an auction."""
    query = f"SELECT {_BID_COLUMNS} FROM bid WHERE auction_id = ? AND status IN ('leading', 'won')"
    row = db.execute(query, (auction_id,)).fetchone()
    return Bid(*row) if row else None


def still_open(db: sqlite3.Connection) -> list[Auction]:
    """Return the auctions that take bids, the first to end first."""
    query = f"SELECT {_COLUMNS} FROM auction WHERE status = 'open' ORDER BY ends_ns, rowid LIMIT ?"
    return [Auction(*row) for row in db.execute(query, (LIST_LIMIT,))]


def sold_by(db: sqlite3.Connection, seller_id: str) -> list[Auction]:
    """Return every auction of a seller, oldest first."""
    query = f"SELECT {_COLUMNS} FROM auction WHERE seller_id = ? ORDER BY created_ns, rowid"
    return [Auction(*row) for row in db.execute(query, (seller_id,))]


def bids_of(db: sqlite3.Connection, bidder_id: str) -> list[Bid]:
    """Return every bid of a bidder, oldest first."""
    query = f"SELECT {_BID_COLUMNS} FROM bid WHERE agent_id = ? ORDER BY created_ns, rowid"
    return [Bid(*row) for row in db.execute(query, (bidder_id,))]


def settle_ended(venue: Venue, now_ns: int) -> None:
    """End every auction whose time ran out, at the instant it did."""
    query = f"SELECT {_COLUMNS} FROM auction WHERE status = 'open' AND ends_ns <= ? ORDER BY ends_ns, rowid"
    for row in venue.db.execute(query, (now_ns,)).fetchall():
        ended = Auction(*row)
        winner = leading(venue.db, ended.auction_id)
        if winner is not None:
            _sell(venue, ended, winner)
        status = "expired" if winner is None else "sold"
        venue.db.execute("UPDATE auction SET status = ? WHERE auction_id = ?", (status, ended.auction_id))


def _require_open(auction: Auction) -> None:
    if auction.status == "sold":
        raise Conflict(f"{auction.domain} has been sold", "AUCTION_CLOSED")
    if auction.status == "expired":
        raise Conflict("the auction's time ran out", "AUCTION_EXPIRED")


def _require_more(auction: Auction, before: Bid | None, amount: int) -> None:
    enough = amount > before.amount if before is not None else amount >= auction.start
    if not enough:
        least = before.amount if before is not None else auction.start
        relation = "more than" if before is not None else "at least"
        extra = {"current_bid": from_units(least)}
        raise BadRequest("BID_TOO_LOW", f"a bid must be {relation} {from_units(least)} USD", extra)


def _take_the_lead(venue: Venue, auction: Auction, before: Bid | None, bidder_id: str, amount: int) -> Bid:
    now_ns = venue.clock()
    pot = ledger.auction(auction.auction_id)
    movements = [Movement(ledger.cash(bidder_id), USD, -amount), Movement(pot, USD, amount)]
    if before is not None:
        movements += [Movement(pot, USD, -before.amount), Movement(ledger.cash(before.agent_id), USD, before.amount)]
        venue.db.execute("UPDATE bid SET status = 'outbid' WHERE bid_id = ?", (before.bid_id,))
    bid_id, _ = venue.next_id("bid_", bidder_id)
    placed = Bid(bid_id, auction.auction_id, bidder_id, amount, "leading", now_ns)
    venue.db.execute(
        f"INSERT INTO bid ({_BID_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (bid_id, auction.auction_id, bidder_id, amount, "leading", now_ns),
    )
    ledger.post(venue.db, now_ns, "auction_bid", bid_id, movements)
    return placed


def _sell(venue: Venue, auction: Auction, winner: Bid) -> None:
    payment = [
        Movement(ledger.auction(auction.auction_id), USD, -winner.amount),
        Movement(ledger.cash(auction.seller_id), USD, winner.amount),
    ]
    ledger.post(venue.db, auction.ends_ns, "auction_sale", auction.auction_id, payment)
    venue.db.execute("UPDATE bid SET status = 'won' WHERE bid_id = ?", (winner.bid_id,))
    registry.pass_on(venue.db, auction.domain, winner.agent_id)
