"""Defects 5 to 7, 9, 20, 40 and 41: what is written on a span, and what is done around it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from decimal import Decimal
from types import SimpleNamespace

import httpx
import pytest
from opentelemetry.trace import Status, StatusCode

import fleaglass
from fleaglass.testing import Recording
from fleaglass.venue import InsufficientMarginError, PurpleFlea
from tests.defects.raw import RawOtel
from tests.support.registry import check_span
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue

NO_MARGIN = httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": f"refused for {API_KEY}"})


def test_d05_raw_an_error_recorded_by_hand_is_there_twice_and_its_text_is_the_status() -> None:
    otel = RawOtel()
    with suppress(ValueError), otel.tracer.start_as_current_span("order") as span:
        try:
            raise ValueError(f"refused for {API_KEY}")
        except ValueError as error:
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR, str(error)))
            raise
    assert [event.name for event in otel.span.events] == ["exception", "exception"]
    assert API_KEY in (otel.span.status.description or "")


async def test_d05_ours_an_error_is_recorded_once_and_the_status_is_its_type(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on("POST /trading/order", NO_MARGIN)
    async with venue.client() as flea:
        with pytest.raises(InsufficientMarginError), record.agent.cycle():
            await flea.trading.execute("BTC", "buy", 1)
    assert [event.name for span in record.spans for event in span.events].count("exception") == 1
    execute = record.one("pf.trade.execute")
    assert (execute.status, execute.status_message) == ("error", "InsufficientMarginError")
    assert API_KEY not in repr(record.spans)


def test_d06_raw_ok_drops_its_reason_and_hides_what_fails_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    otel = RawOtel()
    with otel.tracer.start_as_current_span("cycle") as span:
        span.set_status(Status(StatusCode.OK, "skipped: low balance"))
        span.set_status(Status(StatusCode.ERROR, "the ledger is broken"))
    assert (otel.span.status.status_code, otel.span.status.description) == (StatusCode.OK, None)


def test_d06_ours_a_reason_is_kept_and_a_later_error_is_seen(record: Recording) -> None:
    with record.agent.cycle() as cycle:
        cycle.skip("low_balance")
    with suppress(KeyError), record.agent.cycle() as cycle:
        cycle.skip("low_balance")
        raise KeyError("ledger")
    skipped, broken = record.named("agent.decision_cycle")
    assert (skipped.status, skipped.attributes["pf.cycle_reason"]) == ("unset", "low_balance")
    assert (broken.status, broken.attributes["pf.cycle_outcome"]) == ("error", "failed")


async def test_d07_raw_a_cancelled_order_is_no_exception_and_the_span_says_nothing() -> None:
    otel = RawOtel()

    async def place() -> None:
        with otel.tracer.start_as_current_span("order") as span:
            try:
                await asyncio.sleep(60)
            except Exception:
                span.set_status(StatusCode.ERROR)
                raise

    await cancel(place())
    assert otel.span.status.status_code is StatusCode.UNSET
    assert otel.span.attributes == {}


async def test_d07_ours_a_cancelled_order_is_an_error_in_an_unknown_state(record: Recording) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("never reached")

    transport = httpx.MockTransport(hang)
    async with PurpleFlea(API_KEY, base_url=BASE_URL, transport=transport, resolve_timeout=0) as flea:

        async def trade() -> None:
            with record.agent.cycle():
                await flea.trading.execute("BTC", "buy", 1)

        await cancel(trade())
    execute = record.one("pf.trade.execute")
    assert (execute.status, execute.attributes["error.type"]) == ("error", "CancelledError")
    assert execute.attributes["pf.order.state"] == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


async def cancel(work: object) -> None:
    """Start it, let it come to where it waits, and cancel it."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_d09_raw_a_decimal_becomes_text_and_the_rest_depends_on_the_backend(caplog: pytest.LogCaptureFixture) -> None:
    otel = RawOtel()
    with otel.tracer.start_as_current_span("order") as span:
        span.set_attributes({"fee": Decimal("0.37"), "note": None, "legs": {"a": 1}, "raw": b"\xff"})  # type: ignore[dict-item]
    assert otel.span.attributes == {"fee": "0.37", "note": None, "legs": {"a": 1}, "raw": b"\xff"}
    assert "Invalid type" in caplog.text


def test_d09_ours_values_have_one_type_wherever_they_go(record: Recording, caplog: pytest.LogCaptureFixture) -> None:
    with record.agent.cycle() as cycle:
        cycle.set(balance_usd=Decimal("1204.50"), note=None, legs={"a": 1}, raw=b"\xff")
    attributes = record.one("agent.decision_cycle").attributes
    assert attributes["pf.balance_usd"] == 1204.5
    assert {name: value for name, value in attributes.items() if name.startswith("custom.")} == {
        "custom.legs": '{"a":1}',
        "custom.raw": "ff",
    }
    assert caplog.records == []


def test_d20_raw_nothing_notices_a_name_that_nobody_declared() -> None:
    otel = RawOtel()
    with otel.tracer.start_as_current_span("pf.trade.execute") as span:
        span.set_attribute("pf.slipage_bps", 4.0)
    assert otel.span.attributes == {"pf.slipage_bps": 4.0}


def test_d20_ours_names_come_from_one_registry_and_tests_hold_spans_against_it(record: Recording) -> None:
    with record.agent.cycle() as cycle:
        cycle.set(slipage_bps=4.0)
    attributes = record.one("agent.decision_cycle").attributes
    assert attributes["custom.slipage_bps"] == 4.0
    assert check_span(record.one("agent.decision_cycle")) == []
    faults = check_span({"name": "agent.decision_cycle", "attributes": {**attributes, "pf.slipage_bps": 4.0}})
    assert faults == ["attribute pf.slipage_bps is not in the registry"]


async def test_d20_ours_closing_a_position_sets_the_profit_that_the_table_names(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on("POST /trading/position/close", {"order_id": "ord_2", "quantity": 0.01, "realized_pnl_usd": -1.25})
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.close(asset="BTC")
    assert record.one("pf.trade.close").attributes["pf.pnl_usd"] == -1.25
    assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == -1.25


def test_d40_raw_a_field_that_the_answer_lacks_is_an_error_after_the_fill() -> None:
    answer = {"order_id": "ord_1", "status": "filled"}
    with pytest.raises(KeyError):
        logging.getLogger("raw").info("POST /order: 201 (%s ms)", answer["latency_ms"])


@pytest.mark.parametrize("status", [200, 201])
async def test_d40_ours_status_and_latency_are_measured_and_a_missing_field_is_missing(
    record: Recording, venue: FakeVenue, status: int
) -> None:
    venue.on("POST /trading/order", httpx.Response(status, json={"order_id": "ord_1", "status": "filled"}))
    venue.on("GET /trading/order/ord_1", {"order_id": "ord_1", "status": "filled"})
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"), reference=False)
            crumb = next(crumb for crumb in record.breadcrumbs if crumb.data.get("endpoint") == "POST /trading/order")
    assert (placed.state, placed.fill_price) == ("filled", None)
    assert crumb.data["status_code"] == status
    assert crumb.data["latency_ms"] == record.one("pf.trade.execute").attributes["pf.api_latency_ms"] > 0


def test_d41_raw_an_id_made_of_the_second_is_shared_by_all_cycles_in_it() -> None:
    clock = SimpleNamespace(time=lambda: 1_795_168_800.25)
    first, second = (f"cycle_{int(clock.time())}" for _ in range(2))
    assert first == second


def test_d41_ours_every_cycle_has_an_id_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random, 128 bits: also in one second, in several processes. To be tamper-evident a trace makes no claim."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    made: list[str] = []
    for name in ("vol-arb-1", "vol-arb-2"):
        agent = fleaglass.init(name)
        for _ in range(1_000):
            with agent.cycle() as cycle:
                made += cycle.cycle_id, cycle.trace_id
        agent.shutdown()
    assert (len(set(made)), {len(one) for one in made}) == (4_000, {32})
