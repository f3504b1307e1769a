"""Requests over HTTP, in process: what app.py and control.py add to the operations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from fleaglass.sandbox.app import BODY_LIMIT_BYTES, create_app
from fleaglass.sandbox.connection import ConnectionCut
from fleaglass.sandbox.faces import FACES
from fleaglass.sandbox.faults import parse_fault
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.operations import OPERATIONS
from fleaglass.sandbox.ratelimit import RateLimiter
from tests.unit.sandbox.desk import Desk

BUY = {"asset": "BTC", "side": "buy", "quantity": 0.01}


@dataclass
class Api:
    """A client with an account, and the seams behind the application."""

    http: httpx.AsyncClient
    desk: Desk
    board: FaultBoard
    slept: list[float] = field(default_factory=list)
    wallet_id: str = ""

    def fault(self, *specs: str) -> None:
        self.board.replace([parse_fault(spec) for spec in specs])

    async def order(self, **more: object) -> httpx.Response:
        return await self.http.post("/v1/trading/order", json={**BUY, **more})


Opener = Callable[..., Awaitable[Api]]


@pytest.fixture
async def opener() -> AsyncIterator[Opener]:
    opened: list[Api] = []

    async def open_api(limit: int = 0, client: str = "127.0.0.1", base_url: str = "http://127.0.0.1:8400") -> Api:
        desk = Desk()
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        board = FaultBoard(7)
        app = create_app(desk.venue, board, RateLimiter(limit, desk.clock), sleep)
        transport = httpx.ASGITransport(app, client=(client, 1))
        api = Api(httpx.AsyncClient(transport=transport, base_url=base_url), desk, board, slept)
        opened.append(api)
        account = (await api.http.post("/v1/faucet/register", json={"agent_id": "ada"})).json()
        api.wallet_id = account["wallet_id"]
        api.http.headers["authorization"] = f"Bearer {account['api_key']}"
        await api.http.post("/v1/faucet/claim", json={"agent_id": "ada"})
        return api

    yield open_api
    for api in opened:
        await api.http.aclose()
        api.desk.venue.db.close()


@pytest.fixture
async def api(opener: Opener) -> Api:
    return await opener()


def refusal(response: httpx.Response) -> tuple[int, str]:
    assert isinstance(response.json()["message"], str)
    return response.status_code, response.json()["code"]


def test_every_operation_is_served_and_every_endpoint_names_one() -> None:
    served = {endpoint.operation for face in FACES for endpoint in face.endpoints}
    assert served == {operation.name for operation in OPERATIONS}


async def test_success_statuses_are_those_of_the_guides(api: Api) -> None:
    statuses = [
        (await api.order()).status_code,
        (
            await api.http.post("/v1/orders/spot", json={"asset": "BTC", "direction": "buy", "quantity": 0.01})
        ).status_code,
        (await api.http.get(f"/v1/wallet/{api.wallet_id}/balance")).status_code,
        (await api.http.get("/healthz")).status_code,
    ]
    assert statuses == [200, 201, 200, 200]


async def test_money_travels_as_numbers_with_their_exact_text(api: Api) -> None:
    text = (await api.order(quantity=0.1)).text
    assert '"filled_quantity":0.1,' in text
    assert '"fee_usd":"' not in text


async def test_a_market_is_public_and_tells_price_volatility_and_history(api: Api) -> None:
    del api.http.headers["authorization"]
    market = (await api.http.get("/v1/markets/btc")).json()
    assert set(market) >= {"asset", "price", "timestamp", "implied_vol", "realized_vol", "history"}
    assert (market["asset"], len(market["history"])) == ("BTC", 64)
    assert refusal(await api.http.get("/v1/markets/DOGE")) == (404, "MARKET_NOT_FOUND")


async def test_what_is_not_served_is_told_in_the_services_own_form(api: Api) -> None:
    assert refusal(await api.http.get("/v1/casino/prizes")) == (404, "NOT_FOUND")
    assert refusal(await api.http.put("/v1/trading/order")) == (405, "METHOD_NOT_ALLOWED")
    assert refusal(await api.http.get("/v1/trading/orders/")) == (404, "NOT_FOUND")


async def test_each_refusal_has_its_status_and_code(api: Api) -> None:
    http = api.http
    hire = {"amount_usd": 20_000, "counterparty_id": "bob", "conditions": "work"}
    assert refusal(await api.order(quantity="x")) == (400, "INVALID_REQUEST")
    assert refusal(await api.order(quantity=5)) == (400, "INSUFFICIENT_MARGIN")
    assert refusal(await http.post("/v1/escrow/create", json=hire)) == (404, "COUNTERPARTY_NOT_FOUND")
    await http.post("/v1/faucet/register", json={"agent_id": "bob"})
    assert refusal(await http.post("/v1/escrow/create", json=hire)) == (402, "INSUFFICIENT_BALANCE")
    assert refusal(await http.get("/v1/trading/order/ord_none")) == (404, "ORDER_NOT_FOUND")
    order_id = (await api.order()).json()["order_id"]
    assert refusal(await http.delete(f"/v1/trading/order/{order_id}")) == (409, "INVALID_STATUS")
    http.headers["authorization"] = "Bearer pf_live_revoked"
    assert refusal(await api.order()) == (401, "INVALID_API_KEY")


async def test_a_body_beyond_the_limit_is_refused(api: Api) -> None:
    body = b'{"agent_id":"' + b"x" * BODY_LIMIT_BYTES + b'"}'
    assert refusal(await api.http.post("/v1/faucet/register", content=body)) == (413, "PAYLOAD_TOO_LARGE")


async def test_the_rate_limit_counts_per_agent_and_starts_anew_each_minute(opener: Opener) -> None:
    api = await opener(limit=4)  # the faucet's claim was the first request under this key
    statuses = [(await api.http.get("/v1/trading/positions")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = await api.order()
    assert refusal(response) == (429, "RATE_LIMITED")
    assert "retry-after" not in response.headers
    api.desk.clock.advance(60)
    assert (await api.order()).status_code == 200


async def test_an_injected_error_does_nothing(api: Api) -> None:
    api.fault("error:503:trade")
    assert refusal(await api.order()) == (503, "SERVICE_UNAVAILABLE")
    assert (await api.http.get("/v1/trading/orders")).json()["orders"] == []
    api.fault("error:599")
    assert refusal(await api.order()) == (599, "HTTP_599")


async def test_latency_delays_what_it_aims_at_and_nothing_else(api: Api) -> None:
    api.fault("latency:trade=2.5s")
    assert (await api.order()).status_code == 200
    await api.http.get("/v1/trading/orders")
    assert api.slept == [2.5]


async def test_a_dropped_answer_leaves_a_filled_order_behind(api: Api) -> None:
    api.fault("drop-ack:trade")
    with pytest.raises(ConnectionCut):
        await api.order()
    (order,) = (await api.http.get("/v1/trading/orders")).json()["orders"]
    assert (order["status"], order["filled_quantity"]) == ("filled", 0.01)


async def test_a_refusal_is_answered_even_where_answers_are_dropped(api: Api) -> None:
    api.fault("drop-ack:trade")
    assert refusal(await api.order(quantity=5)) == (400, "INSUFFICIENT_MARGIN")


async def test_a_reset_leaves_nothing_behind(api: Api) -> None:
    api.fault("reset:trade")
    with pytest.raises(ConnectionCut):
        await api.order()
    assert (await api.http.get("/v1/trading/orders")).json()["orders"] == []


async def test_faults_can_be_changed_while_it_runs(api: Api) -> None:
    response = await api.http.post("/_sandbox/faults", json={"faults": ["error:500:wallet"]})
    assert response.json() == {"faults": [{"fault": "error:500:wallet@100%", "drawn": 0, "fired": 0}]}
    assert refusal(await api.http.get(f"/v1/wallet/{api.wallet_id}/balance")) == (500, "INTERNAL_ERROR")
    assert (await api.http.get("/_sandbox/faults")).json()["faults"][0]["fired"] == 1
    refused = await api.http.post("/_sandbox/faults", json={"faults": ["nonsense"]})
    assert refusal(refused) == (400, "INVALID_REQUEST")
    assert "must start with latency" in refused.json()["message"]


async def test_the_status_tells_what_is_true(api: Api) -> None:
    await api.order()
    status: dict[str, Any] = (await api.http.get("/_sandbox/status")).json()
    assert (status["agents"], status["orders"], status["journal_entries"]) == (1, {"filled": 1}, 2)
    assert set(status["trial_balance"].values()) == {0}


@pytest.mark.parametrize(
    ("client", "base_url", "headers"),
    [
        ("192.0.2.7", "http://127.0.0.1:8400", {}),
        ("127.0.0.1", "http://rebound.example:8400", {}),
        ("127.0.0.1", "http://127.0.0.1:8400", {"origin": "http://evil.example"}),
    ],
)
async def test_switches_answer_neither_strangers_nor_web_pages(
    opener: Opener, client: str, base_url: str, headers: dict[str, str]
) -> None:
    api = await opener(client=client, base_url=base_url)
    response = await api.http.post("/_sandbox/faults", json={"faults": []}, headers=headers)
    assert refusal(response) == (403, "FORBIDDEN")
