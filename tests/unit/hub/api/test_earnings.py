"""Profit and loss within a trace: what tells of it most closely counts, and whatever lies above only repeats it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.otlp import trace_id, traces
from tests.unit.hub.api.conftest import Api
from tests.unit.hub.api.test_performance import WHOLE, Put, agent, close, cycle, span


def below(parent: int, spans: dict[str, Any], number: int) -> dict[str, Any]:
    return {**spans, "parent": parent, "id": number}


async def earned(api: Api, **query: Any) -> tuple[str, int]:
    """By Performance; the statistics, the list of agents and the trace's own line say the same sum."""
    total = (await api("performance", **WHOLE, **query))["total"]
    statistics = (await api("stats", **WHOLE, **query))["totals"]
    assert (statistics["pnl_usd"], statistics["closed"]) == (total["pnl_usd"], total["closed"])
    if not query:
        agents = (await api("agents"))["agents"]
        assert f"{sum(float(each['pnl_usd']) for each in agents):g}" == total["pnl_usd"]
        lines = (await api("traces"))["traces"]
        assert f"{sum(float(each['pnl_usd'] or 0) for each in lines):g}" == total["pnl_usd"]
    return total["pnl_usd"], total["closed"]


MAIN = span("main", 0, None)
"""The root: a framework's span, or a task that was taken over."""


async def test_each_cycle_of_a_trace_for_itself(api: Api, put: Put) -> None:
    """One closes through an operation, the next says by itself what it earned, the third lost through a pipeline."""
    put(
        traces(
            MAIN,
            below(1, cycle(1, pnl_usd=3.0), 2),
            below(2, close(1, 3.0), 3),
            below(1, cycle(2, pnl_usd=5.0), 4),
            below(1, cycle(3, pnl_usd=-2.0), 5),
            below(5, span("order.pipeline", 3), 6),
            below(6, span("order.submit", 3), 7),
            below(7, close(3, -2.0), 8),
        )
    )
    assert await earned(api) == ("6", 3)


async def test_a_cycle_that_says_nothing_takes_nothing_from_the_next(api: Api, put: Put) -> None:
    put(traces(MAIN, below(1, cycle(1), 2), below(2, close(1, 3.0), 3), below(1, cycle(2, pnl_usd=5.0), 4)))
    assert await earned(api) == ("8", 2)


async def test_cycles_that_run_side_by_side(api: Api, put: Put) -> None:
    """The first one's operation begins after the second cycle did."""
    put(
        traces(
            MAIN,
            below(1, cycle(1, pnl_usd=3.0), 2),
            below(1, cycle(2, pnl_usd=5.0), 3),
            below(2, close(3, 3.0), 4),
        )
    )
    assert await earned(api) == ("8", 2)


async def test_an_operation_beside_the_cycles(api: Api, put: Put) -> None:
    put(traces(MAIN, below(1, close(0, 3.0), 2), below(1, cycle(1, pnl_usd=5.0), 3)))
    assert await earned(api) == ("8", 2)


async def test_a_root_repeats_its_cycles_whatever_it_is_called(api: Api, put: Put) -> None:
    root = span("main", 0, None, pnl_usd=8.0)
    put(traces(root, below(1, cycle(1, pnl_usd=3.0), 2), below(1, cycle(2, pnl_usd=5.0), 3)))
    assert await earned(api) == ("8", 2)


async def test_a_cycle_within_a_cycle_is_the_one_that_counts(api: Api, put: Put) -> None:
    put(
        traces(
            MAIN, below(1, cycle(1, pnl_usd=3.0), 2), below(2, span("step", 1), 3), below(3, cycle(1, pnl_usd=3.0), 4)
        )
    )
    assert await earned(api) == ("3", 1)


async def test_a_cycle_whose_root_went_elsewhere(api: Api, put: Put) -> None:
    """Its parent was sent to another backend, or has not arrived."""
    put(traces(below(99, cycle(1, pnl_usd=3.0), 2), below(2, span("step", 1), 3), below(3, close(1, 3.0), 4)))
    assert await earned(api) == ("3", 1)


async def test_another_agent_below_a_cycle_earns_for_itself(api: Api, put: Put) -> None:
    put(traces(cycle(0, pnl_usd=3.0), resource=agent("a")))
    put(traces({**close(1, 2.0), "id": 9}, resource=agent("b")))
    assert await earned(api) == ("5", 2)
    assert await earned(api, agent="a") == ("3", 1)


@pytest.mark.parametrize("times", [1, 2])
async def test_sent_in_any_order_and_twice(api: Api, put: Put, times: int) -> None:
    spans = [
        MAIN | {"id": 1},
        below(1, cycle(1, pnl_usd=3.0), 2),
        below(2, span("step", 1), 3),
        below(3, close(1, 3.0), 4),
        below(1, cycle(2, pnl_usd=5.0), 5),
    ]
    for each in spans[::-1] * times:
        put(traces(each))
    assert await earned(api) == ("8", 2)


async def test_spans_that_are_their_own_ancestors_end_nothing(api: Api, put: Put) -> None:
    """Ids come from strangers: a circle of parents is climbed only so far."""
    put(traces(below(3, cycle(1, pnl_usd=3.0), 2), below(2, span("step", 1), 3), below(3, close(1, 3.0), 4)))
    assert await earned(api) == ("3", 1)


async def test_the_line_of_a_trace_tells_what_it_earned(api: Api, put: Put) -> None:
    """A batch repeats its bets, and a second trace that reads the order tells of it too."""
    put(
        traces(
            cycle(0, pnl_usd=-0.5),
            span("pf.casino.batch", 0, pnl_usd=-0.5),
            below(2, span("pf.casino.bet", 0, pnl_usd=-0.5), 3),
        )
    )
    told = {"order_id": "o", "pnl_usd": 2.0, "order_state": "filled"}
    put(traces(cycle(1, pnl_usd=2.0), span("pf.trade.execute", 1, **told), trace=2))
    put(traces(cycle(2, pnl_usd=2.0), span("pf.trade.read", 2, **told), trace=3))
    lines = {trace["trace_id"]: trace["pnl_usd"] for trace in (await api("traces"))["traces"]}
    assert lines == {trace_id(1).hex(): "-0.5", trace_id(2).hex(): "2", trace_id(3).hex(): "2"}
