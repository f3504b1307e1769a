"""The faucet, by the published code: one claim per agent, and one per address and day, which is looked at first."""

from __future__ import annotations

from fleaglass.sandbox import accounts
from fleaglass.sandbox.clock import HOUR_NS
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_DAY_NS = 24 * HOUR_NS


def _claim(venue: Venue, call: Call) -> View:
    if venue.settings.one_claim_per_address:
        _require_first_claim(venue, call.client)
    asked = fields.read(call, lenient=True)
    account = fields.text(asked, "agent_casino_id", "invalid_request")
    agent = accounts.holder(venue.db, "casino", account)
    if agent is None:
        raise Refused(404, "agent_not_found")
    accounts.require_no_deposits(venue.db, agent.agent_id)
    granted = accounts.claim(venue, agent.agent_id, call.client)
    return {
        "claim_id": granted.claim_id,
        "agent_id": account,
        "credited": from_units(granted.amount),
        "referral_tracked": bool(asked.get("referral_code")),
    }


def _require_first_claim(venue: Venue, client: str) -> None:
    last = venue.db.execute("SELECT max(at_ns) FROM claim WHERE client = ?", (client,)).fetchone()[0]
    if last is not None and venue.clock() < last + _DAY_NS:
        raise Refused(429, "ip_rate_limited", "One claim per address in 24 hours")


ENDPOINTS = (Endpoint("faucet.claim", "POST", "/faucet/faucet/claim", _claim, keyless=True, per_minute=5),)
