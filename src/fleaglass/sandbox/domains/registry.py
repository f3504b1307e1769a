"""Selling domains that nobody holds, and who holds which."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from fleaglass.sandbox import ledger
from fleaglass.sandbox.clock import HOUR_NS
from fleaglass.sandbox.db import LIST_LIMIT
from fleaglass.sandbox.domains.names import TLDS, parse, taken_outside
from fleaglass.sandbox.errors import BadRequest, InsufficientBalance
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["Domain", "available", "holder_of", "listing", "pass_on", "register"]

_YEAR_NS = 365 * 24 * HOUR_NS
_COLUMNS = "domain_id, domain, agent_id, cost, created_ns, expires_ns"


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain that an agent holds; what it cost in units of USD, times in ns."""

    domain_id: str
    domain: str
    agent_id: str
    cost: int
    created_ns: int
    expires_ns: int


def available(db: sqlite3.Connection, domain: str) -> bool:
    """Return whether a well-formed domain can be registered."""
    return not taken_outside(domain) and holder_of(db, domain) is None


def holder_of(db: sqlite3.Connection, domain: str) -> Domain | None:
    """Return a domain that an agent holds, if one does."""
    row = db.execute(f"SELECT {_COLUMNS} FROM domain WHERE domain = ?", (domain,)).fetchone()
    return Domain(*row) if row else None


def register(venue: Venue, agent_id: str, asked: str, years: int = 1) -> Domain:
    """Sell a domain for its price times the years. Raises BadRequest, InsufficientBalance."""
    name, tld = parse(asked)
    if not available(venue.db, name):
        raise BadRequest("DOMAIN_UNAVAILABLE", f"{name} is taken", {"domain": name})
    cost = TLDS[tld].usd * years
    can_spend = max(0, spendable(venue, agent_id))
    if cost > can_spend:
        message = f"{name} costs {from_units(cost)} USD, {from_units(can_spend)} USD is available"
        extra = {"required": from_units(cost), "balance": from_units(can_spend)}
        raise InsufficientBalance(message, extra, status=400)
    now_ns = venue.clock()
    domain_id, _ = venue.next_id("dom_", agent_id)
    bought = Domain(domain_id, name, agent_id, cost, now_ns, now_ns + years * _YEAR_NS)
    venue.db.execute(
        f"INSERT INTO domain ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (domain_id, name, agent_id, cost, now_ns, bought.expires_ns),
    )
    sale = [Movement(ledger.cash(agent_id), USD, -cost), Movement("registrar", USD, cost)]
    ledger.post(venue.db, now_ns, "domain_register", domain_id, sale)
    return bought


def listing(db: sqlite3.Connection, agent_id: str, limit: int = LIST_LIMIT) -> list[Domain]:
    """Return an agent's last domains, oldest first."""
    query = f"SELECT {_COLUMNS} FROM domain WHERE agent_id = ? ORDER BY created_ns DESC, rowid DESC LIMIT ?"
    return [Domain(*row) for row in db.execute(query, (agent_id, limit))][::-1]


def pass_on(db: sqlite3.Connection, domain: str, agent_id: str) -> None:
    """Give a domain to another agent."""
    db.execute("UPDATE domain SET agent_id = ? WHERE domain = ?", (agent_id, domain))
