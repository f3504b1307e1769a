"""When the answer to a spend is lost, the agent and the trace say so; when the venue says no, they say that."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    AuthError,
    InsufficientMarginError,
    OutcomeUnknown,
    RateLimitedError,
    Rejected,
    Unreachable,
    VenueError,
)
from tests.unit.venue.fake import API_KEY, FakeVenue, order

NO_MARGIN = httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": f"Margin too low for key {API_KEY}"})


def exception_events(record: Recording) -> list[tuple[str, str]]:
    return [
        (span.name, event.attributes["exception.type"].rpartition(".")[2])
        for span in record.spans
        for event in span.events
        if event.name == "exception"
    ]


async def buy(record: Recording, venue: FakeVenue, **options: object) -> None:
    async with venue.client(**options) as flea:
        with record.agent.cycle(), record.agent.pipeline("BTC", "buy"):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))


@pytest.mark.parametrize(
    "lost",
    [
        httpx.ReadTimeout("no answer"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.ReadError(""),
        httpx.WriteError(""),
        httpx.Response(500, json={"code": "INTERNAL_ERROR", "message": "oops"}),
        httpx.Response(502, text="<html>bad gateway"),
        httpx.Response(200, text="not json"),
        httpx.Response(200, json=["a list"]),
        httpx.Response(202, json=order()),
    ],
    ids=lambda answer: repr(answer)[:40],
)
async def test_a_lost_answer_is_unknown_and_never_sent_again(record: Recording, venue: FakeVenue, lost) -> None:
    """The order may have filled. Whoever orders again may own it twice."""
    venue.on("POST /trading/order", lost)
    with pytest.raises(OutcomeUnknown) as caught:
        await buy(record, venue)
    assert venue.asked == ["POST /trading/order"]
    assert caught.value.operation == "trading.order"
    assert caught.value.intent == {"asset": "BTC", "side": "buy", "quantity": Decimal("0.01"), "order_type": "market"}
    execute = record.one("pf.trade.execute")
    assert caught.value.trace_id == execute.trace_id
    assert (execute.status, execute.status_message) == ("error", "OutcomeUnknown")
    assert execute.attributes["pf.order.state"] == "unknown"
    assert execute.attributes["error.type"] == "OutcomeUnknown"
    assert "order_unknown" in [event.name for event in execute.events]
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("unknown", "answer_lost")
    assert record.one("order.pipeline").attributes["pf.pipeline_outcome"] == "unknown"
    assert len(exception_events(record)) == 1


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy")]
)
async def test_what_was_never_sent_did_not_happen(record: Recording, venue: FakeVenue, error: Exception) -> None:
    venue.on("POST /trading/order", error)
    with pytest.raises(Unreachable):
        await buy(record, venue)
    assert venue.asked == ["POST /trading/order"]
    execute = record.one("pf.trade.execute").attributes
    assert "pf.order.state" not in execute
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("failed", "Unreachable")
    assert exception_events(record) == [("POST /trading/order", type(error).__name__)]


async def test_the_venue_says_no(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", NO_MARGIN)
    with pytest.raises(InsufficientMarginError) as caught:
        await buy(record, venue)
    assert isinstance(caught.value, Rejected)
    assert (caught.value.status, caught.value.code) == (400, "INSUFFICIENT_MARGIN")
    assert str(caught.value) == (
        "trading.order: insufficient margin (HTTP 400 INSUFFICIENT_MARGIN): Margin too low for key [scrubbed]"
    )
    execute = record.one("pf.trade.execute")
    assert execute.attributes["pf.order.state"] == "rejected"
    assert execute.attributes["pf.http_status"] == 400
    assert execute.attributes["pf.error.code"] == "INSUFFICIENT_MARGIN"
    assert execute.attributes["error.type"] == "InsufficientMarginError"
    request = record.one("POST /trading/order")
    assert (request.status, request.attributes["error.type"]) == ("error", "400")
    assert exception_events(record) == [("pf.trade.execute", "InsufficientMarginError")]
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("rejected", "insufficient_margin")
    assert API_KEY not in repr(record.spans)


async def test_an_agent_that_handles_the_error_still_has_a_truthful_cycle(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", NO_MARGIN, httpx.ReadTimeout("lost"))
    async with venue.client() as flea:
        for _ in range(2):
            with record.agent.cycle() as cycle:
                try:
                    await flea.trading.execute("BTC", "buy", 1)
                except VenueError:
                    cycle.skip("never_mind")
    refused, lost = record.named("agent.decision_cycle")
    assert (refused.attributes["pf.cycle_outcome"], refused.status) == ("skipped", "unset")
    assert (lost.attributes["pf.cycle_outcome"], lost.status) == ("unknown", "unset")


async def test_being_cancelled_while_the_order_is_out_is_unknown(record: Recording, venue: FakeVenue) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("never reached")

    from fleaglass.venue import PurpleFlea

    async with PurpleFlea(API_KEY, base_url="http://127.0.0.1:1", transport=httpx.MockTransport(hang)) as flea:

        async def trade() -> None:
            with record.agent.cycle():
                await flea.trading.execute("BTC", "buy", 1)

        task = asyncio.create_task(trade())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert {span.attributes["error.type"] for span in record.spans} == {"CancelledError"}
    assert {span.status for span in record.spans} == {"error"}
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"
    assert exception_events(record) == [("POST /trading/order", "CancelledError")]


async def test_a_timeout_of_the_agents_own_around_the_order_is_unknown_too(record: Recording, venue: FakeVenue) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError("never reached")

    from fleaglass.venue import PurpleFlea

    async with PurpleFlea(API_KEY, base_url="http://127.0.0.1:1", transport=httpx.MockTransport(hang)) as flea:
        with record.agent.cycle() as cycle:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await flea.trading.execute("BTC", "buy", 1)
            cycle.skip("too_slow")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


@pytest.mark.parametrize(
    ("status", "state", "outcome"), [("filled", "filled", "order_placed"), ("open", "unknown", "unknown")]
)
async def test_being_cancelled_while_asking(
    record: Recording, venue: FakeVenue, status: str, state: str, outcome: str
) -> None:
    """A fill stays a fill; an order that was still moving is out of sight."""
    venue.on("POST /trading/order", order(status=status))
    venue.on("GET /trading/order/ord_1", lambda request: asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await buy(record, venue)
    execute = record.one("pf.trade.execute")
    assert execute.attributes["pf.order.state"] == state
    assert execute.attributes["pf.order_id"] == "ord_1"
    assert execute.attributes["error.type"] == "CancelledError"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == outcome


async def test_an_order_in_no_known_state_is_unknown(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", {"order_id": "ord_1", "status": "queued_for_review"})
    venue.on("GET /trading/order/ord_1", {"order_id": "ord_1", "status": "queued_for_review"})
    async with venue.client(confirm_timeout=0) as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", 1)
    assert placed.state == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


@pytest.mark.parametrize(
    "call",
    [
        lambda flea: flea.trading.limit("BTC", "buy", 1, limit_price=2),
        lambda flea: flea.trading.cancel("ord_1"),
        lambda flea: flea.trading.close(asset="BTC"),
        lambda flea: flea.escrow.create(25, "ag_1", "work"),
        lambda flea: flea.escrow.complete("esc_1"),
        lambda flea: flea.escrow.release("esc_1", "done"),
        lambda flea: flea.escrow.dispute("esc_1"),
        lambda flea: flea.casino.bet("coin_flip", 1, side="heads"),
        lambda flea: flea.casino.batch([{"game": "coin_flip", "amount_usd": 1, "side": "heads"}]),
        lambda flea: flea.wallet.send("w_1", "USDC", 1, "0x1"),
        lambda flea: flea.faucet.claim("ag_1"),
        lambda flea: flea.domains.bid("auc_1", 25),
    ],
)
async def test_every_spend_is_sent_once_and_then_unknown(record: Recording, venue: FakeVenue, call) -> None:
    venue._answer = lambda request: venue.requests.append(request) or _raise(httpx.ReadTimeout("lost"))  # type: ignore[method-assign]
    async with venue.client() as flea:
        with pytest.raises(OutcomeUnknown), record.agent.cycle():
            await call(flea)
    assert len(venue.requests) == 1
    (operation,) = [span for span in record.spans if span.name.startswith("pf.")]
    assert operation.attributes["pf.order.state"] == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


def _raise(error: Exception) -> httpx.Response:
    raise error


async def test_a_read_is_asked_again_a_little_later(record: Recording, venue: FakeVenue) -> None:
    venue.on(
        "GET /wallet/w_1/balance",
        httpx.Response(503),
        httpx.Response(429, headers={"Retry-After": "1"}),
        {"assets": {"USD": {"usd_value": 1}}},
    )
    async with venue.client() as flea:
        with record.agent.cycle():
            balance = await flea.wallet.balance("w_1")
    assert balance.total_usd == 1
    assert venue.slept == [0.1, 1.0]
    resends = [
        span.attributes.get("http.request.resend_count") for span in record.named("GET /wallet/{wallet_id}/balance")
    ]
    assert resends == [None, 1, 2]
    assert record.one("pf.wallet.balance_check").status == "unset"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "completed"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "60"}),
        (503, {"Retry-After": "60"}),
        (429, {"Retry-After": "Fri, 20 Nov 2026 10:01:00 GMT", "Date": "Fri, 20 Nov 2026 10:00:00 GMT"}),
    ],
)
async def test_a_venue_that_asks_for_a_long_wait_is_not_asked_again_before(
    record: Recording, venue: FakeVenue, status: int, headers: dict[str, str]
) -> None:
    venue.on("GET /trading/positions", httpx.Response(status, headers=headers))
    async with venue.client() as flea:
        with record.agent.cycle(), pytest.raises((RateLimitedError, Unreachable)) as caught:
            await flea.trading.positions()
    assert caught.value.retry_after_s == 60
    assert len(venue.requests) == 1
    assert venue.slept == []


async def test_a_refused_order_says_how_long_to_wait(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", httpx.Response(429, headers={"Retry-After": "7"}))
    with pytest.raises(RateLimitedError) as caught:
        await buy(record, venue)
    assert caught.value.retry_after_s == 7


async def test_a_read_gives_up_after_three(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", httpx.Response(500, json={"code": "INTERNAL_ERROR"}))
    async with venue.client() as flea:
        with pytest.raises(Unreachable) as caught, record.agent.cycle():
            await flea.wallet.balance("w_1")
    assert len(venue.requests) == 3
    assert (caught.value.status, caught.value.code) == (500, "INTERNAL_ERROR")
    assert record.one("agent.decision_cycle").attributes["pf.cycle_reason"] == "internal_error"


async def test_a_wrong_key_is_not_tried_again(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", httpx.Response(401, json={"code": "INVALID_API_KEY"}))
    async with venue.client() as flea:
        with pytest.raises(AuthError), record.agent.cycle():
            await flea.wallet.balance("w_1")
    assert len(venue.requests) == 1
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "failed"


async def test_a_closed_client_sends_nothing(venue: FakeVenue) -> None:
    flea = venue.client()
    await flea.close()
    with pytest.raises(Unreachable, match="the client is closed"):
        await flea.trading.execute("BTC", "buy", 1)
    assert venue.requests == []
