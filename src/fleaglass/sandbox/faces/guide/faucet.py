"""The faucet, in the guides' style: it opens accounts and gives each its free balance once."""

from __future__ import annotations

import msgspec

from fleaglass.sandbox import accounts, bodies
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]


class RegisterBody(msgspec.Struct, frozen=True):
    """POST /faucet/register."""

    agent_id: str | None = None
    name: str | None = None


class ClaimBody(msgspec.Struct, frozen=True):
    """POST /faucet/claim."""

    agent_id: str


def _register(venue: Venue, call: Call) -> View:
    body = bodies.decode(RegisterBody, call.body, optional=True)
    opened = accounts.register(venue, body.agent_id, body.name)
    return {"agent_id": opened.agent.agent_id, "api_key": opened.api_key, "wallet_id": opened.agent.wallet_id}


def _claim(venue: Venue, call: Call) -> View:
    agent_id = bodies.decode(ClaimBody, call.body).agent_id
    granted = accounts.claim(venue, agent_id, call.client)
    return {"agent_id": agent_id, "claim_id": granted.claim_id, "credited_usd": from_units(granted.amount)}


ENDPOINTS = (
    Endpoint("faucet.register", "POST", "/faucet/register", _register, status=201, keyless=True),
    Endpoint("faucet.claim", "POST", "/faucet/claim", _claim, keyless=True),
)
