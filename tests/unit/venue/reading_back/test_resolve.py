"""What is not known waits in a list, and can be asked for again, by whomever and however often."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown, sync
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order
from tests.unit.venue.faults.scene import open_scene
from tests.unit.venue.reading_back.lost import (
    LOST,
    ORDERS,
    PLACE,
    in_another_process,
    listed,
    showing,
    spends,
    unfolded,
)
from tests.unit.venue.town import PROFILES, Profile


async def test_being_cancelled_leaves_it_to_be_resolved_later(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, lambda request: asyncio.CancelledError())
    venue.on(ORDERS, showing(venue, listed()))
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


async def kept_by_a_process(venue: FakeVenue, *answers: Any) -> tuple[OutcomeUnknown, dict[str, str]]:
    """The error of the one of several orders whose answer is lost, and when that was placed if it was."""
    venue.on("GET /markets/BTC", {"price": 1})
    venue.on("GET /trading/order/ord_1", order())
    venue.on(PLACE, *answers)
    venue.on(ORDERS, httpx.ConnectError("refused"))
    async with venue.client(resolve_timeout=1) as flea:
        await flea.trading.market("BTC")  # from its answer it knows the venue's clock
        for _ in answers:
            with suppress(OutcomeUnknown):
                await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        (lost,) = flea.unresolved()
    assert lost.sent_at is not None
    return in_another_process(lost), {"created_at": lost.sent_at.isoformat()}


async def test_an_error_that_was_kept_can_be_resolved_by_another_process(record: Recording, venue: FakeVenue) -> None:
    kept, placed_then = await kept_by_a_process(venue, LOST)
    venue.on(ORDERS, showing(venue, listed() | placed_then))
    async with venue.client(resolve_timeout=10) as flea:
        assert (await flea.resolve(kept)).order_id == "ord_1"
        with pytest.raises(ValueError, match="does not tell of a request"):
            await flea.resolve(OutcomeUnknown("an author's own"))


@pytest.mark.parametrize("answers", [(order(), LOST), (LOST, order())], ids=["before", "after"])
async def test_another_process_takes_no_order_that_may_be_another_of_the_first(
    record: Recording, venue: FakeVenue, answers: Any
) -> None:
    """The order just before or after was the same, and only the process that is gone knew its id."""
    kept, placed_then = await kept_by_a_process(venue, *answers)
    venue.on(ORDERS, showing(venue, listed() | placed_then))
    async with venue.client(resolve_timeout=10) as flea:
        with pytest.raises(OutcomeUnknown):
            await flea.resolve(kept)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("fault", ["drop-ack", "reset"])
async def test_the_same_error_gives_the_same_answer_again(record: Recording, profile: Profile, fault: str) -> None:
    """One after the other, at the same time, from a copy: and what was earned is recorded once."""
    async with open_scene(profile) as scene:
        flea = scene.client("ada")
        await scene.control.faults(f"{fault}:casino.bet", "error:500:casino.history")
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.casino.bet("coin_flip", 1, side="heads")
        await scene.control.faults()
        with record.agent.cycle():
            both = await asyncio.gather(*(flea.resolve(caught.value) for _ in range(2)), return_exceptions=True)
        again = (await asyncio.gather(scene.client("ada").resolve(caught.value), return_exceptions=True))[0]
        if fault == "reset":
            assert [type(end) for end in (*both, again)] == [NotPlacedError] * 3
            return
        assert both[0] == both[1] == again
        assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == float(again.pnl_usd)
        assert len([span for span in record.named("pf.casino.reconcile") if "pf.pnl_usd" in span.attributes]) == 1


@pytest.mark.parametrize("status", ["open", "queued_for_review"])
async def test_an_order_lost_from_sight_waits_with_its_id(record: Recording, venue: FakeVenue, status: str) -> None:
    """By a timeout of the agent's own while it was asked for, or because nobody knows the state it is in."""
    venue.on(PLACE, order(status=status, filled_quantity=0, fill_price=None))
    venue.on(
        "GET /trading/order/ord_1",
        lambda request: asyncio.CancelledError() if status == "open" else order(status=status),
    )
    async with venue.client(resolve_timeout=1, confirm_timeout=0) as flea:
        with record.agent.cycle():
            try:
                await flea.trading.execute("BTC", "buy", Decimal("0.01"))
            except asyncio.CancelledError:
                assert status == "open"
        (lost,) = flea.unresolved()
        assert (lost.order_id, lost.asset, lost.operation) == ("ord_1", "BTC", "trading.order")
        venue.on("GET /trading/order/ord_1", order())
        with record.agent.cycle():
            placed = await flea.resolve(lost)
        assert (placed.state, placed.fee_usd) == ("filled", Decimal("0.37"))
        assert flea.unresolved() == ()
    assert record.one("pf.trade.reconcile").attributes["pf.order_id"] == "ord_1"
    assert spends(venue) == [PLACE]


@pytest.mark.parametrize(
    "entry", [None, {}, {"bet_id": "bet_2", "won": 1}], ids=["nothing", "no bet", "a bet without an end"]
)
async def test_a_bet_of_a_batch_that_is_not_accounted_for_waits(
    record: Recording, venue: FakeVenue, entry: dict[str, Any] | None
) -> None:
    known = {"bet_id": "bet_1", "game": "dice", "amount_usd": 1, "won": True, "payout_usd": 1.99, "pnl_usd": 0.99}
    other = known | {"bet_id": "bet_2", "won": False, "payout_usd": 0, "pnl_usd": -1}
    venue.on("POST /casino/bets", {"results": [known, entry]})
    venue.on(
        "GET /casino/history",
        lambda request: {"bets": [bet | {"created_at": venue.now().isoformat()} for bet in (known, other)]},
    )
    async with venue.client(resolve_timeout=1) as flea:
        with record.agent.cycle():
            batch = await flea.casino.batch([{"game": "dice", "amount_usd": 1}] * 2)
        assert flea.unresolved() == batch.errors
        with record.agent.cycle():
            assert (await flea.resolve(batch.errors[0])).bet_id == "bet_2"
        assert flea.unresolved() == ()


async def test_what_cannot_be_looked_for_is_settled_by_its_author(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /wallet/w_1/send", LOST)
    async with venue.client(resolve_timeout=1) as flea:
        for happened in (True, False):
            with pytest.raises(OutcomeUnknown) as caught:
                await flea.wallet.send("w_1", "USDC", 1, "0x1")
            assert flea.unresolved() == (caught.value,)
            flea.settle(caught.value, happened=happened)
            assert flea.unresolved() == ()
            assert caught.value.resolution is not None
            assert caught.value.resolution.state == ("done" if happened else "not_placed")
            with pytest.raises(ValueError, match="none of those that are unresolved"):
                flea.settle(caught.value, happened=happened)


async def test_an_order_that_its_author_settled_is_nobody_elses(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue)
    async with venue.client(resolve_timeout=0) as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        flea.settle(caught.value, happened=True)
        venue.on(ORDERS, showing(venue, listed()))
        async with venue.client(resolve_timeout=1) as other:
            with pytest.raises(OutcomeUnknown):
                await other.trading.execute("BTC", "buy", Decimal("0.01"))


async def test_an_error_is_not_resolved_at_another_account(record: Recording, venue: FakeVenue) -> None:
    """That has no such order, which says nothing of the account that it was sent for."""
    unfolded(venue)
    async with venue.client(resolve_timeout=0) as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        another = venue.client(resolve_timeout=1, api_key="pf_live_another")
        assert another.unresolved() == ()
        with pytest.raises(OutcomeUnknown):
            await another.resolve(caught.value)
        assert caught.value.resolution is not None
        assert caught.value.resolution.reason == "it was sent for another account, or with another key"


def test_either_face_resolves_what_the_other_has_lost(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed())
    venue.on(PLACE, order(order_id="ord_0"), LOST)
    venue.on("GET /trading/order/ord_0", order(order_id="ord_0"))
    blocking = sync.PurpleFlea(
        API_KEY, base_url=BASE_URL, transport=httpx.MockTransport(venue._answer), resolve_timeout=0
    )

    async def main() -> None:
        async with venue.client(resolve_timeout=1) as flea:
            blocking.trading.execute("BTC", "buy", Decimal("0.01"))
            with pytest.raises(OutcomeUnknown) as caught:
                blocking.trading.execute("BTC", "buy", Decimal("0.01"))
            assert flea.unresolved() == blocking.unresolved() == (caught.value,)
            venue.on(ORDERS, showing(venue, listed(order_id="ord_0"), listed()))
            assert (await flea.resolve(caught.value)).order_id == "ord_1"
            assert blocking.unresolved() == ()
            assert blocking.resolve(caught.value).order_id == "ord_1"

    asyncio.run(main())


async def test_an_order_that_was_read_before_it_is_resolved_is_told_once(record: Recording, venue: FakeVenue) -> None:
    venue.on(PLACE, order(status="open", filled_quantity=0, fill_price=None, fee_usd=None))
    venue.on("GET /trading/order/ord_1", lambda request: asyncio.CancelledError())
    async with venue.client(resolve_timeout=1) as flea:
        with pytest.raises(asyncio.CancelledError):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        (lost,) = flea.unresolved()
        venue.on("GET /trading/order/ord_1", order(realized_pnl_usd=2.5))
        with record.agent.cycle():
            await flea.trading.order("ord_1")
            assert (await flea.resolve(lost)).realized_pnl_usd == Decimal("2.5")
    assert record.one("agent.decision_cycle").attributes["pf.pnl_usd"] == 2.5
    assert len([span for span in record.spans if "pf.fee_usd" in span.attributes]) == 1
