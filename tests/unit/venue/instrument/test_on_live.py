"""A program that asks the services of the profile ``live`` by itself leaves what our client would have left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import LIVE, live_at
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import API_KEY, LIVE_URL

SEND = {"chain": "base", "to": "0x52908400098527886E0F7030069857D2E4169EE7", "amount": "12.5", "private_key": "0x1"}
CONTRACT = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
NO_FUNDS = httpx.Response(502, json={"error": "rpc_error", "message": "insufficient funds for transfer"})


@pytest.fixture
def watched(fleaglass_recording: Recording) -> Iterator[Recording]:
    """What the agent recorded of a program whose calls to the profile ``live`` are watched."""
    instrument(deployments=[Deployment(LIVE, services=live_at(LIVE_URL))])
    try:
        yield fleaglass_recording
    finally:
        uninstrument()


def post(path: str, body: dict[str, Any], answer: httpx.Response) -> None:
    """A call of the program's own."""
    with httpx.Client(transport=httpx.MockTransport(lambda _: answer)) as http:
        http.post(LIVE_URL + path, json=body, headers={"Authorization": f"Bearer {API_KEY}"})


@pytest.mark.parametrize(
    ("asked", "asset"),
    [
        ({"token": "USDC"}, "USDC"),
        ({"token": CONTRACT}, CONTRACT),
        ({}, "ETH"),
        ({"chain": "solana"}, "SOL"),
        ({"chain": "monero"}, "XMR"),
        ({"chain": "atlantis"}, None),
        ({"token": "what it says, and not who it is"}, None),
    ],
)
def test_a_transfer_names_what_it_sends(watched: Recording, asked: dict[str, str], asset: str | None) -> None:
    post("/wallet/v1/wallet/send", SEND | asked, NO_FUNDS)
    attributes = watched.one("pf.wallet.send").attributes
    assert attributes.get("pf.asset") == asset
    assert (attributes["pf.wallet_type"], attributes["pf.quantity"]) == ("self_custody", 12.5)
    assert attributes["error.type"] == "InsufficientFundsError"


def test_a_failed_transfer_is_told_by_its_own_asset(watched: Recording) -> None:
    """And not by that of the order which the cycle placed before."""
    filled = {
        "order_id": "ord_1",
        "coin": "BTC",
        "side": "long",
        "size_usd": 100,
        "entry_price": 68000,
        "status": "open",
    }
    with watched.agent.cycle():
        post(
            "/trading/v1/trade/open", {"coin": "BTC", "side": "long", "size_usd": 100}, httpx.Response(200, json=filled)
        )
        post("/wallet/v1/wallet/send", SEND | {"token": "USDC"}, NO_FUNDS)
    (event,) = watched.events
    assert event["fingerprint"] == ["InsufficientFundsError", "USDC", "transfer"]
    assert event["tags"]["wallet_type"] == "self_custody"


def test_a_limit_order_is_for_as_much_as_its_size_buys_at_its_limit(watched: Recording) -> None:
    asked = {"coin": "ETH", "side": "long", "size_usd": 250, "limit_price": 2500}
    pending = {**asked, "order_id": "ord_1", "status": "pending"}
    post("/trading/v1/trade/limit", asked, httpx.Response(201, json=pending))
    post("/trading/v1/trade/limit", asked, httpx.Response(400, json={"error": "limit_reached"}))
    for span in watched.named("pf.trade.execute"):
        assert (span.attributes["pf.quantity"], span.attributes["pf.size_usd"]) == (0.1, 250.0)


@pytest.mark.parametrize("asked", [{"size_usd": "much"}, {"limit_price": 0}, {"limit_price": None}])
def test_one_that_makes_no_sense_has_no_quantity(watched: Recording, asked: dict[str, Any]) -> None:
    body = {"coin": "ETH", "side": "long", "size_usd": 250, "limit_price": 2500} | asked
    post("/trading/v1/trade/limit", body, httpx.Response(400, json={"error": "invalid_size"}))
    assert "pf.quantity" not in watched.one("pf.trade.execute").attributes
