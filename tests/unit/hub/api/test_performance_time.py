"""GET /performance/time: every moment of a decision belongs to one stage, and the stages add up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.otlp import T0, trace_id, traces
from tests.unit.hub.api.conftest import Api
from tests.unit.hub.api.test_performance import WHOLE, Put, agent

MS = 1_000_000
STAGES = ["balance", "venue", "signal", "risk", "order", "confirmation", "other", "self"]


def span(name: str, start_ms: float, end_ms: float, parent: int | None = 1, **told: Any) -> dict[str, Any]:
    times = {"start_time_unix_nano": T0 + round(start_ms * MS), "end_time_unix_nano": T0 + round(end_ms * MS)}
    return {"name": name, "attributes": told, **times} | ({"parent": parent} if parent else {})


def cycle(lasted_ms: float, start_ms: float = 0, parent: int | None = None, **told: Any) -> dict[str, Any]:
    outcome = {"pf.cycle_outcome": "completed"} | told
    return span("agent.decision_cycle", start_ms, start_ms + lasted_ms, parent, **outcome)


def spent(group: dict[str, Any]) -> dict[str, float]:
    """Milliseconds of each stage that was gone through."""
    assert [stage["stage"] for stage in group["stages"]] == STAGES
    assert sum(stage["total_ns"] for stage in group["stages"]) == group["total_ns"]
    return {stage["stage"]: stage["total_ns"] / MS for stage in group["stages"] if stage["total_ns"]}


async def one(api: Api, **query: Any) -> dict[str, Any]:
    answer = await api("performance/time", **WHOLE, **query)
    [group] = answer["groups"]
    return group  # type: ignore[no-any-return]


async def test_an_empty_store_took_no_time(api: Api) -> None:
    answer = await api("performance/time", range="1h")
    assert (answer["total"], answer["groups"]) == (None, [])


async def test_a_decision_by_hand(api: Api, put: Put) -> None:
    put(
        traces(
            cycle(1000),
            span("pf.wallet.balance_check", 0, 40),
            span("pf.signal.analysis", 50, 250),
            span("pf.market.read", 60, 110, 3),  # the network, though it lies within the model's stage
            span("risk.check", 260, 262),
            span("order.size", 262, 265),
            span("order.pipeline", 250, 900),
            span("pf.trade.execute", 300, 900, 7),
            span("POST /trading/order", 310, 500, 8),
            span("pf.trade.confirmation_poll", 520, 880, 8),
            span("tidy.up", 950, 980),
            resource=agent("a", release="2.0.0"),
        )
    )
    group = await one(api)
    assert (group["agent"], group["release"], group["groups"], group["cycles"]) == ("a", "2.0.0", 1, 1)
    assert spent(group) == {
        "balance": 40,
        "venue": 50,
        "signal": 150,
        "risk": 5,
        "order": 240,  # 600 without the poll
        "confirmation": 360,
        "other": 75,  # the pipeline before it ordered, and the tidying
        "self": 80,
    }
    stages = {stage["stage"]: stage for stage in group["stages"]}
    assert (stages["order"]["share"], stages["order"]["p50_ns"], stages["order"]["p95_ns"]) == (
        0.24,
        240 * MS,
        240 * MS,
    )
    assert group["slowest"] == [
        {
            "trace_id": trace_id(1).hex(),
            "start_ns": str(T0),
            "duration_ns": 1000 * MS,
            "stages": {stage: round(ms * MS) for stage, ms in spent(group).items()},
        }
    ]


async def test_an_order_that_no_cycle_surrounds_is_a_decision_of_its_own(api: Api, put: Put) -> None:
    put(
        traces(
            span("pf.trade.execute", 0, 100, None, **{"pf.order.state": "filled"}),
            span("POST /trading/order", 5, 40),
            span("pf.trade.confirmation_poll", 40, 90),
        )
    )
    group = await one(api)
    assert (group["cycles"], spent(group)) == (1, {"order": 50, "confirmation": 50})


async def test_what_runs_side_by_side_is_counted_once(api: Api, put: Put) -> None:
    put(
        traces(
            cycle(100),
            span("pf.market.read", 0, 60),
            span("pf.market.read", 20, 80),
            span("pf.signal.analysis", 50, 90),
            span("own", 0, 100),
        )
    )
    assert spent(await one(api)) == {"venue": 80, "signal": 10, "other": 10}


@pytest.mark.parametrize("name", ["chat gpt-x", "invoke_agent desk", "anything"])
async def test_a_call_of_a_model_is_the_models_whatever_it_is_called(api: Api, put: Put, name: str) -> None:
    put(traces(cycle(100), span(name, 10, 70, **{"gen_ai.operation.name": "chat"}), span("POST", 20, 60, 2)))
    assert spent(await one(api)) == {"signal": 60, "self": 40}


async def test_what_outlasts_the_cycle_or_comes_from_a_broken_clock_is_cut(api: Api, put: Put) -> None:
    put(
        traces(
            cycle(100),
            span("pf.trade.execute", 90, 400),
            span("early", -50, 30),
            span("late", 200, 300),
            span("backwards", 60, 50),
        )
    )
    assert spent(await one(api)) == {"order": 10, "self": 90}
    put(traces(cycle(-5), trace=2))
    assert (await one(api))["cycles"] == 2


async def test_another_agent_in_the_same_trace_works_on_its_own_time(api: Api, put: Put) -> None:
    put(
        traces(cycle(100), span("pf.escrow.create", 0, 30), trace=1, resource=agent("a")),
        traces(
            {**cycle(60, 30, parent=1), "id": 7},
            {**span("pf.signal.analysis", 30, 80, 7), "id": 8},
            resource=agent("b"),
        ),
    )
    answer = await api("performance/time", **WHOLE)
    assert {group["agent"]: spent(group) for group in answer["groups"]} == {
        "a": {"venue": 30, "self": 70},
        "b": {"signal": 50, "self": 10},
    }
    assert spent(answer["total"]) == {"venue": 30, "signal": 50, "self": 80}
    assert (answer["total"]["agent"], answer["total"]["groups"]) == (None, 2)


async def test_several_cycles_of_a_trace_keep_their_spans_apart(api: Api, put: Put) -> None:
    put(
        traces(
            span("main", 0, 1000, None),
            cycle(100, 0, parent=1),
            span("pf.signal.analysis", 10, 30, 2),
            cycle(100, 200, parent=1),
            span("pf.signal.analysis", 210, 270, 4),
            span("between", 150, 190, 1),
        )
    )
    group = await one(api)
    assert (group["cycles"], spent(group)) == (2, {"signal": 80, "self": 120})
    assert [cycle["stages"]["signal"] for cycle in group["slowest"]] == [20 * MS, 60 * MS]


async def test_percentiles_and_the_slowest(api: Api, put: Put) -> None:
    for n in range(1, 21):
        put(traces(cycle(n * 10), *([span("pf.signal.analysis", 0, n)] if n % 2 else []), trace=n))
    group = await one(api)
    assert (group["p50_ns"], group["p95_ns"]) == (110 * MS, 200 * MS)
    signal = group["stages"][STAGES.index("signal")]
    assert (signal["cycles"], signal["p50_ns"], signal["p95_ns"]) == (10, 11 * MS, 19 * MS)
    assert [int(slow["trace_id"], 16) for slow in group["slowest"]] == [20, 19, 18]


async def test_by_agent_and_release_the_longest_first_and_the_others_together(api: Api, put: Put) -> None:
    for n, (name, release) in enumerate([("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")], start=1):
        put(traces(cycle(n * 100), span("pf.signal.analysis", 0, n), trace=n, resource=agent(name, release=release)))
    answer = await api("performance/time", limit=2, **WHOLE)
    assert [(group["agent"], group["release"], group["groups"]) for group in answer["groups"]] == [
        ("c", "1", 1),
        ("b", "1", 1),
        (None, None, 2),
    ]
    assert [spent(group)["signal"] for group in answer["groups"]] == [4, 3, 3]
    assert sum(group["total_ns"] for group in answer["groups"]) == answer["total"]["total_ns"] == 1000 * MS


async def test_sent_twice_takes_the_time_once(api: Api, put: Put) -> None:
    request = traces(cycle(100), span("pf.signal.analysis", 0, 40), span("pf.signal.analysis", 50, 60))
    put(request)
    once = await one(api)
    put(request, request)
    assert await one(api) == once


async def test_filters(api: Api, put: Put) -> None:
    put(
        traces(cycle(100, **{"pf.asset": "BTC"}), trace=1, resource=agent("a")),
        traces(
            cycle(200, **{"pf.asset": "ETH"}), span("s", 0, 1, **{"pf.action": "buy"}), trace=2, resource=agent("b")
        ),
    )
    assert (await one(api, agent="a"))["total_ns"] == 100 * MS
    assert (await one(api, asset="ETH"))["total_ns"] == 200 * MS
    assert (await one(api, attr="pf.action:buy"))["total_ns"] == 200 * MS
    assert (await api("performance/time", agent="nobody", **WHOLE))["groups"] == []


async def test_a_decision_is_about_the_asset_that_its_agent_first_names(api: Api, put: Put) -> None:
    """As `/performance` sees it: on the cycle itself, else on whatever lies below."""
    bought = {"pf.asset": "BTC", "pf.order.state": "filled"}
    put(
        traces(cycle(100), span("pf.trade.execute", 10, 20, **bought), trace=1),
        traces(cycle(200, **{"pf.asset": "ETH"}), span("pf.trade.execute", 10, 20, **bought), trace=2),
        traces(span("pf.trade.execute", 0, 50, None), span("settle", 10, 20, **bought), trace=3),
        traces(cycle(400), trace=4, resource=agent("a")),
        traces({**span("pf.trade.execute", 10, 20, **bought), "id": 9}, trace=4, resource=agent("b")),
    )
    for asset, cycles, spent_ms in (("BTC", 2, 150), ("ETH", 1, 200)):
        took = (await api("performance/time", asset=asset, **WHOLE))["total"]
        earned = (await api("performance", asset=asset, **WHOLE))["total"]
        assert (took["cycles"], took["total_ns"]) == (cycles, spent_ms * MS), asset
        assert took["cycles"] == earned["cycles"], asset
