"""Every fault at every operation of both faces, over HTTP: what the caller sees, and what was done behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from fleaglass.sandbox.connection import ConnectionCut
from fleaglass.sandbox.faces import GUIDE, LIVE
from fleaglass.sandbox.faces.face import Endpoint, Face
from fleaglass.sandbox.faults import BadFault, parse_fault
from fleaglass.sandbox.operations import OPERATIONS
from tests.unit.sandbox.api import Account, Api

ENDPOINTS = [
    pytest.param(face, one, id=f"{face.name} {one.method} {one.path}")
    for face in (GUIDE, LIVE)
    for one in face.endpoints
]
CHANGES = {one.name for one in OPERATIONS if one.changes}


@dataclass
class Scene:
    """An agent with one of everything, so that each operation finds what it asks for."""

    api: Api
    ada: Account
    bob: Account
    known: dict[str, str]

    async def send(self, face: Face, endpoint: Endpoint) -> httpx.Response:
        path = endpoint.path.format_map(self.known)
        who = self.bob if endpoint.operation in ("escrow.complete", "domains.bid") else self.ada
        key = who.given["live"][endpoint.host]["api_key"] if face is LIVE else who.given["api_key"]
        headers = {"authorization": f"Bearer {key}"} if key else {}
        body = BODIES.get(endpoint.operation, {}).get(face.name)
        asked = None if body is None else self._filled(body)
        query = QUERIES.get(endpoint.operation) if endpoint.method == "GET" else None
        return await self.api.http.request(
            endpoint.method, f"{face.root}{path}", json=asked, headers=headers, params=query
        )

    def _filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self.known.get(value[1:], value) if isinstance(value, str) and value[:1] == "$" else value
            for name, value in body.items()
        }


COIN = {"game": "coin_flip", "amount_usd": 1, "params": {"side": "heads"}}
ORDER = {"asset": "ETH", "side": "buy", "quantity": 0.1}
OPEN = {"coin": "ETH", "side": "long", "size_usd": 50}
TOKENS = {"from_token": "USDC", "to_token": "ETH", "amount": "10", "from": "USDC", "to": "ETH"}
BODIES: dict[str, dict[str, dict[str, Any]]] = {
    "trading.order": {"guide": ORDER, "live": OPEN},
    "trading.spot": {"guide": {"asset": "ETH", "direction": "buy", "quantity": 0.1}},
    "trading.limit": {"live": {**OPEN, "limit_price": 5}},
    "trading.close": {"guide": {"position_id": "$position_id"}, "live": {"position_id": "$position_id"}},
    "escrow.create": {
        "guide": {"amount_usd": 5, "counterparty_id": "bob", "conditions": "work"},
        "live": {"amount_usd": 5, "counterparty_agent_id": "$bob", "description": "work"},
    },
    "wallet.send": {
        "guide": {"asset": "USDC", "amount": 1, "to": "$other"},
        "live": {"private_key": "$private_key", "amount": "1", "to": "$other"},
    },
    "wallet.swap": {"guide": TOKENS, "live": TOKENS},
    "casino.bet": {"guide": COIN, "live": {"amount": 1, "side": "heads"}},
    "casino.batch": {
        "guide": {"bets": [COIN]},
        "live": {"bets": [{"game": "coin-flip", "amount": 1, "side": "tails"}]},
    },
    "casino.withdraw": {"live": {"amount": 1, "address": "$other"}},
    "domains.register": {"guide": {"domain": "more.com"}, "live": {"domain": "more.com"}},
    "domains.auction": {
        "guide": {"domain": "second.com", "start_usd": 5},
        "live": {"domain": "second.com", "start_usd": 5},
    },
    "domains.bid": {"guide": {"amount_usd": 7}, "live": {"bid_usd": 7}},
    "domains.check": {"live": {"domains": ["mine.com"]}},
    "faucet.claim": {"guide": {"agent_id": "poor"}, "live": {"agent_casino_id": "$poor"}},
}
QUERIES: dict[str, dict[str, str]] = {
    "domains.search": {"q": "x"},
    "domains.check": {"domain": "mine.com"},
    "wallet.price": {"symbol": "ETH"},
    "wallet.quote": TOKENS,
}


@pytest.fixture
async def scene(venue_api: Api) -> Scene:
    ada, bob = await venue_api.account("ada", 10_000), await venue_api.account("bob", 10_000)
    poor = await venue_api.account("poor")
    hired = {"amount_usd": 5, "counterparty_id": "bob", "conditions": "work"}
    escrow_id = (await ada.guide("POST", "/escrow/create", hired)).json()["escrow_id"]
    await ada.guide("POST", "/orders/spot", {"asset": "BTC", "direction": "buy", "quantity": 0.01})
    position = (await ada.guide("GET", "/trading/positions")).json()["positions"][0]
    waiting = {"asset": "ETH", "side": "buy", "quantity": 0.1, "order_type": "limit", "limit_price": 5}
    order_id = (await ada.guide("POST", "/trading/order", waiting)).json()["order_id"]
    for domain in ("mine.com", "second.com"):
        await ada.guide("POST", "/domains/register", {"domain": domain})
    sale = (await ada.guide("POST", "/domains/auctions", {"domain": "mine.com", "start_usd": 5})).json()
    keys = (await ada.live("wallet", "POST", "/wallet/create")).json()
    other = (await bob.live("wallet", "POST", "/wallet/create")).json()["addresses"]["base"]
    known = {
        "escrow_id": escrow_id,
        "order_id": order_id,
        "swap_id": order_id,
        "position_id": position["position_id"],
        "auction_id": sale["auction_id"],
        "wallet_id": ada.given["wallet_id"],
        "address": keys["addresses"]["base"],
        "asset": "BTC",
        "coin": "BTC",
        "game": "coin-flip",
        "bob": bob.id_at("casino"),
        "poor": poor.id_at("casino"),
        "other": other,
        "private_key": keys["private_keys"]["base"],
    }
    return Scene(venue_api, ada, bob, known)


async def counts(scene: Scene) -> tuple[int, int]:
    """Return how many requests arrived, and how many of them were done."""
    requests = (await scene.api.http.get("/_sandbox/books")).json()["requests"]
    return sum(requests["arrived"].values()), sum(requests["done"].values())


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_every_operation_works_when_nothing_is_wrong(scene: Scene, face: Face, endpoint: Endpoint) -> None:
    answer = await scene.send(face, endpoint)
    assert answer.status_code == endpoint.status, answer.text


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_a_refusal_by_fault_does_nothing_and_has_the_faces_shape(
    scene: Scene, face: Face, endpoint: Endpoint
) -> None:
    for status, code in ((429, "rate_limited"), (500, "internal_error"), (418, "teapot")):
        scene.api.fault(f"error:{status}{'/TEAPOT' if status == 418 else ''}:{endpoint.operation}")
        arrived, done = await counts(scene)
        answer = await scene.send(face, endpoint)
        assert answer.status_code == status
        assert (answer.json().get("code") or answer.json()["error"]).lower() == code
        assert ("error" in answer.json()) == (face is LIVE)
        assert await counts(scene) == (arrived + 1, done)


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_an_answer_that_never_comes_leaves_what_was_done(scene: Scene, face: Face, endpoint: Endpoint) -> None:
    kind = "drop-ack" if endpoint.operation in CHANGES else "hang"
    scene.api.fault(f"{kind}:{endpoint.operation}")
    arrived, done = await counts(scene)
    with pytest.raises(ConnectionCut):
        await scene.send(face, endpoint)
    assert await counts(scene) == (arrived + 1, done + 1)


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_a_malformed_answer_is_no_json_though_the_thing_is_done(
    scene: Scene, face: Face, endpoint: Endpoint
) -> None:
    scene.api.fault(f"malformed-json:{endpoint.operation}")
    _, done = await counts(scene)
    answer = await scene.send(face, endpoint)
    assert answer.status_code == endpoint.status
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert (await counts(scene))[1] == done + 1


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_an_answer_of_wrong_types_has_the_same_names(scene: Scene, face: Face, endpoint: Endpoint) -> None:
    scene.api.fault(f"wrong-types:{endpoint.operation}")
    answer = await scene.send(face, endpoint)
    assert answer.status_code == endpoint.status
    spoilt = answer.json()
    assert all(value in (7, "perhaps", "none", [7], ["nothing"], {"unexpected": True}) for value in spoilt.values())


@pytest.mark.parametrize(("face", "endpoint"), ENDPOINTS)
async def test_rows_of_wrong_types_leave_the_rest_of_the_answer_alone(
    scene: Scene, face: Face, endpoint: Endpoint
) -> None:
    if endpoint.operation in CHANGES:
        return  # its answer is another each time
    right = (await scene.send(face, endpoint)).json()
    scene.api.fault(f"wrong-rows:{endpoint.operation}")
    spoilt = (await scene.send(face, endpoint)).json()
    assert spoilt.keys() == right.keys()
    for name, value in right.items():
        if not isinstance(value, list):
            assert spoilt[name] == value
            continue
        for row, theirs in zip(value, spoilt[name], strict=True):
            assert row.keys() == theirs.keys() if isinstance(row, dict) else row == theirs
            assert not isinstance(row, dict) or all(theirs[key] != row[key] for key in row)


async def test_a_refusal_can_be_spoilt_too(scene: Scene) -> None:
    scene.api.fault("malformed-json:trading.order")
    refused = await scene.ada.guide("POST", "/trading/order", {**ORDER, "quantity": 1_000_000})
    assert (refused.status_code, refused.text[:8]) == (400, '{"code":')


async def test_a_limit_order_of_the_guides_is_an_operation_of_its_own(scene: Scene) -> None:
    scene.api.fault("error:500:trading.limit")
    assert (await scene.ada.guide("POST", "/trading/order", ORDER)).status_code == 200
    waiting = {**ORDER, "order_type": "limit", "limit_price": 5}
    assert (await scene.ada.guide("POST", "/trading/order", waiting)).status_code == 500


@pytest.mark.parametrize("spec", ["error:400/:trade", "error:400/A B", "error:400/1", "error:400/" + "A" * 51])
def test_a_code_is_letters_and_underscores(spec: str) -> None:
    with pytest.raises(BadFault, match="a code is letters and underscores"):
        parse_fault(spec)


def test_a_code_is_told_in_the_faces_own_case() -> None:
    assert str(parse_fault("error:400/Trade_Failed:trade")) == "error:400/Trade_Failed:trade@100%"
