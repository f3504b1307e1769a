"""Trading by the profile ``live``: sized in USD, filled by the time it is answered, told by lists."""

from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    ConflictError,
    InsufficientMarginError,
    NotFoundError,
    OrderRejectedError,
    OutcomeUnknown,
    Unreachable,
    VenueError,
)
from tests.unit.venue.fake import FakeVenue, body_of

FILLED = {
    "position_id": "pos_1",
    "order_id": "ord_1",
    "coin": "BTC",
    "side": "long",
    "size_usd": 680.27,
    "entry_price": 68027.2,
    "fee": 0.37,
    "fee_breakdown": {"hyperliquid_fee": 0.24, "platform_fee": 0.14},
    "status": "open",
    "_info": {"docs": "https://…"},
}
MARKET, OPEN = "GET /trading/v1/markets/BTC", "POST /trading/v1/trade/open"


async def test_on_live_the_answer_is_the_fill(record: Recording, venue: FakeVenue) -> None:
    venue.on(MARKET, {"coin": "BTC", "price": 68000})
    venue.on(OPEN, FILLED)
    async with venue.live() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"), leverage=3)
    assert body_of(venue.requests[1]) == {"coin": "BTC", "side": "long", "size_usd": 680, "leverage": 3}
    assert (placed.state, placed.confirmed, placed.position_id) == ("filled", True, "pos_1")
    assert (placed.quantity, placed.fill_price, placed.fee_usd) == (
        Decimal("0.01"),
        Decimal("68027.2"),
        Decimal("0.37"),
    )
    assert placed.filled_quantity == Decimal("0.00999997")
    assert placed.fill_rate == 1
    assert placed.slippage_bps == Decimal("4.0000")
    assert (
        record.tree()
        == """\
agent.decision_cycle
  pf.trade.execute
    GET /markets/{asset}
    POST /trade/open"""
    )
    execute = record.one("pf.trade.execute").attributes
    assert (execute["pf.side"], execute["pf.size_usd"], execute["pf.expected_price"]) == ("buy", 680.0, 68000.0)


@pytest.mark.parametrize(
    ("answer", "times"),
    [(httpx.Response(500), 3), (httpx.ReadTimeout("slow"), 3), ({"price": 0}, 1), ({}, 1)],
    ids=["500", "timeout", "zero", "none"],
)
async def test_a_price_that_cannot_be_read_stops_only_what_needs_it(
    record: Recording, venue: FakeVenue, answer: object, times: int
) -> None:
    venue.on(MARKET, answer)  # type: ignore[arg-type]
    venue.on(OPEN, FILLED)
    async with venue.live() as flea:
        with pytest.raises(Unreachable, match="no price to size the order by"), record.agent.cycle():
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        assert venue.asked == [MARKET] * times
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"), expected_price=68_000)
    assert placed.slippage_bps == Decimal("4.0000")
    assert venue.asked == [*[MARKET] * times, OPEN]


async def test_a_price_that_an_order_needs_is_read_again(record: Recording, venue: FakeVenue) -> None:
    venue.on(MARKET, httpx.Response(500), httpx.ReadTimeout("slow"), {"coin": "BTC", "price": 68000})
    venue.on(OPEN, FILLED)
    async with venue.live() as flea:
        with record.agent.cycle():
            assert (await flea.trading.execute("BTC", "buy", Decimal("0.01"))).state == "filled"
    assert venue.asked == [MARKET, MARKET, MARKET, OPEN]


async def test_on_live_a_position_is_looked_up_by_its_asset(record: Recording, venue: FakeVenue) -> None:
    held = {"position_id": "pos_1", "coin": "BTC", "side": "short", "size_usd": 680, "entry_price": 68000}
    venue.on("GET /trading/v1/trade/positions", {"positions": [{**held, "current_price": 67900}]})
    closed = {"position_id": "pos_1", "exit_price": 67972.8, "entry_price": 68000, "side": "short", "size_usd": 680}
    venue.on("POST /trading/v1/trade/close", {**closed, "pnl": 0.27, "fee": 0.37, "status": "closed"})
    async with venue.live() as flea:
        with record.agent.cycle():
            result = await flea.trading.close(asset="BTC")
        with record.agent.cycle(), pytest.raises(NotFoundError, match="no position in ETH is open"):
            await flea.trading.close(asset="ETH")
        venue.on("GET /trading/v1/trade/positions", {"positions": [held, {**held, "position_id": "pos_2"}]})
        with record.agent.cycle(), pytest.raises(ConflictError, match="2 positions in BTC are open"):
            await flea.trading.close(asset="BTC")
    assert body_of(venue.requests[1]) == {"position_id": "pos_1"}
    assert (result.realized_pnl_usd, result.quantity, result.side) == (Decimal("0.27"), Decimal("0.01"), "buy")
    assert result.slippage_bps == Decimal("10.7216")
    assert len([request for request in venue.asked if request.startswith("POST")]) == 1


POSITIONS, CLOSE = "GET /trading/v1/trade/positions", "POST /trading/v1/trade/close"


async def test_on_live_a_position_that_is_closed_by_its_id_tells_how_far_its_price_slipped(
    record: Recording, venue: FakeVenue
) -> None:
    held = {"position_id": "pos_1", "coin": "BTC", "side": "short", "size_usd": 680, "current_price": 67900}
    closed = {"position_id": "pos_1", "exit_price": 67972.8, "entry_price": 68000, "side": "short", "size_usd": 680}
    venue.on(POSITIONS, {"positions": [{**held, "position_id": "pos_0", "coin": "ETH"}, held]})
    venue.on(CLOSE, {**closed, "pnl": 0.27, "fee": 0.37}, httpx.Response(400, json={"error": "close_failed"}))
    async with venue.live() as flea:
        with record.agent.cycle():
            result = await flea.trading.close(position_id="pos_1")
        with record.agent.cycle(), pytest.raises(OutcomeUnknown) as lost:
            await flea.trading.close(position_id="pos_1")
    assert (result.expected_price, result.slippage_bps, result.asset) == (67900, Decimal("10.7216"), "BTC")
    assert body_of(venue.requests[1]) == {"position_id": "pos_1"}
    assert venue.asked == [POSITIONS, CLOSE] * 2
    assert lost.value.asset == "BTC"
    assert [span.attributes["pf.asset"] for span in record.named("pf.trade.close")] == ["BTC", "BTC"]


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(401), httpx.ReadTimeout("slow"), {"positions": []}], ids=repr
)
async def test_on_live_a_close_does_not_need_its_price(record: Recording, venue: FakeVenue, answer: object) -> None:
    venue.on(POSITIONS, answer)  # type: ignore[arg-type]
    venue.on(CLOSE, {"position_id": "pos_1", "exit_price": 67972.8, "side": "short", "pnl": 0.27})
    async with venue.live() as flea:
        with record.agent.cycle():
            result = await flea.trading.close(position_id="pos_1")
            assert venue.asked == [POSITIONS, CLOSE]
            await flea.trading.close(position_id="pos_1", reference=False)
            named = await flea.trading.close(position_id="pos_1", expected_price=67900)
    assert venue.asked == [POSITIONS, CLOSE, CLOSE, CLOSE]
    assert (result.realized_pnl_usd, result.slippage_bps) == (Decimal("0.27"), None)
    assert named.slippage_bps == Decimal("10.7216")


async def test_on_live_a_limit_order_that_was_filled_without_an_execution_is_unknown(
    record: Recording, venue: FakeVenue
) -> None:
    """The service simulates limit orders, and calls one filled although its submission failed."""
    limit = {"coin": "ETH", "side": "long", "size_usd": 290, "limit_price": 2900}
    venue.on("GET /trading/v1/trade/history", {"trades": [{"orderId": "ord_2", "coin": "ETH", "side": "long"}]})
    venue.on(
        "GET /trading/v1/trade/limit-orders",
        {
            "pending": [{**limit, "order_id": "ord_3"}],
            "filled": [{**limit, "order_id": name, "fill_price": 2900} for name in ("ord_1", "ord_2")],
            "cancelled": [{**limit, "order_id": "ord_4"}],
        },
    )
    async with venue.live() as flea:
        with record.agent.cycle():
            orders = {order.order_id: order for order in await flea.trading.orders()}
            assert (await flea.trading.order("ord_1")).state == "unknown"
    assert {name: order.state for name, order in orders.items()} == {
        "ord_1": "unknown",
        "ord_2": "filled",
        "ord_3": "open",
        "ord_4": "cancelled",
    }
    assert orders["ord_1"].reason == "filled_without_execution"
    assert orders["ord_3"].quantity == Decimal("0.1")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Insufficient margin to place order", InsufficientMarginError),
        ("floatToWire causes rounding", OrderRejectedError),
    ],
)
async def test_on_live_a_failed_trade_is_told_by_its_message(
    record: Recording, venue: FakeVenue, message: str, error: type[VenueError]
) -> None:
    venue.on(OPEN, httpx.Response(400, json={"error": "trade_failed", "message": message}))
    async with venue.live() as flea:
        with pytest.raises(error) as caught, record.agent.cycle():
            await flea.trading.execute("BTC", "buy", 1, expected_price=68_000)
    assert (caught.value.code, caught.value.asset, caught.value.phase) == ("trade_failed", "BTC", "order_placement")
    assert (caught.value.service, caught.value.intent["side"]) == ("trading", "buy")
