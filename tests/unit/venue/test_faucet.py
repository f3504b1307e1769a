"""The faucet opens an account, whose key is recorded nowhere, and pays once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import AlreadyClaimedError, NotFoundError, OutcomeUnknown, RateLimitedError, RegistrationError
from tests.unit.venue.fake import FakeVenue, body_of

NEW_KEY = "sk_live_" + "9f" * 24


async def test_claiming_by_the_guide(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /faucet/claim", {"claim_id": "clm_1", "credited_usd": 1})
    with record.agent.cycle():
        claim = await venue.client().faucet.claim("ag_a")
    assert body_of(venue.requests[0]) == {"agent_id": "ag_a"}
    assert (claim.claim_id, claim.credited_usd, claim.agent_id) == ("clm_1", Decimal(1), "ag_a")
    attributes = record.one("pf.faucet.claim").attributes
    assert (attributes["pf.claim_id"], attributes["pf.credited_usd"]) == ("clm_1", 1.0)
    assert attributes["pf.account_id"] == "ag_a"


async def test_on_live_the_faucet_credits_the_casinos_account_without_a_key(venue: FakeVenue) -> None:
    venue.on("POST /faucet/faucet/claim", {"claim_id": "clm_1", "credited": 1, "agent_id": "ag_0123456789ab"})
    claim = await venue.live().faucet.claim()
    (request,) = venue.requests
    assert body_of(request) == {"agent_casino_id": "ag_0123456789ab"}
    assert "Authorization" not in request.headers
    assert claim.credited_usd == 1


async def test_without_an_account_nothing_is_sent(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="name the account"):
        await venue.client().faucet.claim()
    assert venue.requests == []


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (409, "already_claimed", AlreadyClaimedError),
        (404, "agent_not_found", NotFoundError),
        (429, "ip_rate_limited", RateLimitedError),
        (500, "internal_error", OutcomeUnknown),
    ],
)
async def test_refusals_are_typed(
    record: Recording, venue: FakeVenue, status: int, error: str, kind: type[Exception]
) -> None:
    venue.on("POST /faucet/faucet/claim", httpx.Response(status, json={"error": error}))
    with record.agent.cycle(), pytest.raises(kind):
        await venue.live().faucet.claim()
    span = record.one("pf.faucet.claim")
    assert span.attributes["pf.error.code"] == error
    assert span.attributes.get("pf.order.state") == ("unknown" if kind is OutcomeUnknown else None)
    assert len(venue.requests) == 1


async def test_a_claim_that_was_made_before_is_typed_by_the_guide_too(venue: FakeVenue) -> None:
    venue.on("POST /faucet/claim", httpx.Response(409, json={"code": "ALREADY_CLAIMED", "message": "once"}))
    with pytest.raises(AlreadyClaimedError):
        await venue.client().faucet.claim("ag_a")


async def test_registering_gives_a_key_that_is_scrubbed_from_then_on(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /faucet/register", httpx.Response(201, json={"agent_id": "ag_new", "api_key": NEW_KEY}))
    with record.agent.cycle():
        account = await venue.client().faucet.register("ag_new")
        with record.agent.stage("later") as stage:
            stage.set(note=f"use {NEW_KEY}")
    assert (account.agent_id, account.api_key) == ("ag_new", NEW_KEY)
    assert NEW_KEY not in repr(account)
    assert NEW_KEY not in repr([(span.attributes, span.events) for span in record.spans])
    assert record.one("pf.faucet.register").attributes["pf.account_id"] == "ag_new"


async def test_on_live_agents_register_at_the_casino(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /casino/api/v1/auth/register", httpx.Response(201, json={"agent_id": "ag_1", "api_key": NEW_KEY}))
    with record.agent.cycle():
        account = await venue.live().faucet.register(referral_code="ref_1")
    assert body_of(venue.requests[0]) == {"referral_code": "ref_1"}
    assert account.agent_id == "ag_1"


async def test_what_a_profile_has_no_place_for_is_not_dropped_without_a_word(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="agent_id must be left out: profile live"):
        await venue.live().faucet.register("ag_mine")
    with pytest.raises(ValueError, match="referral_code must be left out: profile guide"):
        await venue.client().faucet.claim("ag_a", referral_code="ref_1")
    assert venue.requests == []


async def test_a_name_that_is_taken_is_a_failed_registration(venue: FakeVenue) -> None:
    venue.on("POST /faucet/register", httpx.Response(409, json={"code": "AGENT_EXISTS"}))
    with pytest.raises(RegistrationError):
        await venue.client().faucet.register("ag_new")


@pytest.mark.parametrize("answer", [{}, {"claim_id": 5, "credited_usd": "much", "agent_id": None, "api_key": []}])
async def test_answers_that_say_nothing_are_lost(record: Recording, venue: FakeVenue, answer: dict[str, Any]) -> None:
    venue.on("POST /faucet/claim", answer)
    venue.on("POST /faucet/register", answer)
    with record.agent.cycle():
        for spend in (venue.client().faucet.claim("ag_a"), venue.client().faucet.register("ag_a")):
            with pytest.raises(OutcomeUnknown):
                await spend
