"""GET /agents: who there is, by their own latest word."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]

FULL = {
    "service.name": "purple-flea-agent",
    "pf.agent_id": "vol-arb-1",
    "pf.strategy": "vol-arb-btc",
    "pf.release": "r1",
    "pf.environment": "demo",
    "cloud.region": "eu-1",
    "pf.services": "trading, wallet,escrow",
}


async def test_an_agent_in_full(api: Api, put: Put) -> None:
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "order_placed", "pf.pnl_usd": 0.3}},
            {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": 0.1}},
            {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": 0.2}, "status": 2},
            {"name": "late", "parent": 1, "start_time_unix_nano": T0 + 5, "end_time_unix_nano": T0 + 9_000_000},
            resource=FULL,
        ),
        traces(
            {
                "name": "agent.decision_cycle",
                "attributes": {"pf.cycle_outcome": "skipped"},
                "start_time_unix_nano": T0 - 5,
            },
            trace=2,
            resource=FULL | {"pf.release": "r0"},
        ),
    )
    assert await api("agents") == {
        "agents": [
            {
                "agent": "vol-arb-1",
                "service": "purple-flea-agent",
                "strategy": "vol-arb-btc",
                "release": "r1",
                "environment": "demo",
                "region": "eu-1",
                "services": ["trading", "wallet", "escrow"],
                "first_seen_ns": str(T0 - 5),
                "last_seen_ns": str(T0 + 9_000_000),
                "last_cycle_ns": str(T0 + 1_000_000),
                "cycles": 2,
                "traded": 1,
                "errors": 1,
                "pnl_usd": "0.3",
                "span_count": 5,
            }
        ]
    }


async def test_plain_services_are_agents_that_never_decided(api: Api, put: Put) -> None:
    put(traces({}, resource={"service.name": "web"}), traces({}, trace=2, resource={"service.name": "api"}))
    found = (await api("agents"))["agents"]
    assert [(agent["agent"], agent["cycles"], agent["last_cycle_ns"]) for agent in found] == [
        ("api", 0, None),
        ("web", 0, None),
    ]
    assert (found[0]["strategy"], found[0]["services"], found[0]["pnl_usd"]) == (None, [], "0")


async def test_re_sent_spans_count_once(api: Api, put: Put) -> None:
    request = traces({"name": "agent.decision_cycle", "attributes": {"pf.pnl_usd": 1.0}, "status": 2}, resource=FULL)
    put(request, request)
    [agent] = (await api("agents"))["agents"]
    assert (agent["span_count"], agent["cycles"], agent["errors"], agent["pnl_usd"]) == (1, 1, 1, "1")


async def test_nobody_yet(api: Api) -> None:
    assert await api("agents") == {"agents": []}
