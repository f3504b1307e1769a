"""A lost answer is looked for at the venue, and only what is certain is said. Nothing is ever sent twice."""

import asyncio
import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import ConflictError, NotPlacedError, OutcomeUnknown, PurpleFlea, Resolution
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, body_of, order

LOST = httpx.ReadTimeout("no answer")
ORDERS, PLACE = "GET /trading/orders", "POST /trading/order"


def listed(**changes: Any) -> dict[str, Any]:
    """An order in the venue's list, filled."""
    return order(asset="BTC", side="buy", order_type="market", quantity=0.01, realized_pnl_usd=0) | changes


def spends(venue: FakeVenue) -> list[str]:
    return [request for request in venue.asked if not request.startswith("GET")]


async def buy(record: Recording, venue: FakeVenue, **options: Any) -> Any:
    async with venue.client(resolve_timeout=10, **options) as flea:
        with record.agent.cycle():
            return await flea.trading.execute("BTC", "buy", Decimal("0.01"))


def unfolded(venue: FakeVenue, *orders: dict[str, Any]) -> None:
    venue.on(PLACE, LOST)
    venue.on(ORDERS, {"orders": list(orders)})
    venue.on("GET /trading/order/ord_1", order())


async def test_an_order_that_is_there_is_the_answer(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed(order_id="ord_0", side="sell"), listed())
    placed = await buy(record, venue)
    assert (placed.order_id, placed.state, placed.confirmed) == ("ord_1", "filled", True)
    assert placed.slippage_bps == Decimal("4.0000")
    assert spends(venue) == [PLACE]
    assert (
        record.tree()
        == """\
agent.decision_cycle
  pf.trade.execute
    POST /trading/order ERROR ReadTimeout
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
    venue.on(ORDERS, {"orders": []}, httpx.Response(503), {"orders": [listed(status="open", filled_quantity=0)]})
    assert (await buy(record, venue)).confirmed
    assert record.one("pf.trade.reconcile").attributes["pf.poll_count"] == 3


async def test_it_asks_for_what_was_placed_since_a_minute_before(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed())
    began = dt.datetime.fromtimestamp(venue.clock.wall_ns() / 1e9, dt.UTC)
    await buy(record, venue)
    (asked,) = [request for request in venue.requests if request.url.path.endswith("/orders")]
    since = dt.datetime.fromisoformat(asked.url.params["since"])
    assert dt.timedelta(seconds=59) < began - since <= dt.timedelta(seconds=60)


async def test_a_venue_whose_clock_is_behind_is_asked_by_its_own_clock(record: Recording, venue: FakeVenue) -> None:
    """Else its list since "now" would be empty, and an order that is there be called not placed."""
    now = dt.datetime.fromtimestamp(venue.clock.wall_ns() / 1e9, dt.UTC)
    behind = now - dt.timedelta(hours=2)
    market = {"price": 1}
    headers = {"Date": behind.strftime("%a, %d %b %Y %H:%M:%S GMT")}
    venue.on("GET /markets/BTC", httpx.Response(200, json=market, headers=headers))
    unfolded(venue, listed(created_at=behind.isoformat()))
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle():
            await flea.trading.market("BTC")
            assert (await flea.trading.execute("BTC", "buy", Decimal("0.01"))).order_id == "ord_1"


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
        {"created_at": "2001-01-01T00:00:00Z"},
    ],
)
async def test_another_order_is_not_mistaken_for_ours(record: Recording, venue: FakeVenue, other: dict) -> None:
    unfolded(venue, listed(**other))
    with pytest.raises(NotPlacedError):
        await buy(record, venue)


@pytest.mark.parametrize("orders", ["none", None, {"unexpected": True}, [listed(order_id=None)]])
async def test_a_list_that_cannot_be_read_does_not_say_that_nothing_happened(
    record: Recording, venue: FakeVenue, orders: Any
) -> None:
    """Nor does one that has such an order, but not its id."""
    unfolded(venue)
    venue.on(ORDERS, {"orders": orders})
    with pytest.raises(OutcomeUnknown):
        await buy(record, venue)
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


async def test_an_order_answered_or_seen_before_is_another(record: Recording, venue: FakeVenue) -> None:
    """The same order every cycle is what most strategies do."""
    venue.on(PLACE, order(), LOST)
    venue.on("GET /trading/order/ord_1", order())
    venue.on(ORDERS, {"orders": [listed(order_id="ord_0")]}, {"orders": [listed(order_id="ord_0"), listed()]})
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle():
            await flea.trading.orders()
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        with record.agent.cycle(), pytest.raises(NotPlacedError):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))


async def test_two_alike_orders_both_lost_are_told_apart_by_nothing(record: Recording, venue: FakeVenue) -> None:
    sent = asyncio.Barrier(2)

    async def answer(request: httpx.Request) -> httpx.Response:
        venue.requests.append(request)
        await asyncio.sleep(0)
        if request.method == "GET":
            return httpx.Response(200, json={"orders": [listed()]})
        await sent.wait()
        raise LOST

    flea = PurpleFlea(API_KEY, base_url=BASE_URL, transport=httpx.MockTransport(answer), resolve_timeout=0.5)
    async with flea:
        with record.agent.cycle():
            results = await asyncio.gather(
                *(flea.trading.execute("BTC", "buy", Decimal("0.01")) for _ in range(2)), return_exceptions=True
            )
        assert [type(result) for result in results] == [OutcomeUnknown, OutcomeUnknown]
        assert len(flea.unresolved()) == 2
    assert spends(venue) == [PLACE, PLACE]


async def test_a_found_order_is_nobody_elses_later(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed())
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            assert (await flea.trading.execute("BTC", "buy", Decimal("0.01"))).order_id == "ord_1"
        with record.agent.cycle(), pytest.raises(NotPlacedError):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))


async def test_being_cancelled_leaves_it_to_be_resolved_later(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, lambda request: asyncio.CancelledError())
    venue.on(ORDERS, {"orders": [listed()]})
    async with venue.client(resolve_timeout=10) as flea:
        with pytest.raises(asyncio.CancelledError), record.agent.cycle():
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"
        (error,) = flea.unresolved()
        assert (error.asset, error.intent["quantity"]) == ("BTC", Decimal("0.01"))
        with record.agent.cycle():
            placed = await flea.resolve(error)
        assert (placed.order_id, placed.state) == ("ord_1", "filled")
        assert flea.unresolved() == ()
    assert spends(venue) == [PLACE]


async def test_an_error_that_was_kept_can_be_resolved_by_another_process(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue)
    venue.on(ORDERS, httpx.ConnectError("refused"))
    with pytest.raises(OutcomeUnknown) as caught:
        await buy(record, venue)
    kept = pickle.loads(pickle.dumps(caught.value))
    venue.on(ORDERS, {"orders": [listed()]})
    async with venue.client(resolve_timeout=10) as flea:
        assert (await flea.resolve(kept)).order_id == "ord_1"
        with pytest.raises(ValueError, match="does not tell of a request"):
            await flea.resolve(OutcomeUnknown("an author's own"))


async def test_a_limit_order_is_looked_for_with_its_limit(record: Recording, venue: FakeVenue) -> None:
    mine = listed(order_type="limit", limit_price=100, status="open", filled_quantity=0, fill_price=None)
    unfolded(venue, mine | {"order_id": "ord_0", "limit_price": 101}, mine)
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle():
            placed = await flea.trading.limit("BTC", "buy", Decimal("0.01"), limit_price=100)
    assert (placed.order_id, placed.state) == ("ord_1", "open")


@pytest.mark.parametrize(
    ("status", "outcome"), [("cancelled", "cancelled"), ("open", NotPlacedError), ("queued", OutcomeUnknown)]
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


@pytest.mark.parametrize(
    ("held", "orders", "outcome"),
    [
        ([], [listed(side="sell", realized_pnl_usd=2.5)], Decimal("2.5")),
        ([{"asset": "BTC", "position_id": "pos_1"}], [], NotPlacedError),
        ([], [], OutcomeUnknown),
        ([{"asset": "BTC", "position_id": "pos_2"}], [listed(side="sell", realized_pnl_usd=2.5)], OutcomeUnknown),
    ],
)
async def test_a_closed_position_is_told_by_its_absence_and_its_order(
    record: Recording, venue: FakeVenue, held: list, orders: list, outcome: Any
) -> None:
    venue.on("POST /trading/position/close", LOST)
    venue.on("GET /trading/positions", {"positions": held})
    venue.on(ORDERS, {"orders": orders})
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            if isinstance(outcome, Decimal):
                closed = await flea.trading.close(asset="BTC")
                assert (closed.realized_pnl_usd, closed.order_id, closed.side) == (outcome, "ord_1", "sell")
                assert closed.exit_price == Decimal("68027.2")
            else:
                with pytest.raises(outcome):
                    await flea.trading.close(asset="BTC")
    assert spends(venue) == ["POST /trading/position/close"]
    if isinstance(outcome, Decimal):
        assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == 2.5


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


async def test_escrows_are_looked_for(record: Recording, venue: FakeVenue) -> None:
    mine = {"escrow_id": "esc_2", "status": "funded", "amount_usd": 25, "counterparty_id": "ag_b", "conditions": "work"}
    venue.on("POST /escrow/create", LOST)
    venue.on("GET /escrow", {"escrows": [mine | {"escrow_id": "esc_1", "amount_usd": 24}, mine]})
    venue.on("POST /escrow/esc_2/release", LOST)
    venue.on("GET /escrow/esc_2", mine | {"status": "released"})
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
    venue.on("POST /casino/bet", LOST)
    venue.on("GET /casino/history", {"bets": [bet]})
    venue.on("POST /domains/register", LOST)
    venue.on("GET /domains", {"domains": [{"domain_id": "dom_1", "domain": "Agent.dev", "cost_usd": 12}]})
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            assert (await flea.casino.bet("dice", 1)).pnl_usd == -1
            assert (await flea.domains.register("agent.dev")).domain_id == "dom_1"
            with pytest.raises(NotPlacedError):
                await flea.domains.register("another.dev")
    assert record.one("pf.casino.reconcile").attributes["pf.order.state"] == "done"
    assert len(spends(venue)) == 3


async def test_what_leaves_nothing_to_be_found_is_unknown_at_once(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /wallet/w_1/send", LOST)
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle(), pytest.raises(OutcomeUnknown) as caught:
            await flea.wallet.send("w_1", "USDC", 1, "0x1")
    assert caught.value.resolution == Resolution("unknown", "the venue has no list to look in")
    assert venue.slept == []


async def test_a_refusal_is_no_lost_answer(record: Recording, venue: FakeVenue) -> None:
    venue.on("DELETE /trading/order/ord_1", httpx.Response(409, json={"code": "INVALID_STATUS"}))
    async with venue.client(resolve_timeout=10) as flea:
        with record.agent.cycle(), pytest.raises(ConflictError):
            await flea.trading.cancel("ord_1")
    assert venue.asked == ["DELETE /trading/order/ord_1"]


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
        "createdAt": dt.datetime.fromtimestamp(venue.clock.wall_ns() / 1e9, dt.UTC).isoformat(),
    }
    others = [trade | {"orderId": "ord_8", "side": "short"}, trade | {"orderId": "ord_9", "sizeUsd": 900}]
    venue.on("GET /trading/v1/trade/history", {"trades": [*others, trade]})
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
