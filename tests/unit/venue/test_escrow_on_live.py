"""Escrow on ``live``: no metadata, no list, few words in its answers; and escrows that run out of time, in both."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder.carrier import from_text
from fleaglass.testing import Recording, recording
from fleaglass.venue import (
    AuthError,
    ConflictError,
    DisputeError,
    Escrow,
    EscrowTimeoutError,
    InsufficientBalanceError,
    OutcomeUnknown,
)
from tests.unit.venue.fake import FakeVenue, body_of, events_of

CREATE = "POST /escrow/escrow/create"
RELEASE = "POST /escrow/escrow/release/esc_1"
READ = "GET /escrow/escrow/esc_1"
CREATED = {
    "escrow_id": "esc_1",
    "amount_usd": 50,
    "commission_usd": 0.5,
    "net_to_counterparty": 49.5,
    "creator_id": "ag_0123456789ab",
    "counterparty_id": "ag_ba9876543210",
    "status": "funded",
    "auto_release_at": "2026-11-21T09:25:17.000Z",
}


def as_held(**changes: Any) -> dict[str, Any]:
    """A public read of it."""
    return CREATED | {"description": "a report", "created_at": "2026-11-20T09:25:17Z", "released_at": None} | changes


async def test_creating_says_it_in_the_services_words(record: Recording, venue: FakeVenue) -> None:
    venue.on(CREATE, httpx.Response(201, json=CREATED))
    with record.agent.cycle():
        escrow = await venue.live().escrow.create(50, "ag_ba9876543210", "a report", metadata={"task": "lost"})
    assert body_of(venue.requests[0]) == {
        "amount_usd": 50,
        "counterparty_agent_id": "ag_ba9876543210",
        "description": "a report",
        "timeout_hours": 24,
    }
    assert (escrow.fee_usd, escrow.due_at) == (Decimal("0.5"), "2026-11-21T09:25:17.000Z")
    attributes = record.one("pf.escrow.create").attributes
    assert (attributes["pf.fee_usd"], attributes["pf.escrow_status"]) == (0.5, "funded")
    assert attributes["pf.account_id"] == "ag_0123456789ab"
    assert "pf.context.propagated" not in attributes


@pytest.mark.parametrize("kept", [True, False])
async def test_the_context_goes_into_the_description_and_is_read_back(
    record: Recording, venue: FakeVenue, kept: bool
) -> None:
    held = as_held()

    def create(request: httpx.Request) -> httpx.Response:
        held["description"] = body_of(request)["description"] if kept else "a report"
        return httpx.Response(201, json=CREATED)

    venue.on(CREATE, create)
    venue.on(READ, lambda _: held)
    flea = venue.live()
    with record.agent.cycle(), record.agent.handoff("research") as carrier:
        await flea.escrow.create(50, "ag_ba9876543210", "a report", metadata={"trace_context": carrier})
    assert from_text(body_of(venue.requests[0])["description"]) == {"traceparent": carrier["traceparent"]}
    assert venue.asked == [CREATE, READ]
    assert record.one("pf.escrow.create").attributes["pf.context.propagated"] is kept
    handoff = record.one("agent_a.create_task").attributes
    assert (handoff["pf.context.propagated"], handoff["pf.escrow_id"]) == (kept, "esc_1")
    assert (await flea.escrow.read("esc_1")).carrier == ({"traceparent": carrier["traceparent"]} if kept else {})


@pytest.mark.parametrize(
    "metadata",
    [
        lambda carrier: {"trace_context": carrier},
        lambda carrier: carrier,
        lambda carrier: {"task": "research", **carrier},
        lambda carrier: {"trace_context": json.dumps(carrier)},
    ],
    ids=["in its place", "as it is", "beside the rest", "as JSON"],
)
@pytest.mark.parametrize("propagators", [("tracecontext", "baggage"), ("b3",), ("b3multi", "baggage")], ids="+".join)
@pytest.mark.parametrize("profile", ["guide", "live"])
async def test_the_context_travels_wherever_in_the_metadata_it_is_and_in_whatever_form(
    profile: str, propagators: tuple[str, ...], metadata: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    held = as_held()

    def create(request: httpx.Request) -> httpx.Response:
        held.update(body_of(request) if profile == "guide" else {"description": body_of(request)["description"]})
        return httpx.Response(201, json=held if profile == "guide" else CREATED)

    with recording(propagators=propagators) as record:
        venue = FakeVenue(record.clock)
        venue.on(CREATE if profile == "live" else "POST /escrow/create", create)
        venue.on(READ if profile == "live" else "GET /escrow/esc_1", lambda _: held)
        flea = venue.live() if profile == "live" else venue.client()
        with record.agent.cycle(), record.agent.handoff("research") as carrier:
            await flea.escrow.create(50, "ag_ba9876543210", "a report", metadata=metadata(carrier))
        escrow = await flea.escrow.read("esc_1")
        with record.agent.take_over(escrow.carrier, mode="child", escrow_id="esc_1"):
            pass
    handoff, task = record.one("agent_a.create_task"), record.one("agent_b.task_execution")
    assert handoff.attributes["pf.context.propagated"] is True
    assert record.one("pf.escrow.create").attributes["pf.context.propagated"] is True
    assert (task.parent_span_id, task.trace_id) == (handoff.span_id, handoff.trace_id)


@pytest.mark.parametrize("profile", ["guide", "live"])
async def test_where_nothing_travels_nothing_is_claimed(profile: str) -> None:
    with recording(propagators=("none",)) as record:
        venue = FakeVenue(record.clock)
        venue.on(CREATE if profile == "live" else "POST /escrow/create", as_held(metadata={"trace_context": {}}))
        flea = venue.live() if profile == "live" else venue.client()
        with record.agent.cycle(), record.agent.handoff("research") as carrier:
            await flea.escrow.create(50, "ag_b", "a report", metadata={"trace_context": carrier})
    assert carrier == {}
    assert len(venue.requests) == 1
    for name in ("agent_a.create_task", "pf.escrow.create"):
        assert "pf.context.propagated" not in record.one(name).attributes


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.ReadTimeout("lost"), b"<html>"])
async def test_what_cannot_be_read_back_is_not_claimed(record: Recording, venue: FakeVenue, answer: Any) -> None:
    venue.on(CREATE, httpx.Response(201, json=CREATED))
    venue.on(READ, answer)
    with record.agent.cycle(), record.agent.handoff("research") as carrier:
        escrow = await venue.live().escrow.create(50, "ag_b", "a report", metadata={"trace_context": carrier})
    assert escrow.escrow_id == "esc_1"
    span = record.one("pf.escrow.create")
    assert "pf.context.propagated" not in span.attributes
    assert span.status == "unset"


@pytest.mark.parametrize(("chars", "fits"), [(8_936, True), (8_937, False)])
async def test_a_mark_never_makes_the_description_too_long(
    record: Recording, venue: FakeVenue, chars: int, fits: bool
) -> None:
    held = as_held()

    def create(request: httpx.Request) -> httpx.Response:
        held["description"] = body_of(request)["description"]
        return httpx.Response(201, json=CREATED)

    venue.on(CREATE, create)
    venue.on(READ, lambda _: held)
    with record.agent.cycle(), record.agent.handoff("research") as carrier:
        await venue.live().escrow.create(50, "ag_b", "x" * chars, metadata={"trace_context": carrier})
    assert len(held["description"]) == (9_000 if fits else chars)
    assert record.one("pf.escrow.create").attributes["pf.context.propagated"] is fits


async def test_a_strangers_mark_is_not_taken_for_ours(record: Recording, venue: FakeVenue) -> None:
    """The venue kept another trace than the one that was sent."""
    venue.on(CREATE, httpx.Response(201, json=CREATED))
    venue.on(READ, as_held(description=f"a report [trace 00-{'a' * 32}-{'b' * 16}-01]"))
    with record.agent.cycle(), record.agent.handoff("research") as carrier:
        await venue.live().escrow.create(50, "ag_b", "a report", metadata={"trace_context": carrier})
    assert record.one("pf.escrow.create").attributes["pf.context.propagated"] is False


@pytest.mark.parametrize("metadata", [{"trace_context": 5}, {"trace_context": "x"}, {"trace_context": []}, {}, None])
async def test_odd_metadata_never_raises(venue: FakeVenue, metadata: Any) -> None:
    venue.on(CREATE, httpx.Response(201, json=CREATED))
    venue.on(READ, as_held())
    await venue.live().escrow.create(50, "ag_b", "a report", metadata=metadata)
    assert body_of(venue.requests[0])["description"] == "a report"


async def test_a_release_that_says_little_is_completed_by_the_escrows_own_record(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on(
        RELEASE,
        {"escrow_id": "esc_1", "status": "released", "amount_released": 49.5, "commission": 0.5},
    )
    venue.on(READ, as_held(status="released", released_at="2026-11-20T09:30:29Z"))
    with record.agent.cycle():
        escrow = await venue.live().escrow.release("esc_1", "work_accepted")
    assert (escrow.hold_duration_s, escrow.released_amount_usd) == (Decimal(312), Decimal("49.5"))
    attributes = record.one("pf.escrow.release").attributes
    assert (attributes["pf.hold_duration_s"], attributes["pf.released_amount"]) == (312.0, 49.5)
    assert (attributes["pf.amount_usd"], attributes["pf.counterparty"]) == (50.0, "ag_ba9876543210")
    assert attributes["pf.escrow_status"] == "released"


async def test_a_release_stays_a_release_when_its_record_cannot_be_read(record: Recording, venue: FakeVenue) -> None:
    venue.on(RELEASE, {"status": "released", "amount_released": 49.5})
    venue.on(READ, httpx.Response(500))
    with record.agent.cycle():
        escrow = await venue.live().escrow.release("esc_1")
    assert (escrow.status, escrow.hold_duration_s) == ("released", None)
    assert record.one("pf.escrow.release").status == "unset"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("refunded", EscrowTimeoutError), ("disputed", DisputeError), ("released", ConflictError), (5, ConflictError)],
)
async def test_a_refusal_that_does_not_say_why_is_looked_into(
    record: Recording, venue: FakeVenue, status: Any, kind: type[Exception]
) -> None:
    venue.on(RELEASE, httpx.Response(409, json={"error": "invalid_status"}))
    venue.on(READ, as_held(status=status, refunded_at="2026-11-21T09:30:00Z"))
    with record.agent.cycle(), pytest.raises(kind) as caught:
        await venue.live().escrow.release("esc_1")
    assert type(caught.value) is kind
    span = record.one("pf.escrow.release")
    assert (span.attributes["error.type"], span.attributes["pf.http_status"]) == (kind.__name__, 409)
    assert span.attributes["pf.error.code"] == "invalid_status"


@pytest.mark.parametrize(("code", "kind"), [("ESCROW_TIMEOUT", EscrowTimeoutError), ("DISPUTED", DisputeError)])
async def test_a_refusal_that_says_why_is_not_looked_into(venue: FakeVenue, code: str, kind: type[Exception]) -> None:
    venue.on("POST /escrow/esc_1/release", httpx.Response(409, json={"code": code}))
    with pytest.raises(kind):
        await venue.client().escrow.release("esc_1")
    assert len(venue.requests) == 1


async def test_an_escrow_that_ran_out_of_time_shows_when_it_is_read(record: Recording, venue: FakeVenue) -> None:
    venue.on(READ, as_held(status="refunded", refunded_at="2026-11-21T09:30:17Z"))
    with record.agent.cycle():
        escrow = await venue.live().escrow.read("esc_1")
    assert escrow.hold_duration_s == 86_700
    span = record.one("pf.escrow.read")
    assert (span.attributes["pf.escrow_status"], span.attributes["pf.hold_duration_s"]) == ("refunded", 86_700.0)
    assert [event.name for event in events_of(span)] == ["escrow_refunded"]


async def test_anybody_may_read_an_escrow(venue: FakeVenue) -> None:
    venue.on(READ, as_held())
    assert (await venue.live(api_key=None).escrow.read("esc_1")).amount_usd == 50
    assert "Authorization" not in venue.requests[0].headers


async def test_there_is_no_list(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="lists no escrows"):
        await venue.live().escrow.list()
    assert venue.requests == []


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [(402, "insufficient_balance", InsufficientBalanceError), (401, "unauthorized", AuthError)],
)
async def test_refusals_are_typed(venue: FakeVenue, status: int, error: str, kind: type[Exception]) -> None:
    venue.on(CREATE, httpx.Response(status, json={"error": error}))
    with pytest.raises(kind):
        await venue.live().escrow.create(50, "ag_b", "a report")


async def test_a_lost_answer_leaves_the_status_unknown(record: Recording, venue: FakeVenue) -> None:
    venue.on(CREATE, httpx.ReadTimeout("lost"))
    with record.agent.cycle(), pytest.raises(OutcomeUnknown):
        await venue.live().escrow.create(50, "ag_b", "a report")
    assert record.one("pf.escrow.create").attributes["pf.escrow_status"] == "unknown"
    assert len(venue.requests) == 1


@pytest.mark.parametrize(
    ("created_at", "released_at", "held_s"),
    [
        ("2026-11-20T09:25:17Z", "2026-11-20T09:25:17.25Z", "0.25"),
        (1763630717, 1763630718, "1"),
        ("2026-11-20T09:25:17Z", "2026-11-20T08:00:00Z", None),
        ("yesterday", "2026-11-20T08:00:00Z", None),
        (None, "2026-11-20T08:00:00Z", None),
        ([], {}, None),
    ],
)
async def test_how_long_it_was_held(venue: FakeVenue, created_at: Any, released_at: Any, held_s: str | None) -> None:
    venue.on(READ, as_held(status="released", created_at=created_at, released_at=released_at))
    escrow = await venue.live().escrow.read("esc_1")
    assert escrow.hold_duration_s == (None if held_s is None else Decimal(held_s))


@given(st.text() | st.none(), st.dictionaries(st.sampled_from(["trace_context", "task"]), st.none() | st.text()))
def test_any_escrow_has_a_carrier(conditions: str | None, metadata: dict[str, Any]) -> None:
    """Or none; it never raises, whatever a stranger wrote."""
    escrow = Escrow(
        escrow_id=None,
        status=None,
        amount_usd=None,
        fee_usd=None,
        creator_id=None,
        counterparty_id=None,
        conditions=conditions,
        timeout_hours=None,
        metadata=metadata,
    )
    assert escrow.carrier == metadata.get("trace_context", from_text(conditions))
