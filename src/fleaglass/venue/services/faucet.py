"""The faucet: an account, and its first credit."""

from __future__ import annotations

from fleaglass.venue.calls import Calls
from fleaglass.venue.models import Account, Claim
from fleaglass.venue.services.arguments import require_place

__all__ = ["Faucet"]


class Faucet:
    """The faucet. Reached as ``flea.faucet``."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def register(self, agent_id: str | None = None, *, referral_code: str | None = None) -> Account:
        """Open an account. The answer holds its key, which the venue shows once and Fleaglass records nowhere.

        Args:
            agent_id: the id to register, where the profile lets the agent choose it.
            referral_code: of the agent that is to get a share, where the profile has such codes.

        Raises:
            ValueError: an argument that the profile has no place for. Nothing was sent.
        RegistrationError: the venue did not open it.
            OutcomeUnknown: the answer is lost, and with it the key of the account there may be.
        """
        fields = {"agent_id": agent_id, "referral_code": referral_code}
        require_place(self._calls, "faucet.register", **fields)
        account: Account = await self._calls.perform("faucet.register", fields)
        return account

    async def claim(self, agent_id: str | None = None, *, referral_code: str | None = None) -> Claim:
        """Claim the credit that every agent gets once. Claiming again is harmless.

        Args:
            agent_id: the account to credit; the client's ``account_id`` for the faucet by default.
            referral_code: of the agent that is to get a share, where the profile has such codes.

        Raises:
            ValueError: no account is named, or the profile has no place for an argument. Nothing was sent.
            AlreadyClaimedError: it was claimed before; after a lost answer: by that very request.
            RateLimitedError: too many claims from here.
        """
        require_place(self._calls, "faucet.claim", referral_code=referral_code)
        account_id = agent_id or self._calls.wire.account_id("faucet")
        if account_id is None:
            raise ValueError("name the account to credit: agent_id, or account_id in the client's services")
        claim: Claim = await self._calls.perform(
            "faucet.claim", {"agent_id": account_id, "referral_code": referral_code}
        )
        return claim
