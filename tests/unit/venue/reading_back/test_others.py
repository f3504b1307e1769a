"""Escrows, bets and domains are looked for as well."""

from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    ConflictError,
    DisputeError,
    EscrowTimeoutError,
    NotPlacedError,
    OutcomeUnknown,
    RegistrationError,
)
from tests.unit.venue.fake import FakeVenue
from tests.unit.venue.faults.scene import open_scene
from tests.unit.venue.reading_back.lost import EARLIER, LOST, spends
from tests.unit.venue.town import PROFILES, Profile


async def test_escrows_are_looked_for(record: Recording, venue: FakeVenue) -> None:
    mine = {"escrow_id": "esc_2", "status": "funded", "amount_usd": 25, "counterparty_id": "ag_b", "conditions": "work"}
    venue.on("POST /escrow/create", LOST)
    venue.on(
        "GET /escrow",
        lambda request: {
            "escrows": [mine | EARLIER | {"escrow_id": "esc_1"}, mine | {"created_at": venue.now().isoformat()}]
        },
    )
    venue.on("POST /escrow/esc_2/release", LOST)
    venue.on("GET /escrow/esc_2", lambda request: mine | {"status": "released", "released_at": venue.now().isoformat()})
    venue.on("POST /escrow/esc_2/dispute", LOST)
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            assert (await flea.escrow.create(25, "ag_b", "work")).escrow_id == "esc_2"
            assert (await flea.escrow.release("esc_2")).status == "released"
            with pytest.raises(OutcomeUnknown):
                await flea.escrow.dispute("esc_2")
    assert dict(venue.requests[1].url.params) == {"role": "creator"}
    create = record.one("pf.escrow.create").attributes
    assert (create["pf.order.state"], create["pf.escrow_id"], create["pf.escrow_status"]) == ("done", "esc_2", "funded")
    assert record.one("pf.escrow.dispute").attributes["pf.escrow_status"] == "unknown"
    assert len(record.named("pf.escrow.reconcile")) == 3
    assert len(spends(venue)) == 3


async def test_bets_and_domains_are_looked_for(record: Recording, venue: FakeVenue) -> None:
    bet = {"bet_id": "bet_1", "game": "dice", "amount_usd": 1, "won": False, "payout_usd": 0, "pnl_usd": -1}
    bought = {"domain_id": "dom_1", "domain": "Agent.dev", "cost_usd": 12}
    venue.on("POST /casino/bet", LOST)
    venue.on("GET /casino/history", lambda request: {"bets": [bet | {"created_at": venue.now().isoformat()}]})
    venue.on("POST /domains/register", LOST)
    venue.on("GET /domains", lambda request: {"domains": [bought | {"created_at": venue.now().isoformat()}]})
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            assert (await flea.casino.bet("dice", 1)).pnl_usd == -1
            assert (await flea.domains.register("agent.dev")).domain_id == "dom_1"
            with pytest.raises(NotPlacedError):
                await flea.domains.register("another.dev")
    assert record.one("pf.casino.reconcile").attributes["pf.order.state"] == "done"
    assert len(spends(venue)) == 3


@pytest.mark.parametrize(
    ("status", "error"), [("refunded", EscrowTimeoutError), ("disputed", DisputeError), ("completed", NotPlacedError)]
)
@pytest.mark.parametrize("lost", [LOST, httpx.ReadTimeout("no answer")])
async def test_a_release_that_can_come_about_no_more_did_not_happen(
    record: Recording, venue: FakeVenue, status: str, error: Any, lost: Exception
) -> None:
    """Whatever was held back, the venue would refuse it now. From completed it may still be released."""
    venue.on("POST /escrow/esc_1/release", lost)
    venue.on("GET /escrow/esc_1", {"escrow_id": "esc_1", "status": status, "amount_usd": 25})
    async with venue.client(resolve_timeout=1) as flea:
        still_possible = status == "completed" and lost is not LOST
        with record.agent.cycle(), pytest.raises(OutcomeUnknown if still_possible else error):
            await flea.escrow.release("esc_1")
        assert len(flea.unresolved()) == still_possible


async def test_a_release_is_not_taken_for_the_one_before_it(record: Recording, venue: FakeVenue) -> None:
    """An escrow is released once: what was paid is recorded with the request that paid it."""
    released = {"escrow_id": "esc_1", "status": "released", "released_amount_usd": 4.95}
    venue.on("POST /escrow/esc_1/release", released | {"hold_duration_seconds": 1}, LOST)
    venue.on("GET /escrow/esc_1", lambda request: released | {"released_at": venue.now().isoformat()})
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            await flea.escrow.release("esc_1")
        with record.agent.cycle(), pytest.raises(ConflictError, match="it had been released before"):
            await flea.escrow.release("esc_1")
    assert [span.attributes.get("pf.released_amount") for span in record.named("pf.escrow.release")] == [4.95, None]


@pytest.mark.parametrize("again", ["the same", "another"])
@pytest.mark.parametrize("fault", ["reset", "error:500"])
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_domain_that_one_owns_already_is_not_bought_again(
    record: Recording, profile: Profile, fault: str, again: str
) -> None:
    """By the same client or by another one of the account: what it cost is recorded once."""
    async with open_scene(profile) as scene:
        flea, domain = scene.client("ada"), scene.known["domain"]
        with record.agent.cycle():
            await flea.domains.register(domain)
        with record.agent.cycle(), pytest.raises(RegistrationError):
            await flea.domains.register(domain)
        await scene.control.faults(f"{fault}:domains.register")
        flea = flea if again == "the same" else scene.client("ada")
        with record.agent.cycle(), pytest.raises(NotPlacedError):
            await flea.domains.register(domain)
    costs = [span.attributes.get("pf.cost_usd") for span in record.named("pf.domain.register")]
    assert [cost is None for cost in costs] == [False, True, True]


async def test_a_domain_of_an_earlier_run_is_not_bought_again(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /domains/register", LOST)
    venue.on("GET /domains", {"domains": [{"domain_id": "dom_1", "domain": "agent.dev", "cost_usd": 12, **EARLIER}]})
    async with venue.client(resolve_timeout=1) as flea:
        with pytest.raises(NotPlacedError):
            await flea.domains.register("agent.dev")
        venue.on("GET /domains", {"domains": [{"domain_id": "dom_1", "domain": "agent.dev", "cost_usd": 12}]})
        with pytest.raises(NotPlacedError):  # it was seen before
            await flea.domains.register("agent.dev")
        venue.on("GET /domains", {"domains": [{"domain_id": "dom_2", "domain": "other.dev", "cost_usd": 12}]})
        with pytest.raises(OutcomeUnknown):  # it does not say since when
            await flea.domains.register("other.dev")


async def test_a_bet_is_not_taken_for_one_of_a_batch_before_it(record: Recording) -> None:
    async with open_scene("live") as scene:
        flea = scene.client("ada")
        await flea.casino.batch([{"game": "coin_flip", "amount_usd": 1, "side": "heads"}])
        await scene.control.faults("reset:casino.bet")
        with pytest.raises(NotPlacedError):
            await flea.casino.bet("coin_flip", 1, side="heads")
