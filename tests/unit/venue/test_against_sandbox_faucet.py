"""Against the sandbox: an agent opens an account and gets its first money, once, in both profiles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import LIVE, AlreadyClaimedError, PurpleFlea, RegistrationError, live_at
from tests.unit.venue.town import PROFILES, ROOT, Profile, Town, open_town


def stranger(town: Town, profile: Profile) -> PurpleFlea:
    """A client of somebody who has no account yet."""
    if profile == "guide":
        return PurpleFlea(base_url=f"{ROOT}/v1", transport=town.transport)
    return PurpleFlea(profile=LIVE, services=live_at(f"{ROOT}/live"), transport=town.transport)


@pytest.mark.parametrize("profile", PROFILES)
async def test_from_nothing_to_a_balance(record: Recording, profile: Profile) -> None:
    async with open_town(free_balance=Decimal(100)) as town:
        faucet = stranger(town, profile).faucet
        with record.agent.cycle():
            account = await faucet.register("ada" if profile == "guide" else None)
            claim = await faucet.claim(account.agent_id)
            with pytest.raises(AlreadyClaimedError):
                await faucet.claim(account.agent_id)
    assert account.api_key is not None
    assert (claim.agent_id, claim.credited_usd) == (account.agent_id, Decimal(100))
    granted, refused = record.named("pf.faucet.claim")
    assert granted.attributes["pf.claim_id"] == claim.claim_id
    assert granted.attributes["pf.account_id"] == refused.attributes["pf.account_id"] == account.agent_id
    assert account.api_key not in repr([(span.attributes, span.events) for span in record.spans])


async def test_a_name_is_given_once() -> None:
    async with open_town() as town:
        faucet = stranger(town, "guide").faucet
        await faucet.register("ada")
        with pytest.raises(RegistrationError):
            await faucet.register("ada")
