"""The switches: accounts for both faces, the books, what was sent how often, and time."""

from __future__ import annotations

from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from fleaglass.sandbox.app import create_app
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import RateLimiter
from tests.unit.sandbox.api import Api
from tests.unit.sandbox.desk import Desk

BUY = {"asset": "BTC", "side": "buy", "quantity": 0.01}


async def test_an_account_has_everything_that_a_client_asks_for(venue_api: Api) -> None:
    given = (await venue_api.account("ada", "250.5")).given
    assert (given["agent_id"], given["base_url"]) == ("ada", "http://127.0.0.1:8400/v1")
    assert set(given["live"]) == {"casino", "faucet", "escrow", "trading", "wallet", "domains"}
    assert given["live"]["casino"]["base_url"] == "http://127.0.0.1:8400/live/casino/api/v1"
    assert set(given["live"]["trading"]) == {"account_id", "api_key", "base_url"}
    books = await venue_api.books("ada")
    assert books["accounts"]["cash/ada"] == {"USD": 250.5}
    assert books["agents"]["ada"]["identities"]["trading"] == given["live"]["trading"]["account_id"]


async def test_an_agent_of_the_guides_faucet_gets_its_live_keys_too(venue_api: Api) -> None:
    http = venue_api.http
    key = (await http.post("/v1/faucet/register", json={"agent_id": "ada"})).json()["api_key"]
    await http.post("/v1/faucet/claim", json={"agent_id": "ada"})
    ada = await venue_api.account("ada")
    assert (await ada.live("domains", "GET", "/auth/account")).json()["balance_usd"] == 10_000
    assert (await http.get("/v1/trading/positions", headers={"authorization": f"Bearer {key}"})).status_code == 200


@pytest.mark.parametrize("body", [{"agent_id": "a/b"}, {"credit_usd": -1}, {"credit_usd": "lots"}, {"name": "x" * 101}])
async def test_a_bad_account_is_refused_whole(venue_api: Api, body: dict[str, object]) -> None:
    refused = await venue_api.http.post("/_sandbox/accounts", json={"agent_id": "eve", **body})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_REQUEST")
    assert (await venue_api.http.get("/_sandbox/status")).json()["agents"] == 0


async def test_the_books_tell_everything_that_an_agent_did(venue_api: Api) -> None:
    ada, bob = await venue_api.account("ada", 10_000), await venue_api.account("bob", 10_000)
    await ada.guide("POST", "/trading/order", BUY)
    await ada.live("casino", "POST", "/games/coin-flip", {"amount": 3, "side": "heads"})
    hire = {"amount_usd": 25, "description": "work", "counterparty_agent_id": bob.id_at("casino")}
    await ada.live("escrow", "POST", "/escrow/create", hire)
    await ada.guide("POST", "/domains/register", {"domain": "mine.com"})
    sale = (await ada.guide("POST", "/domains/auctions", {"domain": "mine.com", "start_usd": 5})).json()
    await bob.live("domains", "POST", f"/auctions/{sale['auction_id']}/bid", {"bid_usd": 6})

    books = await venue_api.books("ada")
    of_ada: dict[str, Any] = books["agents"]["ada"]
    assert {name: len(of_ada[name]) for name in ("orders", "bets", "escrows", "domains", "auctions", "bids")} == {
        **dict.fromkeys(("orders", "bets", "escrows", "domains", "auctions"), 1),
        "bids": 0,
    }
    cash = books["accounts"]["cash/ada"]["USD"]
    assert sum(Decimal(str(line["amount_usd"])) for line in of_ada["journal"]) == Decimal(str(cash))
    assert books["accounts"]["position/ada"] == {"BTC": 0.01}
    assert set(books["trial_balance"].values()) == {0}
    assert (await venue_api.books("bob"))["agents"]["bob"]["bids"][0]["status"] == "leading"


async def test_what_arrived_and_what_was_done_is_counted_per_agent_and_operation(venue_api: Api) -> None:
    """However a client loses its answer: the sandbox knows how often it asked, and how often that did something."""
    ada = await venue_api.account("ada", 1_000)
    await venue_api.account("bob")
    await ada.guide("POST", "/trading/order", BUY)
    await ada.live("trading", "POST", "/trade/open", {"coin": "BTC", "side": "long", "size_usd": 50})
    await ada.guide("POST", "/trading/order", {**BUY, "order_type": "limit", "limit_price": 5})
    await ada.guide("POST", "/trading/order", {**BUY, "quantity": 1_000})
    venue_api.fault("error:503:trading.spot")
    await ada.guide("POST", "/orders/spot", {"asset": "BTC", "direction": "buy", "quantity": 0.01})
    requests = (await venue_api.books("ada"))["requests"]
    assert requests["arrived"] == {"trading.order": 3, "trading.limit": 1, "trading.spot": 1}
    assert requests["done"] == {"trading.order": 2, "trading.limit": 1}
    assert (await venue_api.books("bob"))["requests"] == {"arrived": {}, "done": {}}


async def test_the_books_of_nobody_are_not_there(venue_api: Api) -> None:
    refused = await venue_api.http.get("/_sandbox/books", params={"agent_id": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (404, "AGENT_NOT_FOUND")
    assert (await venue_api.http.get("/_sandbox/books")).json()["agents"] == {}


async def test_time_can_be_made_to_pass(venue_api: Api) -> None:
    ada, bob = await venue_api.account("ada", 100), await venue_api.account("bob")
    hire = {"amount_usd": 50, "description": "work", "counterparty_agent_id": bob.id_at("casino")}
    escrow_id = (await ada.live("escrow", "POST", "/escrow/create", hire)).json()["escrow_id"]
    before = venue_api.clock()
    moved = await venue_api.http.post("/_sandbox/clock", json={"seconds": 24 * 3600})
    assert moved.json()["now_s"] * 10**9 == before + 24 * 3600 * 10**9
    assert (await bob.live("escrow", "GET", f"/escrow/{escrow_id}")).json()["status"] == "refunded"
    assert (await venue_api.books("ada"))["accounts"]["cash/ada"] == {"USD": 99.5}
    refused = await venue_api.http.post("/_sandbox/clock", json={"seconds": -1})
    assert refused.status_code == 400


async def test_a_clock_that_is_not_the_sandboxs_own_cannot_be_moved() -> None:
    desk = Desk()
    app = create_app(desk.venue, FaultBoard(7), RateLimiter(0, desk.clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        assert (await http.post("/_sandbox/clock", json={"seconds": 5})).status_code == 403
    desk.venue.db.close()


async def test_every_answer_has_the_date_of_the_clock_that_was_put_forward(venue_api: Api) -> None:
    for seconds in (0, 3_600):
        await venue_api.http.post("/_sandbox/clock", json={"seconds": seconds})
        answer = await venue_api.http.get("/v1/markets/BTC")
        assert parsedate_to_datetime(answer.headers["date"]).timestamp() == venue_api.clock() // 10**9
        assert len(answer.headers.get_list("date")) == 1
