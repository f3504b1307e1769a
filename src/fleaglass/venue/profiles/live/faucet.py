"""The faucet, by the published code. It credits accounts of the casino, which is where an agent registers."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

ENDPOINTS: Final = {
    "faucet.register": Endpoint(
        method="POST",
        path="/auth/register",
        spends=True,
        at="casino",
        sends=same("referral_code"),
        receives=same("agent_id", "api_key"),
    ),
    "faucet.claim": Endpoint(
        method="POST",
        path="/faucet/claim",
        spends=True,
        sends=same("referral_code", agent_id="agent_casino_id"),
        receives=same("agent_id", "claim_id", credited_usd="credited"),
    ),
}
