"""A lost answer is looked for at the venue, and only what is certain is said. Nothing is ever sent twice."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown, Resolution
from tests.unit.venue.fake import FakeVenue, body_of, order
from tests.unit.venue.reading_back.lost import (
    EARLIER,
    LOST,
    ORDERS,
    PLACE,
    buy,
    listed,
    showing,
    spends,
    unfolded,
)


async def test_an_order_that_is_there_is_the_answer(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed(order_id="ord_0") | EARLIER, listed())
    placed = await buy(record, venue)
    assert (placed.order_id, placed.state, placed.confirmed) == ("ord_1", "filled", True)
    assert placed.slippage_bps == Decimal("4.0000")
    assert spends(venue) == [PLACE]
    assert (
        record.tree()
        == """\
agent.decision_cycle
  pf.trade.execute
    POST /trading/order ERROR ReadError
    pf.trade.reconcile
      GET /trading/orders
    pf.trade.confirmation_poll
      GET /trading/order/{order_id}"""
    )
    execute = record.one("pf.trade.execute")
    assert (execute.status, execute.attributes["pf.order.state"]) == ("unset", "filled")
    (resolved,) = [event for event in execute.events if event.name == "order_resolved"]
    assert dict(resolved.attributes) == {"pf.order.state": "filled", "pf.order_id": "ord_1"}
    assert "order_unknown" not in [event.name for event in execute.events]
    reconcile = record.one("pf.trade.reconcile").attributes
    assert (reconcile["pf.order.state"], reconcile["pf.order_id"], reconcile["pf.poll_count"]) == ("filled", "ord_1", 1)
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "order_placed"


async def test_an_order_that_is_not_there_was_not_placed(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed(order_id="ord_0", quantity=0.02))
    with pytest.raises(NotPlacedError, match="looking showed that nothing happened") as caught:
        await buy(record, venue)
    assert spends(venue) == [PLACE]
    assert sum(venue.slept) <= 10
    assert caught.value.resolution == Resolution("not_placed", "the venue does not have it")
    assert caught.value.asset == "BTC"
    execute = record.one("pf.trade.execute")
    assert (execute.status, execute.attributes["pf.order.state"]) == ("error", "not_placed")
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.cycle_reason"]) == ("failed", "NotPlacedError")


async def test_an_order_that_shows_up_late_is_found(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue)
    late = showing(venue, listed(status="open", filled_quantity=0))
    venue.on(ORDERS, {"orders": []}, httpx.Response(503), late)
    assert (await buy(record, venue)).confirmed
    assert record.one("pf.trade.reconcile").attributes["pf.poll_count"] == 3


@pytest.mark.parametrize(
    ("orders", "reason"),
    [
        ((listed(), listed(order_id="ord_2")), "it cannot be told from others that look the same"),
        (None, "the venue did not answer when it was looked for"),
    ],
)
async def test_what_cannot_be_told_stays_unknown(record: Recording, venue: FakeVenue, orders: Any, reason: str) -> None:
    unfolded(venue, *(orders or ()))
    if orders is None:
        venue.on(ORDERS, httpx.ConnectError("refused"))
    with pytest.raises(OutcomeUnknown) as caught:
        await buy(record, venue)
    assert caught.value.resolution == Resolution("unknown", reason)
    assert spends(venue) == [PLACE]
    execute = record.one("pf.trade.execute")
    assert execute.attributes["pf.order.state"] == "unknown"
    assert "order_unknown" in [event.name for event in execute.events]
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


@pytest.mark.parametrize(
    "other",
    [
        {"asset": "ETH"},
        {"side": "sell"},
        {"quantity": 0.011},
        {"order_type": "limit"},
        EARLIER,
    ],
)
async def test_another_order_is_not_mistaken_for_ours(record: Recording, venue: FakeVenue, other: dict) -> None:
    unfolded(venue, listed(**other))
    with pytest.raises(NotPlacedError):
        await buy(record, venue)


@pytest.mark.parametrize(
    "orders",
    [
        "none",
        None,
        {"unexpected": True},
        [None],
        ["ord_1"],
        [{"order": listed()}],
        [listed(order_id=None)],
        [listed(asset=7)],
        [listed(side="?")],
        [listed(quantity={"value": 0.01}, filled_quantity=None)],
        [listed(order_type=7)],
        [listed(created_at="lately")],
    ],
)
async def test_a_list_that_cannot_be_read_does_not_say_that_nothing_happened(
    record: Recording, venue: FakeVenue, orders: Any
) -> None:
    """Nor does one with a line that is no order, or such an order as ours as far as it can be read."""
    unfolded(venue)
    venue.on(ORDERS, showing(venue, *orders) if isinstance(orders, list) else {"orders": orders})
    with pytest.raises(OutcomeUnknown):
        await buy(record, venue)
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


async def test_a_limit_order_is_looked_for_with_its_limit(record: Recording, venue: FakeVenue) -> None:
    mine = listed(order_type="limit", limit_price=100, status="open", filled_quantity=0, fill_price=None)
    unfolded(venue, mine | {"order_id": "ord_0"} | EARLIER, mine)
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle():
            placed = await flea.trading.limit("BTC", "buy", Decimal("0.01"), limit_price=100)
    assert (placed.order_id, placed.state) == ("ord_1", "open")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("cancelled", "cancelled"),
        ("open", NotPlacedError),
        ("filled", NotPlacedError),
        ("queued", OutcomeUnknown),
    ],
)
async def test_a_cancellation_is_told_by_the_order(
    record: Recording, venue: FakeVenue, status: str, outcome: Any
) -> None:
    venue.on("DELETE /trading/order/ord_1", LOST)
    venue.on("GET /trading/order/ord_1", order(status=status, filled_quantity=0, fill_price=None))
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            if isinstance(outcome, str):
                assert (await flea.trading.cancel("ord_1")).state == outcome
            else:
                with pytest.raises(outcome):
                    await flea.trading.cancel("ord_1")
    assert spends(venue) == ["DELETE /trading/order/ord_1"]


@pytest.mark.parametrize("answer", [{}, {"order_id": None}, {"unknown": 1}])
async def test_a_success_that_says_nothing_is_a_lost_answer(
    record: Recording, venue: FakeVenue, answer: dict[str, Any]
) -> None:
    unfolded(venue, listed())
    venue.on(PLACE, answer)
    assert (await buy(record, venue)).order_id == "ord_1"
    venue.on("POST /trading/position/close", answer)
    venue.on("POST /escrow/create", answer)
    async with venue.client() as flea:
        with pytest.raises(OutcomeUnknown, match="the answer has no readable order_id"):
            await flea.trading.close(asset="BTC")
        with pytest.raises(OutcomeUnknown, match="the answer has no readable escrow_id"):
            await flea.escrow.create(25, "ag_b", "work")


async def test_on_live_the_history_tells(record: Recording, venue: FakeVenue) -> None:
    """What was asked for in USD filled at another value; the list of executions is in another language."""
    venue.on("GET /trading/v1/markets/BTC", {"price": 68000})
    venue.on("POST /trading/v1/trade/open", LOST)
    trade = {
        "orderId": "ord_7",
        "coin": "BTC",
        "side": "long",
        "sizeUsd": 680.27,
        "price": 68027,
        "fee": 0.37,
    }
    other = trade | {"orderId": "ord_8", "createdAt": EARLIER["created_at"]}
    venue.on(
        "GET /trading/v1/trade/history",
        lambda request: {"trades": [other, trade | {"createdAt": venue.now().isoformat()}]},
    )
    venue.on("GET /trading/v1/trade/limit-orders", {"pending": [], "filled": [], "cancelled": []})
    async with venue.live(resolve_timeout=10) as flea:
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    assert (placed.order_id, placed.state, placed.fill_price, placed.fee_usd) == (
        "ord_7",
        "filled",
        Decimal(68027),
        Decimal("0.37"),
    )
    assert placed.filled_quantity == Decimal("0.01000000")
    assert body_of(venue.requests[1]) == {"coin": "BTC", "side": "long", "size_usd": 680}
    assert len(spends(venue)) == 1


@pytest.mark.parametrize("others", [19, 20])
async def test_a_page_that_does_not_reach_back_does_not_say_that_nothing_happened(
    record: Recording, venue: FakeVenue, others: int
) -> None:
    """It may be the last of several."""
    unfolded(venue, *(listed(order_id=f"ord_{number}", quantity=1) for number in range(2, others + 2)))
    with pytest.raises(NotPlacedError if others < 20 else OutcomeUnknown) as caught:
        await buy(record, venue)
    assert caught.value.resolution is not None
    if others == 20:
        assert caught.value.resolution.reason == "the venue's list does not reach back to when it was sent"
        unfolded(venue, *(listed(order_id=f"ord_{number}", quantity=1) for number in range(2, 22)), listed() | EARLIER)
        with pytest.raises(NotPlacedError):
            await buy(record, venue)


async def test_a_limit_order_may_be_listed_by_the_moment_it_filled(record: Recording, venue: FakeVenue) -> None:
    """On live the list of executions has no other, and an order that filled after an hour is still the one."""
    venue.on("POST /trading/v1/trade/limit", LOST)
    venue.on("GET /trading/v1/trade/history", httpx.ConnectError("refused"))
    venue.on("GET /trading/v1/trade/limit-orders", {"pending": [], "filled": [], "cancelled": []})
    async with venue.live(resolve_timeout=1) as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.limit("BTC", "buy", Decimal("0.01"), limit_price=60_000)
        venue.clock.advance(3_600)
        filled = {"orderId": "ord_7", "coin": "BTC", "side": "long", "sizeUsd": 600, "price": 60_000, "fee": 0.33}
        venue.on(
            "GET /trading/v1/trade/history",
            lambda request: {"trades": [filled | {"createdAt": venue.now().isoformat()}]},
        )
        with record.agent.cycle():
            assert (await flea.resolve(caught.value)).order_id == "ord_7"
