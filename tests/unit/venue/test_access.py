"""Each service is reached at its own address with its own key, and its account is on the record."""

from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import LIVE, Access, PurpleFlea, live_at
from tests.unit.venue.fake import FakeVenue

ROOT = "http://127.0.0.1:8400/live"


def test_an_access_does_not_show_its_key() -> None:
    assert "sk_live" not in repr(Access(api_key="sk_live_1", account_id="ag_1"))


def test_the_sandbox_serves_all_six_below_one_address() -> None:
    assert {name: access.base_url for name, access in live_at(ROOT + "/").items()} == {
        "casino": f"{ROOT}/casino/api/v1",
        "faucet": f"{ROOT}/faucet",
        "escrow": f"{ROOT}/escrow",
        "trading": f"{ROOT}/trading/v1",
        "wallet": f"{ROOT}/wallet/v1",
        "domains": f"{ROOT}/domains/v1",
    }


async def test_keys_and_accounts_go_to_their_services_only(record: Recording) -> None:
    seen: dict[str, str | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen[f"{request.url.host}{request.url.path}"] = request.headers.get("authorization")
        return httpx.Response(404, json={"error": "not_found"})

    services = {
        "casino": Access(api_key="sk_live_casino", account_id="ag_casino"),
        "trading": Access(api_key="sk_trade_1", account_id="ag_trade"),
    }
    flea = PurpleFlea("another", profile=LIVE, services=services, transport=httpx.MockTransport(answer))
    calls: list[Any] = [
        flea.trading.positions(),
        flea.escrow.read("esc_1"),
        flea.casino.history(),
        flea.faucet.claim("ag_casino"),
        flea.domains.list(),
    ]
    with record.agent.cycle() as cycle:
        for call in calls:
            with pytest.raises(Exception, match="not found"):
                await call
        cycle.skip("nothing_there")
    await flea.close()
    assert seen == {
        "trading.purpleflea.com/v1/trade/positions": "Bearer sk_trade_1",
        "escrow.purpleflea.com/escrow/esc_1": "Bearer sk_live_casino",
        "casino.purpleflea.com/api/v1/bets/history": "Bearer sk_live_casino",
        "faucet.purpleflea.com/faucet/claim": None,
        "domains.purpleflea.com/v1/domains": "Bearer another",
    }
    accounts = {span.name: span.attributes.get("pf.account_id") for span in record.spans if span.name[:3] == "pf."}
    assert accounts == {
        "pf.trade.positions": "ag_trade",
        "pf.escrow.read": "ag_casino",
        "pf.casino.history": "ag_casino",
        "pf.faucet.claim": "ag_casino",
        "pf.domain.list": None,
    }
    assert not any(key in repr(record.spans) for key in ("sk_live_casino", "sk_trade_1", "another"))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"services": {"bank": Access()}}, "profile guide has no service bank"),
        ({"profile": LIVE, "base_url": ROOT}, "give base_url in services"),
        ({"services": {"wallet": Access(base_url="ftp://h")}}, "base_url must be"),
        ({"base_url": "http://h\x00"}, "base_url is no address"),
        (
            {"services": {"wallet": Access(api_key="")}},
            "^api_key must be printable ASCII, not empty and without blanks around it$",
        ),
        ({"services": {"wallet": Access(api_key="se\ncret")}}, "^api_key must be printable ASCII"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        PurpleFlea("k", **options)


async def test_one_service_may_be_elsewhere(record: Recording, venue: FakeVenue) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(200, json={"positions": [], "assets": {}})

    services = {"wallet": Access(base_url="http://wallet.example/v1")}
    async with PurpleFlea("k", services=services, transport=httpx.MockTransport(answer)) as flea:
        await flea.trading.positions()
        await flea.wallet.balance("w_1")
    assert hosts == ["api.purpleflea.com", "wallet.example"]
