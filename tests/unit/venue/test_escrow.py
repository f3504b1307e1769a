"""An escrow pays for work between agents, and the context of the work travels in its metadata."""

from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import ConflictError, InsufficientFundsError
from tests.unit.venue.fake import FakeVenue, body_of, events_of


def escrow(**changes: object) -> dict[str, object]:
    return {
        "escrow_id": "esc_1",
        "status": "funded",
        "amount_usd": 25,
        "fee_usd": 0.25,
        "creator_id": "ag_a",
        "counterparty_id": "ag_b",
        "metadata": None,
    } | changes


def keeps_metadata(request: httpx.Request) -> dict[str, object]:
    return escrow(metadata=body_of(request)["metadata"])


async def test_creating_exactly(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /escrow/create", httpx.Response(201, json=escrow()))
    async with venue.client() as flea:
        with record.agent.cycle():
            created = await flea.escrow.create(Decimal("25"), "ag_b", "a secret plan", timeout_hours=24)
    assert (created.escrow_id, created.status, created.metadata) == ("esc_1", "funded", {})
    assert body_of(venue.requests[0]) == {
        "amount_usd": 25,
        "counterparty_id": "ag_b",
        "conditions": "a secret plan",
        "timeout_hours": 24,
    }
    assert (
        record.tree(attributes=True)
        == """\
agent.decision_cycle
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'completed'
  pf.escrow.create
    · pf.amount_usd = 25.0
    · pf.api_latency_ms = 3.0
    · pf.counterparty = 'ag_b'
    · pf.escrow_id = 'esc_1'
    · pf.escrow_status = 'funded'
    · pf.fee_pct = 1.0
    · pf.fee_usd = 0.25
    · pf.service = 'escrow'
    · pf.timeout_hours = 24
    ! escrow_initiated {}
    ! api_response {'pf.trail.endpoint': 'POST /escrow/create', 'pf.http_status': 201, 'pf.api_latency_ms': 3.0}
    ! escrow_created {'escrow_id': 'esc_1'}
    POST /escrow/create
      · http.request.method = 'POST'
      · http.response.status_code = 201
      · server.address = '127.0.0.1'
      · server.port = 8765
      · url.full = 'http://127.0.0.1:8765/v1/escrow/create'
      · url.template = '/escrow/create'"""
    )


async def test_conditions_are_recorded_only_when_asked_for(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /escrow/create", escrow(fee_usd=None))
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.escrow.create("12.5", "ag_b", "a report", record_conditions=True)
    attributes = record.one("pf.escrow.create").attributes
    assert attributes["pf.conditions"] == "a report"
    assert attributes["pf.fee_usd"] == 0.125  # 1 %, when the venue does not say


async def test_one_agent_hires_another_and_one_trace_tells_it(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /escrow/create", keeps_metadata)
    venue.on("POST /escrow/esc_1/complete", escrow(status="completed"))
    venue.on(
        "POST /escrow/esc_1/release", escrow(status="released", released_amount_usd=24.75, hold_duration_seconds=312.5)
    )
    agent = record.agent
    async with venue.client() as flea:
        with agent.cycle(), agent.handoff("signal_research") as carrier:
            metadata = {"task": {"depth": 2}, "trace_context": carrier}
            created = await flea.escrow.create(25, "ag_b", "research", metadata=metadata)
        with agent.take_over(created.metadata["trace_context"], mode="child", escrow_id=created.escrow_id):
            await flea.escrow.complete("esc_1")
        with agent.cycle():
            released = await flea.escrow.release("esc_1", "work_accepted")
    assert metadata == {"task": {"depth": 2}, "trace_context": carrier}
    assert (released.released_amount_usd, released.hold_duration_s) == (Decimal("24.75"), Decimal("312.5"))
    first, _ = record.tree().split("\nagent.decision_cycle")
    assert (
        first
        == """\
agent.decision_cycle
  agent_a.create_task
    pf.escrow.create
      POST /escrow/create
    agent_b.task_execution
      pf.escrow.complete
        POST /escrow/{escrow_id}/complete"""
    )
    handoff = record.one("agent_a.create_task").attributes
    assert (handoff["pf.escrow_id"], handoff["pf.counterparty"]) == ("esc_1", "ag_b")
    assert handoff["pf.context.propagated"] is True
    release = record.one("pf.escrow.release")
    assert release.attributes["pf.release_reason"] == "work_accepted"
    assert release.attributes["pf.released_amount"] == 24.75
    assert release.attributes["pf.hold_duration_s"] == 312.5
    assert release.attributes["pf.escrow_status"] == "released"
    assert [event.name for event in events_of(release)] == ["escrow_released"]


@pytest.mark.parametrize(
    ("read_back", "propagated"),
    [
        ({"escrow_id": "esc_1", "metadata": None}, False),
        ({"escrow_id": "esc_1"}, False),
        (httpx.Response(500), None),
    ],
)
async def test_metadata_that_the_venue_drops_is_noticed(record, venue: FakeVenue, read_back, propagated) -> None:
    venue.on("POST /escrow/create", {"escrow_id": "esc_1", "status": "funded"})
    venue.on("GET /escrow/esc_1", read_back)
    async with venue.client() as flea:
        with record.agent.cycle(), record.agent.handoff("research") as carrier:
            created = await flea.escrow.create(25, "ag_b", "research", metadata={"trace_context": carrier})
    assert created.escrow_id == "esc_1"
    span = record.one("pf.escrow.create")
    assert span.attributes.get("pf.context.propagated") is propagated
    assert span.status == "unset"


async def test_reading_disputing_and_finding_work(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /escrow/esc_1", escrow(metadata={"trace_context": {"traceparent": "x"}}))
    venue.on("POST /escrow/esc_1/dispute", escrow(status="disputed"))
    venue.on("GET /escrow", {"escrows": [escrow(), escrow(escrow_id="esc_2")]})
    async with venue.client() as flea:
        with record.agent.cycle():
            assert (await flea.escrow.read("esc_1")).metadata == {"trace_context": {"traceparent": "x"}}
            assert (await flea.escrow.dispute("esc_1", reason="deadline_missed")).status == "disputed"
            work = await flea.escrow.list(role="counterparty", status="funded")
    assert [one.escrow_id for one in work] == ["esc_1", "esc_2"]
    assert dict(venue.requests[-1].url.params) == {"role": "counterparty", "status": "funded"}
    dispute = record.one("pf.escrow.dispute")
    assert dispute.attributes["pf.dispute_reason"] == "deadline_missed"
    assert body_of(venue.requests[1]) == {"reason": "deadline_missed"}
    assert record.one("pf.escrow.read").attributes["pf.amount_usd"] == 25.0
    assert record.one("pf.escrow.list").attributes["pf.escrow_status"] == "funded"


async def test_errors_are_typed(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /escrow/create", httpx.Response(402, json={"code": "INSUFFICIENT_BALANCE"}))
    venue.on("POST /escrow/esc_1/release", httpx.Response(409, json={"code": "INVALID_STATUS"}))
    venue.on("GET /escrow/esc_1", escrow(status="released"))
    async with venue.client() as flea:
        with record.agent.cycle() as cycle:
            with pytest.raises(InsufficientFundsError):
                await flea.escrow.create(25, "ag_b", "work")
            with pytest.raises(ConflictError):
                await flea.escrow.release("esc_1")
            cycle.skip("not_now")
    assert "pf.escrow_status" not in record.one("pf.escrow.create").attributes
