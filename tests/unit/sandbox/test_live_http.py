"""What is common to the services of the published code: keys, `_info`, errors, rate limits."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from fleaglass.sandbox.faces import LIVE
from tests.unit.sandbox.api import Api

BET = {"amount": 1, "side": "heads"}
CASINO = "/live/casino/api/v1"


@pytest.fixture
async def strict() -> AsyncIterator[Api]:
    """With the services' own limits in force."""
    api = Api(limit=6_000)
    yield api
    await api.close()


def refusal(response: httpx.Response) -> tuple[int, str]:
    assert "code" not in response.json()
    return response.status_code, response.json()["error"]


@pytest.mark.parametrize(
    ("service", "prefix"),
    [("casino", "sk_live_"), ("trading", "sk_trade_"), ("wallet", "pk_live_"), ("domains", "sk_domains_")],
)
async def test_each_service_opens_accounts_with_an_id_and_a_key_of_its_own(
    venue_api: Api, service: str, prefix: str
) -> None:
    base = {"casino": CASINO}.get(service, f"/live/{service}/v1")
    opened = await venue_api.http.post(f"{base}/auth/register", json={"referral_code": "x"})
    assert opened.status_code == 201
    assert re.fullmatch(r"ag_[0-9a-f]{12}", opened.json()["agent_id"])
    assert re.fullmatch(rf"{prefix}[0-9a-f]{{48}}", opened.json()["api_key"])


async def test_one_account_has_a_key_for_each_service_and_none_opens_another(venue_api: Api) -> None:
    ada = await venue_api.account("ada", 100)
    reads = {
        "casino": f"{CASINO}/auth/balance",
        "trading": "/live/trading/v1/trade/positions",
        "wallet": "/live/wallet/v1/wallet/balance/0x1",
        "domains": "/live/domains/v1/auth/account",
    }
    keys = {service: ada.given["live"][service]["api_key"] for service in reads}
    assert len({*keys.values(), ada.given["api_key"]}) == 5
    for service, path in reads.items():
        for other, key in keys.items():
            answer = await venue_api.http.get(path, headers={"authorization": f"Bearer {key}"})
            assert answer.status_code == (200 if other == service else 401)


async def test_casino_escrow_and_faucet_share_an_account_the_others_have_their_own(venue_api: Api) -> None:
    ada = await venue_api.account("ada")
    shared = {ada.id_at(service) for service in ("casino", "escrow", "faucet")}
    assert len(shared) == 1
    assert len(shared | {ada.id_at(service) for service in ("trading", "wallet", "domains")}) == 4
    assert ada.given["live"]["escrow"]["api_key"] == ada.given["live"]["casino"]["api_key"]
    assert ada.given["live"]["faucet"]["api_key"] is None


async def test_an_account_asked_for_again_gets_further_keys_and_the_old_ones_stay_good(venue_api: Api) -> None:
    first, second = await venue_api.account("ada", 5), await venue_api.account("ada", 7)
    assert first.given["live"]["trading"]["api_key"] != second.given["live"]["trading"]["api_key"]
    for ada in (first, second):
        assert (await ada.live("casino", "GET", "/auth/balance")).json()["balance_usd"] == 12


async def test_both_faces_speak_of_one_balance(venue_api: Api) -> None:
    ada = await venue_api.account("ada", 1_000)
    await ada.live("casino", "POST", "/games/coin-flip", BET)
    await ada.live("trading", "POST", "/trade/open", {"coin": "ETH", "side": "long", "size_usd": 100})
    wallet = (await ada.guide("GET", f"/wallet/{ada.given['wallet_id']}/balance")).json()
    casino = (await ada.live("casino", "GET", "/auth/balance")).json()
    assert wallet["assets"]["USDC"]["available"] == casino["balance_usd"] < 1_000
    assert (await ada.guide("GET", "/trading/positions")).json()["positions"][0]["asset"] == "ETH"


async def test_every_success_carries_info_and_no_header_of_limits(venue_api: Api) -> None:
    ada = await venue_api.account("ada", 100)
    for service, path in (("casino", "/health"), ("trading", "/markets"), ("domains", "/domains/search?q=x")):
        answer = await ada.live(service, "GET", path)
        assert answer.json()["_info"]["service"] == service
        assert not [name for name in answer.headers if "limit" in name or name in ("retry-after", "traceparent")]


async def test_refusals_are_flat_and_in_snake_case(venue_api: Api) -> None:
    http = venue_api.http
    ada = await venue_api.account("ada", 100)
    assert (await http.get("/live/casino/api/v1/no/such")).json() == {"error": "not_found"}
    assert refusal(await http.get("/live")) == (404, "not_found")
    assert (await http.get(f"{CASINO}/auth/balance")).json() == {"error": "unauthorized"}
    assert refusal(await ada.live("casino", "POST", "/games/coin-flip", b"{")) == (400, "invalid_json")
    assert refusal(await ada.live("casino", "POST", "/games/coin-flip", b"[]")) == (400, "invalid_json")
    assert refusal(await ada.live("escrow", "POST", "/escrow/create", b"{")) == (400, "invalid_amount")
    assert refusal(await http.post("/live/faucet/faucet/claim", content=b"{")) == (400, "invalid_request")
    assert refusal(await ada.live("casino", "POST", "/games/zork", BET)) == (404, "not_found")


async def test_trading_tells_a_missing_key_from_a_bad_one(venue_api: Api) -> None:
    url = "/live/trading/v1/trade/open"
    assert refusal(await venue_api.http.post(url, json={})) == (401, "unauthorized")
    bad = {"authorization": "Bearer sk_trade_wrong"}
    assert refusal(await venue_api.http.post(url, json={}, headers=bad)) == (401, "invalid_key")


async def test_requests_count_per_exact_path_and_address(strict: Api) -> None:
    ada = await strict.account("ada", 1_000)

    async def play(path: str = "/games/coin-flip", **headers: str) -> httpx.Response:
        return await ada.live("casino", "POST", path, BET, **headers)

    assert [(await play()).status_code for _ in range(61)] == [200] * 60 + [429]
    limited = await play()
    assert set(limited.json()) == {"error", "reset_at"}
    assert limited.json()["error"] == "rate_limit_exceeded"
    assert "retry-after" not in limited.headers
    assert (await play("/games/coin_flip")).status_code == 200
    assert (await play(**{"x-forwarded-for": "203.0.113.9, 10.0.0.1"})).status_code == 200
    strict.clock.skip(60 * 10**9)
    assert (await play()).status_code == 200


async def test_most_paths_say_only_rate_limited(strict: Api) -> None:
    answers = [await strict.http.post(f"{CASINO}/auth/register") for _ in range(11)]
    assert [one.status_code for one in answers] == [201] * 10 + [429]
    assert answers[-1].json() == {"error": "rate_limited"}


async def test_the_faucet_gives_once_per_agent_and_once_per_address_and_day(strict: Api) -> None:
    http = strict.http

    async def claim(account: str, address: str) -> httpx.Response:
        headers = {"x-forwarded-for": address}
        return await http.post("/live/faucet/faucet/claim", json={"agent_casino_id": account}, headers=headers)

    ada, bob = (await http.post(f"{CASINO}/auth/register")).json(), await strict.account("bob", 1)
    first = await claim(ada["agent_id"], "a")
    assert (first.status_code, first.json()["credited"], first.json()["agent_id"]) == (200, 10_000, ada["agent_id"])
    assert refusal(await claim(ada["agent_id"], "a")) == (429, "ip_rate_limited")
    assert refusal(await claim(ada["agent_id"], "b")) == (409, "already_claimed")
    assert refusal(await claim(bob.id_at("casino"), "b")) == (403, "has_deposits")
    assert refusal(await claim("ag_000000000000", "b")) == (404, "agent_not_found")
    strict.clock.skip(24 * 3600 * 10**9)
    assert refusal(await claim(ada["agent_id"], "a")) == (409, "already_claimed")


def test_no_two_endpoints_share_a_method_and_path() -> None:
    served = [(endpoint.method, endpoint.path) for endpoint in LIVE.endpoints]
    assert len(served) == len(set(served))
