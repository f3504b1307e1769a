"""The faucet, completed in the guides' style: all of it ours."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

ENDPOINTS: Final = {
    "faucet.register": Endpoint(
        method="POST",
        path="/faucet/register",
        spends=True,
        sends=same("agent_id"),
        receives=same("agent_id", "api_key"),
    ),
    "faucet.claim": Endpoint(
        method="POST",
        path="/faucet/claim",
        spends=True,
        sends=same("agent_id"),
        receives=same("agent_id", "claim_id", "credited_usd"),
    ),
}
