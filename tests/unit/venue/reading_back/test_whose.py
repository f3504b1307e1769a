"""What turns up is ours only if it can be nobody else's: no other client's, run's or program's."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown, PurpleFlea, memory
from fleaglass.venue.clocks import now
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order
from tests.unit.venue.faults.fate import Call, FatefulLine, fated
from tests.unit.venue.faults.scene import open_scene
from tests.unit.venue.reading_back.lost import LOST, ORDERS, PLACE, buy, listed, showing, spends, unfolded
from tests.unit.venue.town import PROFILES, Profile

ETH = ("ETH", "buy", Decimal("0.1"))


async def test_an_order_answered_or_seen_before_is_another(record: Recording, venue: FakeVenue) -> None:
    """The same order every cycle is what most strategies do."""
    venue.on(PLACE, order(), LOST)
    venue.on("GET /trading/order/ord_1", order())
    both = showing(venue, listed(order_id="ord_0"), listed())
    venue.on(ORDERS, showing(venue, listed(order_id="ord_0")), both)
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
            return httpx.Response(200, json=showing(venue, listed())(request))
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


@pytest.mark.parametrize("later_s", [0.1, 8, 70])
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_client_for_each_cycle_does_not_find_the_order_of_the_cycle_before(
    record: Recording, profile: Profile, later_s: float
) -> None:
    async with open_scene(profile) as scene:
        async with scene.client("ada") as flea:
            await flea.trading.execute(*ETH)
        scene.pass_time(later_s)
        await scene.control.faults("reset:trading.order")
        async with scene.client("ada") as flea:
            with pytest.raises(NotPlacedError):
                await flea.trading.execute(*ETH)


@pytest.mark.parametrize(("later_s", "error"), [(0, OutcomeUnknown), (70, OutcomeUnknown), (700, NotPlacedError)])
@pytest.mark.parametrize("profile", PROFILES)
async def test_an_order_of_the_run_before_is_not_taken(
    record: Recording, profile: Profile, later_s: float, error: Any
) -> None:
    """Right after a restart nobody can tell; later the venue's clock does, if only roughly."""
    async with open_scene(profile) as scene:
        await scene.client("ada").trading.execute(*ETH)
        memory._memories.clear()
        flea = scene.client("ada")
        flea._calls.memory("trading").began = now()
        scene.pass_time(later_s)
        await scene.control.faults("reset:trading.order")
        with pytest.raises(error):
            await flea.trading.execute(*ETH)


@pytest.mark.parametrize("other", [{"side": "sell"}, {"asset": "ETH"}])
async def test_orders_that_nobody_here_has_sent_make_every_order_doubtful(
    record: Recording, venue: FakeVenue, other: dict[str, str]
) -> None:
    """Whoever else uses the account may have sent this one, too."""
    unfolded(venue, listed(order_id="ord_7", **other), listed())
    with pytest.raises(OutcomeUnknown):
        await buy(record, venue)
    unfolded(venue, listed(order_id="ord_7", **other))
    with pytest.raises(NotPlacedError):  # there is none, whoever uses it
        await buy(record, venue)


@pytest.mark.parametrize("profile", PROFILES)
async def test_orders_that_are_almost_the_same_do_not_swap_their_ends(record: Recording, profile: Profile) -> None:
    """Where the venue's list tells sizes only roughly, nobody can say which of the two was placed."""
    async with open_scene(profile) as scene:
        assert scene.line is not None
        flea = scene.client("ada", transport=FatefulLine(scene.line))

        async def buy_eth(quantity: str, call: Call) -> Any:
            with fated(call):
                return await flea.trading.execute("ETH", "buy", Decimal(quantity))

        ends = await asyncio.gather(
            buy_eth("0.100", Call("reset")), buy_eth("0.103", Call("cut")), return_exceptions=True
        )
        if profile == "live":
            assert [type(end) for end in ends] == [OutcomeUnknown, OutcomeUnknown]
        else:
            assert type(ends[0]) is NotPlacedError
            assert ends[1].filled_quantity == Decimal("0.103")


async def test_a_close_and_a_sale_of_the_same_are_alike(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue)
    venue.on("POST /trading/position/close", LOST)
    venue.on("GET /trading/positions", {"positions": []})
    async with venue.client(resolve_timeout=0) as flea:
        for asking in (flea.trading.execute("BTC", "sell", Decimal("0.01")), flea.trading.close(asset="BTC")):
            with pytest.raises(OutcomeUnknown):
                await asking
        venue.on(ORDERS, showing(venue, listed(side="sell", realized_pnl_usd=1)))
        for error in flea.unresolved():
            with pytest.raises(OutcomeUnknown):
                await flea.resolve(error)


async def test_numbers_that_two_services_give_are_not_mixed_up(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /casino/bet", {"bet_id": 7, "game": "dice", "won": False, "payout_usd": 0})
    unfolded(venue, listed(order_id=7))
    venue.on("GET /trading/order/7", order(order_id=7))
    async with venue.client(resolve_timeout=1) as flea:
        await flea.casino.bet("dice", 1)
        assert (await flea.trading.execute("BTC", "buy", Decimal("0.01"))).order_id == "7"


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_swap_that_trades_is_not_taken_for_an_order(record: Recording, profile: Profile) -> None:
    """Its answer does not name the order it was made by."""
    async with open_scene(profile) as scene:
        flea = scene.client("ada")
        with record.agent.cycle():
            swap = await flea.wallet.swap(scene.known["wallet"], "USDC", "ETH", 30)
        assert swap.received is not None
        await scene.control.faults("reset:trading.order")
        with pytest.raises((OutcomeUnknown, NotPlacedError)):
            await flea.trading.execute("ETH", "buy", swap.received)


async def test_a_private_key_is_not_remembered(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /wallet/v1/wallet/send", LOST)
    async with venue.live() as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.wallet.send("0x2", "ETH", 1, "0x1", private_key="k" * 64)
        assert caught.value.sending is not None
        (spend,) = [flea._calls.memory("wallet").lost(caught.value.sending)]
        assert "k" * 64 not in repr(spend)
