"""Who may call: agents, their keys and their faucet claim."""

from __future__ import annotations

import re
import secrets
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from fleaglass.sandbox import ledger
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import Conflict, InvalidRequest, NotFound, Unauthorized
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.venue import Venue

__all__ = ["KEY_PREFIX", "Agent", "Claim", "Registration", "authenticate", "claim", "find", "register"]

KEY_PREFIX = "pf_live_"
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


def register(venue: Venue, agent_id: str | None, name: str | None) -> Registration:
    """Open an account with an empty wallet. Raises InvalidRequest, Conflict AGENT_EXISTS."""
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
    # The one thing that does not follow from the seed: a key that could be guessed would be no key.
    api_key = KEY_PREFIX + secrets.token_hex(24)
    venue.db.execute(
        "INSERT INTO agent (agent_id, wallet_id, key_hash, name, created_ns) VALUES (?, ?, ?, ?, ?)",
        (agent.agent_id, agent.wallet_id, _hash(api_key), name or chosen, venue.clock()),
    )
    return Registration(agent, api_key)


def authenticate(db: sqlite3.Connection, authorization: str | None) -> Agent:
    """Return the agent whose key an Authorization header carries. Raises Unauthorized."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        missing = Unauthorized("an Authorization header with a bearer key is required")
        missing.code = "UNAUTHORIZED"
        raise missing
    row = db.execute("SELECT agent_id, wallet_id FROM agent WHERE key_hash = ?", (_hash(key.strip()),)).fetchone()
    if row is None:
        raise Unauthorized("the key is unknown or was revoked")
    return Agent(row["agent_id"], row["wallet_id"])


def find(db: sqlite3.Connection, agent_id: str) -> Agent | None:
    """Return the agent of this id, if there is one."""
    row = db.execute("SELECT agent_id, wallet_id FROM agent WHERE agent_id = ?", (agent_id,)).fetchone()
    return Agent(row["agent_id"], row["wallet_id"]) if row else None


def claim(venue: Venue, agent_id: str) -> Claim:
    """Credit the free balance, once per agent. Raises NotFound, Conflict ALREADY_CLAIMED."""
    if find(venue.db, agent_id) is None:
        raise NotFound("agent", agent_id)
    if venue.db.execute("SELECT 1 FROM claim WHERE agent_id = ?", (agent_id,)).fetchone():
        raise Conflict(f"agent {agent_id!r} has had its free balance", "ALREADY_CLAIMED")
    granted = Claim(f"clm_{token(venue.seed, 'claim', agent_id)}", venue.free_balance)
    now_ns = venue.clock()
    venue.db.execute("INSERT INTO claim VALUES (?, ?, ?, ?)", (granted.claim_id, agent_id, granted.amount, now_ns))
    credit = [Movement("faucet", USD, -granted.amount), Movement(ledger.cash(agent_id), USD, granted.amount)]
    ledger.post(venue.db, now_ns, "faucet_claim", granted.claim_id, credit)
    return granted


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
