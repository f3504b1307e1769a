"""Orders: what is sent, what comes back, and what the trace says about it."""

import datetime as dt
from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    NotFoundError,
    OrderRejectedError,
    Unreachable,
)
from tests.unit.venue.fake import FakeVenue, body_of, order


async def test_a_market_order_exactly(record: Recording, venue: FakeVenue) -> None:
    """The span tree of the guides: execute, the request, the poll, its request; and every attribute of it."""
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None, fee_usd=0))
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with record.agent.cycle(market="BTC/USD"):
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82)
    assert placed.state == "filled"
    assert placed.confirmed
    assert placed.slippage_bps == Decimal("4.0000")
    assert (
        record.tree(attributes=True)
        == """\
agent.decision_cycle
  · pf.asset = 'BTC'
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'order_placed'
  · pf.market = 'BTC/USD'
  · pf.order_id = 'ord_1'
  pf.trade.execute
    · pf.api_latency_ms = 3.0
    · pf.asset = 'BTC'
    · pf.expected_price = 68000.0
    · pf.fee_usd = 0.37
    · pf.fill_price = 68027.2
    · pf.fill_quantity = 0.01
    · pf.fill_rate = 1.0
    · pf.order.state = 'filled'
    · pf.order_id = 'ord_1'
    · pf.order_type = 'market'
    · pf.quantity = 0.01
    · pf.service = 'trading'
    · pf.side = 'buy'
    · pf.signal_confidence = 0.82
    · pf.slippage_bps = 4.0
    ! api_response {'pf.trail.endpoint': 'POST /trading/order', 'pf.http_status': 200, 'pf.api_latency_ms': 3.0, \
'pf.order_id': 'ord_1'}
    ! order_filled {'fill_price': 68027.2, 'quantity': 0.01, 'fee_usd': 0.37}
    POST /trading/order
      · http.request.method = 'POST'
      · http.response.status_code = 200
      · server.address = '127.0.0.1'
      · server.port = 8765
      · url.full = 'http://127.0.0.1:8765/v1/trading/order'
      · url.template = '/trading/order'
    pf.trade.confirmation_poll
      · pf.api_latency_ms = 3.0
      · pf.fill_confirmed = True
      · pf.order.state = 'filled'
      · pf.order_id = 'ord_1'
      · pf.poll_count = 1
      · pf.service = 'trading'
      ! api_response {'pf.trail.endpoint': 'GET /trading/order/{order_id}', 'pf.http_status': 200, \
'pf.api_latency_ms': 3.0, 'pf.order_id': 'ord_1'}
      GET /trading/order/{order_id}
        · http.request.method = 'GET'
        · http.response.status_code = 200
        · server.address = '127.0.0.1'
        · server.port = 8765
        · url.full = 'http://127.0.0.1:8765/v1/trading/order/ord_1'
        · url.template = '/trading/order/{order_id}'"""
    )
    kinds = {span.name: span.kind for span in record.spans}
    assert kinds["POST /trading/order"] == kinds["GET /trading/order/{order_id}"] == "client"
    assert {kinds["pf.trade.execute"], kinds["pf.trade.confirmation_poll"], kinds["agent.decision_cycle"]} == {
        "internal"
    }
    assert {span.status for span in record.spans} == {"unset"}


async def test_numbers_reach_the_venue_and_come_back_digit_by_digit(record: Recording, venue: FakeVenue) -> None:
    venue.on(
        "POST /trading/order",
        b'{"order_id":"o","status":"filled","fill_price":0.1000000000000000055}',
    )
    venue.on("GET /trading/order/o", b'{"order_id":"o","status":"filled"}')
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.123456789012345678"))
    assert b'"quantity":0.123456789012345678' in venue.requests[0].content
    assert placed.fill_price == Decimal("0.1000000000000000055")
    assert placed.filled_quantity == Decimal("0.123456789012345678")


@pytest.mark.parametrize("status", [200, 201])
async def test_both_success_statuses_are_success(record: Recording, venue: FakeVenue, status: int) -> None:
    venue.on("POST /trading/order", httpx.Response(status, json=order()))
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with record.agent.cycle():
            assert (await flea.trading.execute("BTC", "buy", 1)).state == "filled"


async def test_the_poll_goes_on_until_the_order_settles(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None))
    venue.on(
        "GET /trading/order/ord_1",
        order(status="open", filled_quantity=0, fill_price=None),
        httpx.Response(503),
        httpx.ReadTimeout("slow"),
        order(status="partially_filled", filled_quantity=0.004),
        order(),
    )
    async with venue.client(poll_interval=0.3) as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01")
    assert placed.confirmed
    poll = record.one("pf.trade.confirmation_poll")
    assert poll.attributes["pf.poll_count"] == 5
    assert poll.status == "unset"
    assert venue.slept == [0.05, 0.1, 0.2, 0.3]
    statuses = [span.status for span in record.named("GET /trading/order/{order_id}")]
    assert statuses == ["unset", "error", "error", "unset", "unset"]


async def test_when_the_time_is_up_the_order_is_as_last_known(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None))
    venue.on("GET /trading/order/ord_1", order(status="partially_filled", filled_quantity=0.004))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01", confirm_timeout=1)
    assert (placed.state, placed.confirmed, placed.filled_quantity) == ("partially_filled", False, Decimal("0.004"))
    execute = record.one("pf.trade.execute")
    assert execute.attributes["pf.order.state"] == "partially_filled"
    assert execute.attributes["pf.fill_quantity"] == 0.004
    assert record.one("pf.trade.confirmation_poll").attributes["pf.fill_confirmed"] is False
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "order_placed"


async def test_a_filled_order_never_looks_failed(record: Recording, venue: FakeVenue) -> None:
    """The venue filled the order and then every question about it goes wrong."""
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", httpx.Response(404, json={"code": "ORDER_NOT_FOUND"}))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01")
    assert (placed.state, placed.confirmed) == ("filled", False)
    assert record.one("pf.trade.execute").status == "unset"
    poll = record.one("pf.trade.confirmation_poll")
    assert (poll.status, poll.attributes["pf.http_status"]) == ("error", 404)
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "order_placed"


@pytest.mark.parametrize(
    "answer",
    [
        {"order_id": "ord_1", "status": "filled"},
        {"order_id": "ord_1", "status": "filled", "fill_price": "a lot", "fee_usd": None, "expected_price": 0},
        {"order_id": "ord_1", "status": "filled", "fill_price": [], "filled_quantity": {}, "expected_price": -1},
        {"order_id": 17, "status": "FILLED", "fill_price": "68000.5"},
    ],
)
async def test_an_odd_answer_after_the_fill_is_still_an_order(
    record: Recording, venue: FakeVenue, answer: dict
) -> None:
    venue.on("POST /trading/order", answer)
    venue.on(f"GET /trading/order/{answer['order_id']}", answer)
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01")
    assert placed.state == "filled"
    assert placed.filled_quantity == Decimal("0.01")
    assert placed.slippage_bps is None
    assert "pf.slippage_bps" not in record.one("pf.trade.execute").attributes


async def test_an_order_that_the_venue_rejects_after_taking_it(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None))
    venue.on(
        "GET /trading/order/ord_1", order(status="rejected", filled_quantity=0, fill_price=None, reason="NO_LIQUIDITY")
    )
    async with venue.client() as flea:
        with pytest.raises(OrderRejectedError) as caught, record.agent.cycle():
            await flea.trading.execute("BTC", "buy", "0.01")
    assert caught.value.code == "NO_LIQUIDITY"
    assert caught.value.intent["order_id"] == "ord_1"
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "rejected"
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("rejected", "no_liquidity")


@pytest.mark.parametrize("at_once", [True, False])
async def test_an_order_that_is_cancelled_without_a_fill_is_no_success(
    record: Recording, venue: FakeVenue, at_once: bool
) -> None:
    died = order(status="cancelled", filled_quantity=0, fill_price=None, fee_usd=0)
    venue.on("POST /trading/order", died if at_once else {**died, "status": "open"})
    venue.on("GET /trading/order/ord_1", died)
    async with venue.client() as flea:
        with pytest.raises(OrderRejectedError) as caught, record.agent.cycle():
            await flea.trading.execute("BTC", "buy", "0.01")
    assert (caught.value.code, caught.value.order_id) == ("ORDER_CANCELLED", "ord_1")
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "cancelled"
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("rejected", "order_cancelled")


async def test_a_limit_order_may_stay_open(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None, fee_usd=0))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.limit("ETH", "sell", 2, limit_price=Decimal("3000.5"))
    assert body_of(venue.requests[0]) == {
        "asset": "ETH", "side": "sell", "quantity": 2, "order_type": "limit", "limit_price": 3000.5
    }  # fmt: skip
    assert (placed.state, placed.limit_price) == ("open", Decimal("3000.5"))
    attributes = record.one("pf.trade.execute").attributes
    assert (attributes["pf.order_type"], attributes["pf.limit_price"]) == ("limit", 3000.5)
    assert "pf.fee_usd" not in attributes
    assert venue.asked == ["POST /trading/order"]


async def test_without_an_expected_price_in_the_answer_the_agents_own_counts(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on("POST /trading/order", order(expected_price=None, fill_price=99))
    venue.on("GET /trading/order/ord_1", order(expected_price=None, fill_price=99))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "sell", "0.01", expected_price=100)
    assert placed.slippage_bps == Decimal("100.0000")


async def test_closing_realises_the_profit(record: Recording, venue: FakeVenue) -> None:
    venue.on(
        "POST /trading/position/close",
        b'{"position_id":"pos_1","order_id":"ord_2","asset":"BTC","quantity":0.01,"entry_price":68027.2,'
        b'"exit_price":68240.0,"realized_pnl_usd":2.128,"fee_usd":0.38}',
        b'{"position_id":"pos_2","order_id":"ord_3","asset":"BTC","quantity":0.01,"realized_pnl_usd":-0.12800001}',
    )
    async with venue.client() as flea:
        with record.agent.cycle():
            closed = await flea.trading.close(asset="BTC")
            await flea.trading.close(position_id="pos_2")
    assert closed.realized_pnl_usd == Decimal("2.128")
    assert [body_of(request) for request in venue.requests] == [{"asset": "BTC"}, {"position_id": "pos_2"}]
    first, _ = record.named("pf.trade.close")
    assert first.attributes["pf.pnl_usd"] == 2.128
    cycle = record.one("agent.decision_cycle").attributes
    assert cycle["pf.pnl_usd"] == 1.99999999
    assert (cycle["pf.cycle_outcome"], cycle["pf.order_id"]) == ("order_placed", "ord_3")


async def test_reading_cancelling_and_listing(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /trading/order/ord_1", order(status="open", filled_quantity=0, fill_price=None))
    venue.on("DELETE /trading/order/ord_1", order(status="cancelled", filled_quantity=0, fill_price=None))
    venue.on("GET /trading/orders", {"orders": [order(), order(order_id="ord_2")]})
    venue.on("GET /trading/positions", {"positions": [{"position_id": "pos_1", "asset": "BTC", "quantity": 0.01}]})
    venue.on("GET /markets/BTC", b'{"asset":"BTC","price":68000.1,"implied_vol":0.58,"history":[1,"x",2.5]}')
    since = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
    async with venue.client() as flea:
        with record.agent.cycle():
            assert (await flea.trading.order("ord_1")).state == "open"
            assert (await flea.trading.cancel("ord_1")).state == "cancelled"
            assert [one.order_id for one in await flea.trading.orders(since)] == ["ord_1", "ord_2"]
            (position,) = await flea.trading.positions()
            market = await flea.trading.market("BTC")
    assert venue.requests[2].url.params["since"] == "2026-11-20T10:00:00+00:00"
    assert position.quantity == Decimal("0.01")
    assert (market.price, market.implied_vol) == (Decimal("68000.1"), Decimal("0.58"))
    assert market.history == (Decimal(1), Decimal("2.5"))
    assert [span.name for span in record.spans if span.name.startswith("pf.")] == [
        "pf.trade.read",
        "pf.trade.cancel",
        "pf.trade.list",
        "pf.trade.positions",
        "pf.market.read",
    ]
    assert all("?" not in span.attributes.get("url.full", "") for span in record.spans)


async def test_a_market_without_a_price_is_no_answer(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /markets/BTC", {"asset": "BTC"})
    venue.on("GET /markets/DOGE", httpx.Response(404, json={"code": "MARKET_NOT_FOUND"}))
    async with venue.client() as flea:
        with pytest.raises(Unreachable, match="no price"):
            await flea.trading.market("BTC")
        with pytest.raises(NotFoundError, match="MARKET_NOT_FOUND"):
            await flea.trading.market("DOGE")


@pytest.mark.parametrize(
    "call",
    [
        lambda flea: flea.trading.execute("BTC", "long", 1),
        lambda flea: flea.trading.execute("BTC", "buy", 0),
        lambda flea: flea.trading.execute("BTC", "buy", Decimal("NaN")),
        lambda flea: flea.trading.execute("BTC", "buy", "much"),
        lambda flea: flea.trading.execute("BTC", "buy", True),
        lambda flea: flea.trading.limit("BTC", "buy", 1, limit_price=-1),
        lambda flea: flea.trading.close(),
        lambda flea: flea.trading.close(asset="BTC", position_id="pos_1"),
        lambda flea: flea.trading.orders(dt.datetime(2026, 11, 20)),
        lambda flea: flea.escrow.create(0, "ag_1", "nothing"),
    ],
)
async def test_an_argument_without_sense_sends_nothing(venue: FakeVenue, call) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match=r"must be|give either|time zone"):
            await call(flea)
    assert venue.requests == []


async def test_without_an_agent_the_client_works_all_the_same() -> None:
    from fleaglass.testing import TickingClock

    venue = FakeVenue(TickingClock())
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        assert (await flea.trading.execute("BTC", "buy", 1)).confirmed
    assert "traceparent" not in venue.requests[0].headers


async def test_an_answer_that_is_older_than_the_last_changes_nothing(record: Recording, venue: FakeVenue) -> None:
    """A read may be served by a replica that lags behind: a fill stays a fill."""
    venue.on("POST /trading/order", order())
    venue.on("GET /trading/order/ord_1", order(status="open", filled_quantity=0, fill_price=None))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01", confirm_timeout=0)
    assert (placed.state, placed.filled_quantity, placed.fill_price) == ("filled", Decimal("0.01"), Decimal("68027.2"))
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "filled"


async def test_the_poll_waits_as_long_as_the_venue_asks(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None))
    busy = [httpx.Response(429, headers={"Retry-After": seconds}) for seconds in ("3", "60")]
    venue.on("GET /trading/order/ord_1", *busy)
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01", confirm_timeout=10)
    assert placed.state == "open"
    assert venue.slept == [3.0]


async def test_a_partial_fill_has_a_rate(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(status="open", filled_quantity=0.004))
    venue.on("GET /trading/order/ord_1", order(status="cancelled", filled_quantity=0.004))
    async with venue.client() as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", "0.01")
    assert placed.fill_rate == Decimal("0.4")
    assert record.one("pf.trade.execute").attributes["pf.fill_rate"] == 0.4


async def test_an_order_that_reduces_a_position_realises_something(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order(realized_pnl_usd=2.5))
    venue.on("GET /trading/order/ord_1", order(realized_pnl_usd=2.5))
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.execute("BTC", "sell", "0.01")
    assert record.one("pf.trade.execute").attributes["pf.pnl_usd"] == 2.5
    assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == 2.5


async def test_a_read_of_the_poll_waits_no_longer_than_the_poll(record: Recording, venue: FakeVenue) -> None:
    waits: list[float] = []

    def slow(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"]["read"])
        venue.clock.advance(waits[-1])
        raise httpx.ReadTimeout("slow")

    venue.on("POST /trading/order", order(status="open", filled_quantity=0, fill_price=None))
    venue.on("GET /trading/order/ord_1", slow)
    async with venue.client(timeout=20) as flea:
        with record.agent.cycle():
            began = venue.clock.wall_ns()
            await flea.trading.execute("BTC", "buy", "0.01", confirm_timeout=3)
            took_s = (venue.clock.wall_ns() - began) / 1e9
    assert max(waits) <= 3
    assert took_s < 3.6


async def test_a_price_is_read_before_an_order_of_the_guide_when_it_is_asked_for(
    record: Recording, venue: FakeVenue
) -> None:
    """The guide's answers name the price that was expected; one that does not is measured by what was read."""
    venue.on("GET /markets/BTC", {"asset": "BTC", "price": 68000})
    venue.on("GET /trading/positions", {"positions": [{"position_id": "pos_1", "asset": "BTC", "mark_price": 68000}]})
    venue.on("POST /trading/order", order(expected_price=None))
    venue.on("GET /trading/order/ord_1", order(expected_price=None))
    closed = {"position_id": "pos_1", "order_id": "ord_2", "asset": "BTC", "side": "sell", "exit_price": 67972.8}
    venue.on("POST /trading/position/close", closed)
    async with venue.client() as flea:
        with record.agent.cycle():
            plain = await flea.trading.execute("BTC", "buy", "0.01", confirm_timeout=0)
            measured = await flea.trading.execute("BTC", "buy", "0.01", reference=True, confirm_timeout=0)
            by_asset = await flea.trading.close(asset="BTC", reference=True)
            by_id = await flea.trading.close(position_id="pos_1", reference=True)
    assert (plain.slippage_bps, measured.slippage_bps) == (None, Decimal("4.0000"))
    assert by_asset.slippage_bps == by_id.slippage_bps == Decimal("4.0000")
    assert [one for one in venue.asked if one.startswith("POST")] == [
        *["POST /trading/order"] * 2,
        *["POST /trading/position/close"] * 2,
    ]
    assert body_of(venue.requests[-1]) == {"position_id": "pos_1"}
    assert venue.asked.count("GET /markets/BTC") == 2


async def test_leverage_where_there_is_none_is_refused(venue: FakeVenue) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match="leverage must be left out"):
            await flea.trading.execute("BTC", "buy", 1, leverage=2)
    assert venue.requests == []
