"""How long it is looked, by which clock, and when what is not there did not happen."""

import datetime as dt
from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import ConflictError, NotPlacedError, OutcomeUnknown, Resolution
from tests.unit.venue.fake import FakeVenue, order
from tests.unit.venue.reading_back.lost import LOST, ORDERS, PLACE, TIMEOUT, buy, listed, showing, unfolded

NOT_YET = "the venue does not have it, but may still act on it"
NOT_KNOWN_THERE = "the venue does not have it, but what is behind the venue may"


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


async def test_without_a_venues_clock_it_asks_as_if_the_two_agreed_to_a_minute(
    record: Recording, venue: FakeVenue
) -> None:
    """And for a day more, where the venue's list may have it by a clock of another zone."""
    venue.dated = False
    unfolded(venue, listed())
    await buy(record, venue)
    sent = record.one("pf.trade.execute").start_ns / 1e9
    (asked,) = [request for request in venue.requests if request.url.path.endswith("/orders")]
    since = dt.datetime.fromisoformat(asked.url.params["since"]).timestamp()
    assert 65 - 1 < sent - since - 26 * 3_600 <= 65


async def test_a_venue_whose_clock_is_behind_is_asked_by_its_own_clock(record: Recording, venue: FakeVenue) -> None:
    """Else its list since "now" would be empty, and an order that is there be called not placed."""
    venue.behind_s = 7_200
    unfolded(venue, listed())
    assert (await buy(record, venue)).order_id == "ord_1"


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (LOST, None),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), None),
        (httpx.WriteError("broken pipe"), None),
        (httpx.Response(500, json={"code": "INTERNAL_ERROR"}), None),
        (httpx.Response(502, text="<html>Bad Gateway"), None),
        (httpx.Response(200, text="{"), None),
        (TIMEOUT, NOT_YET),
        (httpx.WriteTimeout("slow"), NOT_YET),
        (httpx.Response(202, json={"status": "queued"}), NOT_YET),
        (httpx.Response(504, text="<html>Gateway Timeout"), NOT_YET),
        (httpx.Response(400, json={"code": "TRADE_FAILED", "message": "network timeout"}), NOT_KNOWN_THERE),
    ],
)
async def test_what_is_not_there_did_not_happen_only_if_the_venue_is_done_with_it(
    record: Recording, venue: FakeVenue, lost: object, reason: str | None
) -> None:
    """It may act on a request after we, or somebody in between, have stopped waiting. Nor does it know all itself."""
    unfolded(venue)
    venue.on(PLACE, lost)
    with pytest.raises(OutcomeUnknown if reason else NotPlacedError) as caught:
        await buy(record, venue)
    if reason is not None:
        assert caught.value.resolution == Resolution("unknown", reason)
        assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


@pytest.mark.parametrize("placed", [True, False])
async def test_what_comes_late_is_found_and_what_has_not_come_by_then_does_not_come_any_more(
    record: Recording, venue: FakeVenue, placed: bool
) -> None:
    unfolded(venue)
    venue.on(PLACE, TIMEOUT)
    async with venue.client(resolve_timeout=1) as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        with pytest.raises(OutcomeUnknown):
            await flea.resolve(caught.value)
        if placed:
            venue.on(ORDERS, showing(venue, listed()))
            assert (await flea.resolve(caught.value)).order_id == "ord_1"
            return
        venue.clock.advance(600)
        with pytest.raises(NotPlacedError):
            await flea.resolve(caught.value)


@pytest.mark.parametrize("each_s", [0.4, 5.0])
async def test_slow_answers_do_not_make_the_looking_longer(record: Recording, venue: FakeVenue, each_s: float) -> None:
    """Each read waits no longer than what is left of the time, or half a second."""

    def slow(request: httpx.Request) -> httpx.Response:
        waits_s = min(each_s, request.extensions["timeout"]["read"])
        venue.clock.advance(waits_s)
        if waits_s < each_s:
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200, json={"trades": [], "pending": [], "filled": [], "cancelled": []})

    venue.on("GET /trading/v1/markets/BTC", {"price": 68_000})
    venue.on("POST /trading/v1/trade/open", lambda request: began.append(venue.clock.wall_ns()) or LOST)
    venue.on("GET /trading/v1/trade/history", slow)
    venue.on("GET /trading/v1/trade/limit-orders", slow)
    began: list[int] = []
    async with venue.live(resolve_timeout=2) as flea:
        with pytest.raises(OutcomeUnknown if each_s > 2 else NotPlacedError):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    assert 1.5 < (venue.clock.wall_ns() - began[0]) / 1e9 < 3


@pytest.mark.parametrize("off_s", [-3_600, 3_600])
async def test_a_list_by_another_clock_than_its_answers_says_nothing_by_its_times(
    record: Recording, venue: FakeVenue, off_s: float
) -> None:
    """An order known to be ours, or one that is still to come, gives it away; else our own would count as another's."""

    def shown(request: httpx.Request) -> dict[str, object]:
        at = {"created_at": (venue.now() + dt.timedelta(seconds=off_s)).isoformat()}
        return {"orders": [listed(order_id="ord_0") | at, listed() | at]}

    unfolded(venue)
    venue.on("GET /trading/order/ord_0", order(order_id="ord_0"))
    venue.on(PLACE, order(order_id="ord_0"), LOST)
    venue.on(ORDERS, shown)
    async with venue.client(resolve_timeout=1) as flea:
        await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        with pytest.raises(OutcomeUnknown):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))


async def test_a_time_without_a_zone_is_none(record: Recording, venue: FakeVenue) -> None:
    unfolded(venue, listed(created_at="2026-11-20 09:00:00"))
    with pytest.raises(OutcomeUnknown):
        await buy(record, venue)
