"""An order that fills when nobody looks: what it cost and brought is told once, by the read that finds it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.recorder import EndedSpan
from fleaglass.testing import Recording
from tests.unit.venue.fake import FakeVenue, events_of, order

PLACE, READ, LIST = "POST /trading/order", "GET /trading/order/ord_1", "GET /trading/orders"
OPEN = order(status="open", filled_quantity=0, fill_price=None, fee_usd=0, quantity=2, asset="ETH", side="sell")
FILLED = OPEN | {
    "status": "filled",
    "filled_quantity": 2,
    "fill_price": 3010,
    "expected_price": 3000,
    "fee_usd": 2.01,
    "realized_pnl_usd": 10.94,
}
TOLD = {
    "pf.asset": "ETH",
    "pf.expected_price": 3000.0,
    "pf.fee_usd": 2.01,
    "pf.fill_price": 3010.0,
    "pf.fill_quantity": 2.0,
    "pf.fill_rate": 1.0,
    "pf.order.state": "filled",
    "pf.order_id": "ord_1",
    "pf.pnl_usd": 10.94,
    "pf.quantity": 2.0,
    "pf.side": "sell",
    "pf.slippage_bps": -33.3333,
}


def told(span: EndedSpan) -> dict[str, Any]:
    """What it says of an order."""
    return {name: value for name, value in span.attributes.items() if name in TOLD}


def fills(record: Recording) -> list[str]:
    """The spans that tell of a fill."""
    return [span.name for span in record.spans for event in events_of(span) if event.name == "order_filled"]


async def limit(record: Recording, flea: Any) -> None:
    with record.agent.cycle():
        await flea.trading.limit("ETH", "sell", 2, limit_price=3010)


async def test_a_limit_order_that_fills_later(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, OPEN)
    venue.on(READ, OPEN, FILLED)
    async with venue.client() as flea:
        await limit(record, flea)
        for _ in range(3):
            with record.agent.cycle():
                await flea.trading.order("ord_1")
    waiting, first, again = record.named("pf.trade.read")
    assert told(first) == TOLD
    assert told(waiting) == {"pf.order_id": "ord_1", "pf.order.state": "open"}
    assert told(again) == {"pf.order_id": "ord_1", "pf.order.state": "filled"}
    assert fills(record) == ["pf.trade.read"]
    cycles = record.named("agent.decision_cycle")
    assert [cycle.attributes["pf.cycle_outcome"] for cycle in cycles] == ["order_placed", *["completed"] * 3]
    assert [cycle.attributes.get("pf.pnl_usd") for cycle in cycles] == [None, None, 10.94, None]


async def test_another_client_of_the_same_agent_may_read_it(record: Recording, venue: FakeVenue) -> None:
    """One client for each cycle."""
    venue.on(PLACE, OPEN)
    venue.on(READ, FILLED)
    async with venue.client() as flea:
        await limit(record, flea)
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.order("ord_1")
    assert told(record.one("pf.trade.read")) == TOLD


async def test_a_list_tells_of_each_order_that_filled_in_an_operation_of_its_own(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on(PLACE, OPEN, OPEN | {"order_id": "ord_2"})
    elsewhere = [FILLED | {"order_id": name} for name in ("ord_7", "ord_8")]  # of an earlier life, or another agent's
    venue.on(LIST, {"orders": [*elsewhere, FILLED, OPEN | {"order_id": "ord_2"}, OPEN | {"order_id": "ord_9"}]})
    async with venue.client() as flea:
        await limit(record, flea)
        await limit(record, flea)
        with record.agent.cycle():
            await flea.trading.orders()
        venue.on(LIST, {"orders": [FILLED | {"order_id": f"ord_{number}"} for number in (1, 2, 7, 8, 9)]})
        with record.agent.cycle():
            await flea.trading.orders()
    assert (
        record.tree().partition("pf.trade.list")[2]
        == """
    GET /trading/orders
    pf.trade.read
agent.decision_cycle
  pf.trade.list
    GET /trading/orders
    pf.trade.read"""
    )
    first, second = record.named("pf.trade.read")
    assert told(first) == TOLD
    assert told(second) == TOLD | {"pf.order_id": "ord_2"}


async def test_an_order_of_an_earlier_life_that_is_read_by_its_id_while_it_waits(
    record: Recording, venue: FakeVenue
) -> None:
    venue.on(READ, OPEN, FILLED)
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.order("ord_1")
            await flea.trading.order("ord_1")
    assert fills(record) == ["pf.trade.read"]


async def test_what_is_cancelled_after_a_part_of_it_was_filled(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, OPEN)
    venue.on("DELETE /trading/order/ord_1", FILLED | {"status": "cancelled", "filled_quantity": 0.5})
    async with venue.client() as flea:
        await limit(record, flea)
        with record.agent.cycle():
            await flea.trading.cancel("ord_1")
    cancel = record.one("pf.trade.cancel")
    assert told(cancel) == TOLD | {"pf.order.state": "cancelled", "pf.fill_quantity": 0.5, "pf.fill_rate": 0.25}
    assert fills(record) == ["pf.trade.cancel"]
    assert record.named("agent.decision_cycle")[1].attributes["pf.cycle_outcome"] == "completed"


async def test_what_is_cancelled_unfilled_tells_of_no_fill(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, OPEN)
    venue.on("DELETE /trading/order/ord_1", OPEN | {"status": "cancelled"})
    async with venue.client() as flea:
        await limit(record, flea)
        with record.agent.cycle():
            await flea.trading.cancel("ord_1")
    assert told(record.one("pf.trade.cancel")) == {"pf.order_id": "ord_1", "pf.order.state": "cancelled"}
    assert fills(record) == []


@pytest.mark.parametrize("lost", [httpx.Response(503), httpx.ReadTimeout("slow")], ids=["503", "timeout"])
async def test_a_market_order_that_could_not_be_asked_for_in_time(
    record: Recording, venue: FakeVenue, lost: httpx.Response | Exception
) -> None:
    venue.on(PLACE, OPEN)
    venue.on(READ, lost)
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.execute("ETH", "sell", 2, confirm_timeout=1)
        venue.on(READ, FILLED)
        with record.agent.cycle():
            await flea.trading.order("ord_1")
    assert told(record.one("pf.trade.read")) == TOLD
    assert "pf.fee_usd" not in record.one("pf.trade.execute").attributes


async def test_profit_that_came_in_parts_adds_up(record: Recording, venue: FakeVenue) -> None:
    """What the order had realised when the time was up is not told again when the rest is."""
    part = FILLED | {"status": "partially_filled", "filled_quantity": 0.5, "realized_pnl_usd": 2.5, "fee_usd": 0.5}
    venue.on(PLACE, OPEN)
    venue.on(READ, part)
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.execute("ETH", "sell", 2, confirm_timeout=0)
        venue.on(READ, part, FILLED)
        with record.agent.cycle():
            await flea.trading.order("ord_1")
            await flea.trading.order("ord_1")
    execute, (_, read) = record.one("pf.trade.execute"), record.named("pf.trade.read")
    assert (execute.attributes["pf.pnl_usd"], read.attributes["pf.pnl_usd"]) == (2.5, 8.44)
    assert read.attributes["pf.fee_usd"] == 2.01
    assert record.agent.core.money.realized == Decimal("10.94")


async def test_on_live_a_fill_is_told_by_the_list_of_executions(record: Recording, venue: FakeVenue) -> None:
    """The list of limit orders calls filled what may only be simulated; and a cancellation does not say how much."""
    asked = {"order_id": "ord_1", "coin": "ETH", "side": "short", "size_usd": 6020, "limit_price": 3010}
    history, limits = "GET /trading/v1/trade/history", "GET /trading/v1/trade/limit-orders"
    venue.on("POST /trading/v1/trade/limit", {**asked, "status": "pending"})
    venue.on("DELETE /trading/v1/trade/limit-orders/ord_1", {"order_id": "ord_1", "status": "cancelled"})
    venue.on(history, {"trades": []})
    venue.on(limits, {"pending": [], "filled": [{**asked, "fill_price": 3010}], "cancelled": []})
    async with venue.live() as flea:
        await limit(record, flea)
        with record.agent.cycle():
            assert (await flea.trading.order("ord_1")).state == "unknown"
            await flea.trading.cancel("ord_1")
        assert fills(record) == []
        done = {"orderId": "ord_1", "coin": "ETH", "side": "short", "sizeUsd": 6020, "price": 3010}
        venue.on(history, {"trades": [{**done, "fee": 2.01, "realizedPnl": 10.94}]})
        with record.agent.cycle():
            await flea.trading.order("ord_1")
            await flea.trading.orders()
    assert fills(record) == ["pf.trade.read"]
    last = told(record.named("pf.trade.read")[-1])
    assert (last["pf.asset"], last["pf.side"], last["pf.fee_usd"], last["pf.pnl_usd"]) == ("ETH", "sell", 2.01, 10.94)
