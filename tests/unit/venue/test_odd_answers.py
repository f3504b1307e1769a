"""Answers that no venue should give, after money has moved: they are never an exception to the agent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import fleaglass
from fleaglass.testing import Recording
from fleaglass.venue import Unreachable
from tests.unit.venue.fake import FakeVenue, order

BALANCE = "GET /wallet/w_1/balance"


@pytest.mark.parametrize("number", ["9e999999", "1e999999999999999999999"])
async def test_a_price_beyond_any_decimal_leaves_a_filled_order_filled(venue: FakeVenue, number: str) -> None:
    body = json.dumps(order(fill_price="N", expected_price=0.1)).replace('"N"', number).encode()
    venue.on("POST /trading/order", body)
    venue.on("GET /trading/order/ord_1", body)

    placed = await venue.client().trading.execute("BTC", "buy", "0.01")

    assert placed.state == "filled"
    assert placed.slippage_bps is None


@pytest.mark.parametrize("order_id", ["..", "a" * 100_000])
async def test_an_id_that_cannot_be_asked_for_leaves_the_order_in_the_callers_hand(
    venue: FakeVenue, order_id: str
) -> None:
    venue.on("POST /trading/order", {"order_id": order_id, "status": "open"})

    placed = await venue.client().trading.execute("BTC", "buy", "0.01")

    assert placed.order_id == order_id


async def test_a_balance_beyond_any_decimal_is_no_balance(venue: FakeVenue) -> None:
    venue.on(BALANCE, b'{"assets":{"A":{"usd_value":9e999999},"B":{"usd_value":9e999999}}}')

    with pytest.raises(Unreachable):
        await venue.client().wallet.balance("w_1")


@pytest.mark.parametrize(
    "call",
    [
        lambda flea: flea.escrow.create(1, "agent_b", "x", metadata={"task": object()}),
        lambda flea: flea.escrow.release(".."),
    ],
)
async def test_what_could_not_be_written_is_not_unknown(
    record: Recording, venue: FakeVenue, call: Callable[[Any], Any]
) -> None:
    with pytest.raises((TypeError, ValueError)), record.agent.cycle():
        await call(venue.client())

    assert venue.requests == []
    assert "unknown" not in [span.attributes.get("pf.escrow_status") for span in record.spans]
    assert record.spans[-1].attributes["pf.cycle_outcome"] == "failed"


async def test_a_balance_asked_for_before_an_order_is_not_kept_after_it() -> None:
    answer, held = asyncio.Event(), [100]

    async def venue(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and "balance" in request.url.path:
            usd = held[0]
            await answer.wait()
            return httpx.Response(200, json={"assets": {"USD": {"usd_value": usd}}})
        held[0] = 50
        return httpx.Response(200, json=order())

    flea = fleaglass.venue.PurpleFlea("pf_live_0123456789", transport=httpx.MockTransport(venue))
    reading = asyncio.create_task(flea.wallet.balance("w_1", max_age=60))
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    await flea.trading.execute("BTC", "buy", "0.01")
    answer.set()
    await reading

    assert (await flea.wallet.balance("w_1", max_age=60)).total_usd == 50
