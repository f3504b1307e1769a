"""Against the sandbox: an escrow's whole life, its money and its context, in both profiles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import ConflictError, DisputeError, EscrowTimeoutError, InsufficientBalanceError, NotFoundError
from tests.unit.venue.fake import events_of
from tests.unit.venue.town import PROFILES, Profile, Resident, Town, open_town

pytestmark = pytest.mark.parametrize("profile", PROFILES)


async def two(town: Town) -> tuple[Resident, Resident]:
    return await town.resident("ada"), await town.resident("bob")


async def test_from_funding_to_release(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        with record.agent.cycle(), record.agent.handoff("research") as carrier:
            created = await ada.by(profile).escrow.create(
                "12.50", bob.known_as(profile), "a report", metadata={"trace_context": carrier}
            )
        assert created.escrow_id is not None
        found = await bob.by(profile).escrow.read(created.escrow_id)
        with record.agent.take_over(found.carrier, escrow_id=found.escrow_id):
            completed = await bob.by(profile).escrow.complete(created.escrow_id)
        town.desk.clock.advance(312)
        with record.agent.cycle():
            released = await ada.by(profile).escrow.release(created.escrow_id, "work_accepted")
        paid = (await town.books("bob"))["agents"]["bob"]["wallet"]["total_usd"]
    assert (created.status, found.status, completed.status, released.status) == (
        *("funded", "funded"),
        *("completed", "released"),
    )
    assert found.carrier["traceparent"] == carrier["traceparent"]
    assert released.released_amount_usd == Decimal(paid) - 1_000 == Decimal("12.375")
    assert released.hold_duration_s == 312
    create = record.one("pf.escrow.create").attributes
    assert (create["pf.context.propagated"], create["pf.fee_usd"]) == (True, 0.125)
    assert record.one("agent_a.create_task").attributes["pf.context.propagated"] is True
    release = record.one("pf.escrow.release").attributes
    assert (release["pf.hold_duration_s"], release["pf.released_amount"]) == (312.0, 12.375)
    assert (release["pf.amount_usd"], release["pf.counterparty"]) == (12.5, bob.known_as(profile))
    (task,) = record.named("agent_b.task_execution")
    assert task.links[0].trace_id == record.one("agent_a.create_task").trace_id


async def test_running_out_of_time_refunds_the_creator_and_says_so(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        escrow = ada.by(profile).escrow
        created = await escrow.create(10, bob.known_as(profile), "a report", timeout_hours=1)
        assert created.escrow_id is not None
        town.desk.clock.advance(2 * 3_600)
        with record.agent.cycle():
            with pytest.raises(EscrowTimeoutError):
                await escrow.release(created.escrow_id)
            found = await escrow.read(created.escrow_id)
        kept = (await town.books("ada"))["agents"]["ada"]["wallet"]["total_usd"]
    assert found.status == "refunded"
    assert found.hold_duration_s is not None
    assert found.hold_duration_s >= 3_600
    assert Decimal(kept) == Decimal("999.9")  # the fee is gone
    assert [event.name for event in events_of(record.one("pf.escrow.read"))] == ["escrow_refunded"]
    assert record.one("pf.escrow.release").attributes["error.type"] == "EscrowTimeoutError"


async def test_a_disputed_escrow_cannot_be_released(profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        created = await ada.by(profile).escrow.create(10, bob.known_as(profile), "a report")
        assert created.escrow_id is not None
        assert (await bob.by(profile).escrow.dispute(created.escrow_id, "unclear")).status == "disputed"
        with pytest.raises(DisputeError):
            await ada.by(profile).escrow.release(created.escrow_id)


async def test_releasing_twice_is_a_conflict_and_pays_once(profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        created = await ada.by(profile).escrow.create(10, bob.known_as(profile), "a report")
        assert created.escrow_id is not None
        await ada.by(profile).escrow.release(created.escrow_id)
        with pytest.raises(ConflictError):
            await ada.by(profile).escrow.release(created.escrow_id)
        assert (await town.books("bob"))["agents"]["bob"]["wallet"]["total_usd"] in ("1009.9", Decimal("1009.9"))


async def test_refusals(profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        with pytest.raises(InsufficientBalanceError):
            await ada.by(profile).escrow.create(5_000, bob.known_as(profile), "a report")
        with pytest.raises(NotFoundError):
            await ada.by(profile).escrow.read("esc_0123456789abcdef")


async def test_finding_work(profile: Profile) -> None:
    async with open_town() as town:
        ada, bob = await two(town)
        created = await ada.by(profile).escrow.create(10, bob.known_as(profile), "a report")
        if profile == "live":
            with pytest.raises(ValueError, match="lists no escrows"):
                await bob.live.escrow.list()
            return
        (work,) = await bob.guide.escrow.list(role="counterparty", status="funded")
        assert work.escrow_id == created.escrow_id
