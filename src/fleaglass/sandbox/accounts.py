"""Who may call: agents, the ids and keys that each service knows them by, and their faucet claim.

An agent has one account of money, whoever it speaks to. The services of the published code each issue an id and a key
of their own (casino, escrow and faucet share one); the guides know one key for all, which is the service `guide` here.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from fleaglass.sandbox import ledger
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unauthorized
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.venue import Venue

__all__ = [
    "GUIDE_KEY",
    "KEY_PREFIXES",
    "Agent",
    "Claim",
    "Registration",
    "account_id",
    "authenticate",
    "claim",
    "deposit",
    "find",
    "holder",
    "issue_key",
    "open_account",
    "register",
    "require_no_deposits",
]

GUIDE_KEY = "guide"
KEY_PREFIXES = {
    GUIDE_KEY: "pf_live_",
    "casino": "sk_live_",
    "trading": "sk_trade_",
    "wallet": "pk_live_",
    "domains": "sk_domains_",
}
"""By the service that issues the key; 48 hexadecimal digits follow."""

_AGENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,95}")
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Agent:
    """An account holder."""

    agent_id: str
    wallet_id: str


@dataclass(frozen=True, slots=True)
class Registration:
    """A new account; the only time that its key is shown."""

    agent: Agent
    api_key: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Play money given to an agent, in units of USD."""

    claim_id: str
    amount: int


def register(venue: Venue, agent_id: str | None, name: str | None, service: str = GUIDE_KEY) -> Registration:
    """Open an account with an empty wallet and a service's key. Raises InvalidRequest, Conflict AGENT_EXISTS."""
    agent = open_account(venue, agent_id, name, service)
    return Registration(agent, issue_key(venue, agent.agent_id, service))


def open_account(venue: Venue, agent_id: str | None, name: str | None, service: str = GUIDE_KEY) -> Agent:
    """Open an account without a key; `service` calls it by the agent's own id. Raises InvalidRequest, Conflict."""
    chosen = agent_id if agent_id is not None else f"ag_{secrets.token_hex(6)}"
    if not _AGENT_ID.fullmatch(chosen):
        raise InvalidRequest(
            "agent_id", "must be 1 to 96 letters, digits, or . _ : @ - and start with a letter or digit"
        )
    if name is not None and len(name) > _NAME_LIMIT:
        raise InvalidRequest("name", f"must have at most {_NAME_LIMIT} characters")
    if find(venue.db, chosen) is not None:
        raise Conflict(f"agent {chosen!r} is registered already; its key was shown then", "AGENT_EXISTS")
    agent = Agent(chosen, f"w_{token(venue.seed, 'wallet', chosen, digits=12)}")
    venue.db.execute(
        "INSERT INTO agent (agent_id, wallet_id, name, created_ns) VALUES (?, ?, ?, ?)",
        (agent.agent_id, agent.wallet_id, name or chosen, venue.clock()),
    )
    for one in KEY_PREFIXES:
        own = chosen if one in (service, GUIDE_KEY) else f"ag_{token(venue.seed, 'account', one, chosen, digits=12)}"
        venue.db.execute("INSERT INTO identity VALUES (?, ?, ?)", (one, own, chosen))
    return agent


def issue_key(venue: Venue, agent_id: str, service: str) -> str:
    """Return a new key of a service for an agent; its earlier ones stay good."""
    # The one thing that does not follow from the seed: a key that could be guessed would be no key.
    api_key = KEY_PREFIXES[service] + secrets.token_hex(24)
    venue.db.execute("INSERT INTO api_key VALUES (?, ?, ?)", (_hash(api_key), service, agent_id))
    return api_key


def authenticate(db: sqlite3.Connection, authorization: str | None, service: str = GUIDE_KEY) -> Agent:
    """Return the agent whose key for the service an Authorization header carries. Raises Unauthorized."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        missing = Unauthorized("an Authorization header with a bearer key is required")
        missing.code = "UNAUTHORIZED"
        raise missing
    row = db.execute(
        "SELECT agent_id, wallet_id FROM api_key JOIN agent USING (agent_id) WHERE key_hash = ? AND service = ?",
        (_hash(key.strip()), service),
    ).fetchone()
    if row is None:
        raise Unauthorized("the key is unknown or was revoked")
    return Agent(row["agent_id"], row["wallet_id"])


def find(db: sqlite3.Connection, agent_id: str) -> Agent | None:
    """Return the agent of this id, if there is one."""
    row = db.execute("SELECT agent_id, wallet_id FROM agent WHERE agent_id = ?", (agent_id,)).fetchone()
    return Agent(row["agent_id"], row["wallet_id"]) if row else None


def account_id(db: sqlite3.Connection, service: str, agent_id: str) -> str:
    """Return the id that a service knows a registered agent by."""
    row = db.execute("SELECT account_id FROM identity WHERE service = ? AND agent_id = ?", (service, agent_id))
    found: str = row.fetchone()[0]
    return found


def holder(db: sqlite3.Connection, service: str, account: str) -> Agent | None:
    """Return the agent that a service knows by this id, if there is one."""
    row = db.execute(
        "SELECT agent_id FROM identity WHERE service = ? AND account_id = ?", (service, account)
    ).fetchone()
    return find(db, row["agent_id"]) if row else None


def claim(venue: Venue, agent_id: str, client: str = "") -> Claim:
    """Credit the free balance, once per agent. Raises NotFound, Conflict ALREADY_CLAIMED."""
    if find(venue.db, agent_id) is None:
        raise NotFound("agent", agent_id)
    if venue.db.execute("SELECT 1 FROM claim WHERE agent_id = ?", (agent_id,)).fetchone():
        raise Conflict(f"agent {agent_id!r} has had its free balance", "ALREADY_CLAIMED")
    granted = Claim(f"clm_{token(venue.seed, 'claim', agent_id)}", venue.free_balance)
    now_ns = venue.clock()
    venue.db.execute(
        "INSERT INTO claim VALUES (?, ?, ?, ?, ?)", (granted.claim_id, agent_id, granted.amount, now_ns, client)
    )
    credit = [Movement("faucet", USD, -granted.amount), Movement(ledger.cash(agent_id), USD, granted.amount)]
    ledger.post(venue.db, now_ns, "faucet_claim", granted.claim_id, credit)
    return granted


def deposit(venue: Venue, agent_id: str, amount: int) -> None:
    """Credit units of USD that came from outside."""
    credit = [Movement("outside", USD, -amount), Movement(ledger.cash(agent_id), USD, amount)]
    ledger.post(venue.db, venue.clock(), "deposit", agent_id, credit)


def require_no_deposits(db: sqlite3.Connection, agent_id: str) -> None:
    """Raise Forbidden for an agent that has ever paid money in."""
    paid_in = db.execute("SELECT 1 FROM entry WHERE kind = 'deposit' AND reference = ?", (agent_id,)).fetchone()
    if paid_in:
        raise Forbidden("the free balance is for agents that have paid nothing in", "HAS_DEPOSITS")


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
