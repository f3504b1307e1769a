"""Whether a position was closed is told by its absence and by the order that closed it."""

from decimal import Decimal
from typing import Any

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown
from tests.unit.venue.fake import FakeVenue
from tests.unit.venue.faults.deeds import Deed
from tests.unit.venue.faults.judge import Seen
from tests.unit.venue.faults.scene import open_scene
from tests.unit.venue.reading_back.lost import LOST, ORDERS, in_another_process, listed, showing, spends
from tests.unit.venue.town import PROFILES, Profile

CLOSING = Deed("trading.close", "pf.trade.close", lambda flea, known: None)


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
    venue.on(ORDERS, showing(venue, *orders))
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


@pytest.mark.parametrize("fault", ["drop-ack", "reset"])
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_position_closed_by_its_id_is_found_out_too(record: Recording, profile: Profile, fault: str) -> None:
    """Where nothing tells its asset, either: nothing else of this process's can have filled."""
    async with open_scene(profile) as scene:
        flea = scene.client("ada")
        position = next(one for one in await flea.trading.positions() if one.asset == "ETH")
        before = await scene.control.books()
        await scene.control.faults(f"{fault}:trading.close")
        with record.agent.cycle():
            closing = flea.trading.close(position_id=position.position_id)
            if fault == "drop-ack":
                closed = await closing
                assert closed.position_id == position.position_id
                assert closed.realized_pnl_usd is not None
            else:
                with pytest.raises(NotPlacedError):
                    await closing
        assert len(Seen(CLOSING, before, await scene.control.books()).arrived()) == (4 if profile == "live" else 3)
        assert flea.unresolved() == ()


async def test_a_close_that_another_process_kept_knows_its_asset(record: Recording) -> None:
    async with open_scene("live") as scene:
        flea = scene.client("ada", resolve_timeout=0)
        await flea.trading.positions()
        await scene.control.faults("drop-ack:trading.close")
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.close(asset="ETH")
        await scene.control.faults()
        kept = in_another_process(caught.value)
        assert kept.intent["asset"] == "ETH"
        assert (await scene.client("ada").resolve(kept)).asset == "ETH"
