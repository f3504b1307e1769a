"""From a row of Performance to the traces behind it, however it is grouped."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.filters import parse_filters
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, NOW, Api
from tests.unit.hub.api.test_performance import Put, agent, close, cycle, order, span
from tests.unit.hub.api.trading_story import MINUTES, Story

DAY = 24 * 60


async def found(api: Api, result: str, **query: Any) -> list[int]:
    return sorted(await api.ids(result=result, **query))


async def test_the_trades_behind_each_group(api: Api, put: Put) -> None:
    put(
        traces(cycle(0), close(0, 1.0, asset="BTC", side="sell"), trace=1, resource=agent("a", "momentum", "1.0")),
        traces(cycle(50), order(50, asset="ETH", side="buy", fee_usd=0.1), trace=2, resource=agent("b", "vol", "1.1")),
        traces(cycle(DAY), close(DAY, -1.0, asset="BTC"), trace=3, resource={"service.name": "plain"}),
        traces(cycle(2), span("pf.casino.bet", 2, pnl_usd=0.5), trace=4, resource=agent("a", "momentum", "1.0")),
        traces(cycle(3), trace=5, resource=agent("a", "momentum", "1.0")),  # looked, and did nothing
    )
    for result, ids in {
        "agent:a": [1, 4],
        "strategy:vol": [2],
        "strategy": [3],
        "release:1.0": [1, 4],
        "release": [3],
        "asset:BTC": [1, 3],
        "asset": [4],
        "side:sell": [1],
        "side": [3, 4],
        "hour:22": [1, 3, 4],  # T0 is 22:13 UTC, and so is the day after
        "hour:23": [2],
        "attr:pf.asset:ETH": [2],
        "attr:pf.asset": [4],
        "agent:nobody": [],
    }.items():
        assert await found(api, result) == ids, result


async def test_a_trace_that_ended_badly_is_behind_its_loss_all_the_same(api: Api, put: Put) -> None:
    """The loss of a cycle that failed, and the fill of one that lost another order's answer."""
    lost = order(1, asset="ETH", order_state="unknown")
    put(
        traces(cycle(0, cycle_outcome="failed") | {"status": 2}, close(0, -500.0, asset="ETH"), trace=1),
        traces(cycle(1), order(1, asset="ETH", order_state="filled", fee_usd=0.1), lost, trace=2),
    )
    assert await found(api, "asset:ETH") == [1, 2]
    assert await found(api, "asset:ETH", outcome="failed") == [1]


async def test_a_result_that_borrows_its_group_or_is_learned_later(api: Api, put: Put) -> None:
    signal = span("pf.signal.analysis", 0, signal_type="momentum")
    read = span("pf.trade.read", 5, order_id="o", fee_usd=0.1, order_state="filled")
    put(
        traces(cycle(0), signal, close(1, 1.0), trace=1),
        traces(cycle(2), order(2, order_id="o", asset="BTC", side="sell", order_state="open"), trace=2),
        traces(cycle(5), read, trace=3),
        traces(cycle(9), span("pf.trade.read", 9, order_id="o", fee_usd=0.1), trace=4),  # nothing new
    )
    assert await found(api, "attr:pf.signal_type:momentum") == [1]
    assert await found(api, "side:sell") == [2, 3]
    assert await found(api, "asset:BTC") == [2, 3]


async def test_an_empty_value_is_not_the_same_as_none(api: Api, put: Put) -> None:
    put(traces(cycle(0), close(0, 1.0, note=""), trace=1), traces(cycle(0), close(0, 1.0), trace=2))
    assert await found(api, "attr:pf.note:") == [1]
    assert await found(api, "attr:pf.note") == [2]


async def test_as_narrow_as_the_page_that_the_row_is_on(api: Api, put: Put) -> None:
    put(
        traces(cycle(0), close(0, 1.0, asset="BTC"), trace=1, resource=agent("a")),
        traces(order(0, asset="ETH", fee_usd=0.1) | {"id": 9}, trace=1, resource=agent("b")),
        traces(cycle(0), close(0, 1.0, asset="ETH", kind="x"), trace=2, resource=agent("a")),
    )
    assert await found(api, "asset:ETH") == [1, 2]
    assert await found(api, "asset:ETH", agent="a") == [2]
    assert await found(api, "agent:a", asset="BTC") == [1]
    assert await found(api, "agent:a", attr="pf.kind:x") == [2]
    assert await found(api, "agent:a", to=T0) == []


@pytest.mark.parametrize("by", ["agent", "asset", "side", "hour", "attr:pf.order_id"])
async def test_every_row_has_traces_and_every_trace_with_money_a_row(api: Api, put: Put, by: str) -> None:
    put(*Story(1).requests())
    period = {"from_": T0 - MINUTE, "to": T0 + (MINUTES + 60) * MINUTE}
    behind: set[int] = set()
    for group in (await api("performance", by=by, limit=50, **period))["groups"]:
        ids = await api.ids(result=by if group["key"] is None else f"{by}:{group['key']}", limit=200, **period)
        assert bool(ids) == (group["closed"] + group["orders"] > 0 or group["fees_usd"] != "0"), group["key"]
        behind |= set(ids)
    listed = (await api("traces", limit=200, **period))["traces"]
    tells = {int(trace["trace_id"], 16) for trace in listed if trace["order_id"] or trace["pnl_usd"]}
    if by != "attr:pf.order_id":  # of which there are more than are told apart
        assert behind <= tells | {int(trace["trace_id"], 16) for trace in listed if trace["fee_usd"]}
        assert {int(trace["trace_id"], 16) for trace in listed if trace["name"] == "main"} <= behind


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("profit:1", r"^result must be one of agent, strategy, release, asset, side, hour, or attr: and"),
        (":BTC", r"^result must be one of"),
        ("attr", r"^result must be one of"),
        ("attr:", r"^result must be one of"),
    ],
)
def test_a_group_that_does_not_exist_is_refused(value: str, message: str) -> None:
    with pytest.raises(Problem, match=message):
        parse_filters([("result", value)], NOW)
