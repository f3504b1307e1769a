"""What became of a lost answer is a resolution, whoever finds it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown
from tests.unit.venue.fake import FakeVenue, order
from tests.unit.venue.ledgering.pages import Pages
from tests.unit.venue.reading_back.lost import EARLIER, LOST, ORDERS, PLACE, TIMEOUT, buy, listed, showing, unfolded


def kinds(pages: Pages) -> list[tuple[str, str | None, str | None]]:
    return [(entry.kind, entry.attributes.get("state"), entry.attributes.get("how")) for entry in pages.read()]


async def test_what_the_client_finds_at_once(record: Recording, venue: FakeVenue, pages: Pages) -> None:
    unfolded(venue, listed(order_id="ord_0") | EARLIER, listed())
    await buy(record, venue)
    assert kinds(pages) == [
        ("intent", None, None),
        ("outcome", "unknown", None),
        ("resolution", "filled", "found"),
    ]
    assert pages.of("resolution")[0].attributes["order_id"] == "ord_1"


async def test_what_the_client_finds_not_to_be_there(record: Recording, venue: FakeVenue, pages: Pages) -> None:
    unfolded(venue)
    with pytest.raises(NotPlacedError):
        await buy(record, venue)
    assert kinds(pages)[2:] == [("resolution", "not_placed", "absent")]


async def test_what_is_not_found_at_once_stays_open_until_it_is(venue: FakeVenue, pages: Pages) -> None:
    venue.on(PLACE, TIMEOUT)
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        venue.on(ORDERS, showing(venue, listed()))
        await flea.resolve(caught.value)
    assert kinds(pages)[1:] == [("outcome", "unknown", None), ("resolution", "filled", "found")]


@pytest.mark.parametrize(("happened", "how", "state"), [(True, "found", "done"), (False, "absent", "not_placed")])
async def test_what_the_author_knows(venue: FakeVenue, pages: Pages, happened: bool, how: str, state: str) -> None:
    venue.on(PLACE, LOST)
    async with venue.client() as flea:
        with pytest.raises(OutcomeUnknown) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
        flea.settle(caught.value, happened=happened)
    assert kinds(pages)[2:] == [("resolution", state, how)]
    assert pages.of("resolution")[0].attributes["by"] == "author"


async def test_a_limit_order_that_fills_long_after_is_observed(venue: FakeVenue, pages: Pages) -> None:
    about: dict[str, Any] = {"order_type": "limit", "limit_price": 60000, "asset": "BTC", "side": "buy"}
    venue.on(PLACE, order(status="open", filled_quantity=None, fill_price=None, fee_usd=None, **about))
    venue.on("GET /trading/order/ord_1", order(**about))
    async with venue.client() as flea:
        await flea.trading.limit("BTC", "buy", Decimal("0.01"), limit_price=60000)
        venue.clock.advance(3_600)
        await flea.trading.order("ord_1")
        await flea.trading.order("ord_1")
    assert kinds(pages)[1:] == [("outcome", "open", None), ("observe", "filled", None)]
