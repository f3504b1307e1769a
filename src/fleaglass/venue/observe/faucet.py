"""What faucet operations record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation, keep_secret
from fleaglass.venue.body import Body
from fleaglass.venue.models import Account, Claim
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.said import text
from fleaglass.venue.profile import Profile

__all__ = ["OPERATIONS"]

_SERVICE: Final = semconv.PF_SERVICE_FAUCET


def _for_account(fields: Fields) -> Mapping[str, object]:
    account_id = text(fields, "agent_id")
    return {} if account_id is None else {semconv.PF_ACCOUNT_ID: account_id}


def _registered(span: Operation, fields: Fields, body: Body, profile: Profile) -> Account:
    account = Account(agent_id=body.text("agent_id") or text(fields, "agent_id"), api_key=body.text("api_key"))
    if account.api_key is not None:
        keep_secret(account.api_key)  # from here on it is scrubbed wherever it turns up
    span.record({semconv.PF_ACCOUNT_ID: account.agent_id})
    return account


def _claimed(span: Operation, fields: Fields, body: Body, profile: Profile) -> Claim:
    claim = Claim(
        claim_id=body.text("claim_id"),
        agent_id=body.text("agent_id") or text(fields, "agent_id"),
        credited_usd=body.decimal("credited_usd"),
    )
    span.record({semconv.PF_CLAIM_ID: claim.claim_id, semconv.PF_CREDITED_USD: claim.credited_usd})
    return claim


OPERATIONS: Final = (
    Observed(
        name="faucet.register",
        service=_SERVICE,
        span=semconv.SPAN_PF_FAUCET_REGISTER,
        phase="registration",
        spends=True,
        eases=True,
        asked=_for_account,
        answered=_registered,
        confirms={"api_key": Body.word, "agent_id": Body.word},
    ),
    Observed(
        name="faucet.claim",
        service=_SERVICE,
        span=semconv.SPAN_PF_FAUCET_CLAIM,
        phase="faucet_claim",
        spends=True,
        eases=True,
        asked=_for_account,
        answered=_claimed,
        confirms={"claim_id": Body.word, "credited_usd": Body.decimal},
    ),
)
