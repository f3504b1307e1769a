"""Against the sandbox, in both profiles: what trading records equals the venue's books, and nothing is sent twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import LIVE, Access, NotFoundError, NotPlacedError, Order, PurpleFlea
from tests.unit.venue.town import PROFILES, Profile, Resident, Town, open_town

pytestmark = pytest.mark.parametrize("profile", PROFILES)


class Losing(httpx.AsyncBaseTransport):
    """Loses the answers to the next requests that spend: after the venue acted on them, or before."""

    def __init__(self, town: Town, *, acted: bool) -> None:
        self.town, self.acted = town, acted
        self.spends: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        spends = request.method != "GET"
        if spends:
            self.spends.append(request.url.path)
            if not self.acted:
                raise httpx.ReadError("reset")
        answer = await self.town.transport.handle_async_request(request)
        if spends:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return answer


def client(resident: Resident, profile: Profile, transport: Losing) -> PurpleFlea:
    async def at_once(seconds: float) -> None:
        return None

    options: dict[str, Any] = {"transport": transport, "sleep": at_once, "resolve_timeout": 0.2}
    account = resident.account
    access: dict[str, Any] = {"api_key": account["api_key"], "base_url": account["base_url"]}
    if profile == "live":
        services = {
            name: Access(api_key=one["api_key"], base_url=one["base_url"]) for name, one in account["live"].items()
        }
        access = {"profile": LIVE, "services": services}
    return PurpleFlea(**access, **options)


async def books(town: Town) -> dict[str, Any]:
    agent: dict[str, Any] = (await town.books("ada"))["agents"]["ada"]
    return agent


async def test_what_is_recorded_is_what_the_books_say(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        flea = (await town.resident("ada")).by(profile)
        with record.agent.cycle():
            placed = await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82)
            town.desk.market.set("BTC", 66_000)
            (position,) = await flea.trading.positions()
            closed = await flea.trading.close(asset="BTC")
        (opening, closing) = (await books(town))["orders"]
    assert isinstance(placed, Order)
    assert (placed.state, placed.confirmed, placed.order_id) == ("filled", True, opening["order_id"])
    assert (str(placed.fill_price), placed.fee_usd) == (str(opening["fill_price"]), Decimal(str(opening["fee_usd"])))
    assert abs(placed.filled_quantity - Decimal(str(opening["filled_quantity"]))) <= Decimal("1e-6")
    assert placed.expected_price == 60_000
    assert placed.slippage_bps == ((placed.fill_price - 60_000) / 6).quantize(Decimal("0.0001"))
    assert (position.position_id, position.side) == (closed.position_id, "long")
    assert closed.realized_pnl_usd == Decimal(str(closing["realized_pnl_usd"]))
    assert closed.fee_usd == Decimal(str(closing["fee_usd"]))
    assert (closed.order_id, closed.side) == (closing["order_id"], "sell")
    execute, close = record.one("pf.trade.execute").attributes, record.one("pf.trade.close").attributes
    assert execute["pf.fill_rate"] == 1.0
    assert (execute["pf.slippage_bps"], execute["pf.fee_usd"]) == (float(placed.slippage_bps), float(placed.fee_usd))
    assert close["pf.pnl_usd"] == float(closed.realized_pnl_usd)
    assert close["pf.side"] == "sell"
    assert isinstance(close["pf.slippage_bps"], float)
    cycle = record.one("agent.decision_cycle").attributes
    assert (cycle["pf.cycle_outcome"], cycle["pf.pnl_usd"]) == ("order_placed", float(closed.realized_pnl_usd))


async def test_limit_orders_wait_fill_and_are_withdrawn(record: Recording, profile: Profile) -> None:
    async with open_town() as town:
        flea = (await town.resident("ada")).by(profile)
        with record.agent.cycle():
            waiting = await flea.trading.limit("ETH", "buy", Decimal("0.1"), limit_price=2_900)
            assert (waiting.state, waiting.quantity, waiting.order_type) == ("open", Decimal("0.1"), "limit")
            assert (await flea.trading.order(str(waiting.order_id))).state == "open"
            town.desk.market.set("ETH", 2_890)
            filled = await flea.trading.order(str(waiting.order_id))
            other = await flea.trading.limit("ETH", "buy", Decimal("0.1"), limit_price=2_500)
            assert (await flea.trading.cancel(str(other.order_id))).state == "cancelled"
            with pytest.raises(NotFoundError):
                await flea.trading.order("ord_none")
            states = {order.order_id: order.state for order in await flea.trading.orders()}
        assert (filled.state, filled.fill_price) == ("filled", 2_900)
        assert (states[waiting.order_id], states[other.order_id]) == ("filled", "cancelled")


@pytest.mark.parametrize("kind", ["market", "limit", "close"])
@pytest.mark.parametrize("acted", [True, False])
async def test_a_lost_answer_is_found_out(record: Recording, profile: Profile, kind: str, acted: bool) -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        await ada.by(profile).trading.execute("BTC", "buy", Decimal("0.001"))
        before = await books(town)
        losing = Losing(town, acted=acted)
        flea = client(ada, profile, losing)
        outcome: Any = None
        with record.agent.cycle() as cycle:
            try:
                if kind == "market":
                    outcome = await flea.trading.execute("BTC", "buy", Decimal("0.002"))
                elif kind == "limit":
                    outcome = await flea.trading.limit("BTC", "buy", Decimal("0.002"), limit_price=50_000)
                else:
                    outcome = await flea.trading.close(asset="BTC")
            except NotPlacedError as error:
                outcome = error
                cycle.skip("not_placed")
        after = await books(town)
    assert len(losing.spends) == 1
    new = after["orders"][len(before["orders"]) :]
    if acted:
        (order,) = new
        assert outcome.order_id == order["order_id"]
        state = "open" if kind == "limit" else "filled"
        assert record.spans[-1].attributes["pf.cycle_outcome"] == "order_placed"
    else:
        assert new == []
        assert isinstance(outcome, NotPlacedError)
        state = "not_placed"
        assert record.spans[-1].attributes["pf.cycle_outcome"] == "skipped"
    name = "pf.trade.close" if kind == "close" else "pf.trade.execute"
    span = record.named(name)[-1].attributes
    assert span["pf.order.state"] == state
    if acted and kind == "close":
        assert outcome.realized_pnl_usd == Decimal(str(order["realized_pnl_usd"]))
        assert span["pf.pnl_usd"] == float(outcome.realized_pnl_usd)


async def test_an_order_like_the_one_before_is_found_all_the_same(record: Recording, profile: Profile) -> None:
    """The same quantity every time is what most strategies trade. Another client of the account knows them as well."""
    async with open_town() as town:
        ada = await town.resident("ada")
        losing = Losing(town, acted=True)
        flea = client(ada, profile, losing)
        for _ in range(3):
            order = await flea.trading.execute("BTC", "buy", Decimal("0.001"))
            assert order.state == "filled"
        ids = [one["order_id"] for one in (await books(town))["orders"]]
        assert len(set(ids)) == len(losing.spends) == 3
        another = client(ada, profile, Losing(town, acted=False))
        with pytest.raises(NotPlacedError):
            await another.trading.execute("BTC", "buy", Decimal("0.001"))
