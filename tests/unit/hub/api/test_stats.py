"""GET /stats: counts, latency, slippage and money of a time range, in steps and as a whole, to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fleaglass.hub.api.stats import parse_stats
from fleaglass.hub.api.times import TimeRange
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, NOW, Api

Put = Callable[..., None]

HOUR = 60 * MINUTE
SECOND = 1_000_000_000
NONE = dict.fromkeys(["traded", "skipped", "rejected", "failed", "flight", "unknown", "interrupted", "completed"], 0)


def at(minute: float, lasted_ns: int = 1000) -> dict[str, int]:
    start = T0 + int(minute * MINUTE)
    return {"start_time_unix_nano": start, "end_time_unix_nano": start + lasted_ns}


def cycle(minute: float, outcome: str | None = "order_placed", **attributes: Any) -> dict[str, Any]:
    said = {} if outcome is None else {"pf.cycle_outcome": outcome}
    return {"name": "agent.decision_cycle", "attributes": said | attributes, **at(minute)}


def order(minute: float, lasted_ns: int, **attributes: Any) -> dict[str, Any]:
    named = {f"pf.{name}": value for name, value in attributes.items()}
    return {"name": "pf.trade.execute", "parent": 1, "attributes": named, **at(minute, lasted_ns)}


def test_the_last_hour_unless_said_otherwise() -> None:
    assert parse_stats([], NOW).time == TimeRange(NOW - HOUR, NOW)
    assert parse_stats([("range", "5m")], NOW).time == TimeRange(NOW - 5 * MINUTE, NOW)
    assert parse_stats([("to", str(T0))], NOW).time == TimeRange(T0 - HOUR, T0)
    assert parse_stats([("from", str(T0))], NOW).time == TimeRange(T0, NOW)
    assert parse_stats([("from", str(NOW + 5))], NOW).time == TimeRange(NOW - 1, NOW)
    assert parse_stats([("to", "1")], NOW).time == TimeRange(0, 1)
    assert parse_stats([("range", "9999w")], NOW).time == TimeRange(0, NOW)


async def test_an_hour_in_steps_and_as_a_whole(api: Api, put: Put) -> None:
    bought = {"side": "buy", "expected_price": 68000.0, "fill_price": 68027.2, "fill_quantity": 0.0125, "fee_usd": 0.37}
    sold = {"side": "sell", "expected_price": 100.0, "fill_price": 99.9, "fill_quantity": 0.1, "fee_usd": 0.01}
    closed = {"pf.pnl_usd": -0.29, "pf.fee_usd": 0.02}
    put(
        traces(cycle(0), order(0, 100, slippage_bps=4.0, **bought), trace=1),
        traces(
            cycle(1.2),
            order(1.2, 300, slippage_bps=10.0, **sold),
            {"name": "pf.trade.close", "parent": 1, "attributes": closed, **at(1.3)},
            trace=2,
        ),
        traces(cycle(1.4, "skipped"), trace=3),
        traces({"name": "GET /", **at(1.5)}, trace=4),
        traces({"name": "pf.signal.analysis", "parent": 9, **at(1.6)}, trace=5),
    )
    answer = await api("stats", from_=T0, to=T0 + HOUR)
    assert (answer["from_ns"], answer["to_ns"], answer["step_s"]) == (str(T0), str(T0 + HOUR), 60)
    assert answer["totals"] == {
        "cycles": 4,
        "counts": NONE | {"traded": 2, "skipped": 1, "flight": 1, "completed": 1},
        "pnl_usd": "-0.29",
        "fees_usd": "0.4",
        "closed": 1,
        "p50_ns": 300,
        "p99_ns": 300,
        "median_slippage_bps": 7.0,
        "slippage_cost_usd": "0.35",  # 27.2 × 0.0125 + 0.1 × 0.1
        "in_flight": 0,
        "exposed_usd": "0",
    }
    first = T0 // MINUTE * MINUTE  # T0 is 20 s into a minute
    assert [int(point["t_ns"]) for point in answer["points"]] == list(range(first, T0 + HOUR, MINUTE))
    empty = {"counts": NONE, "p50_ns": None, "p99_ns": None, "pnl_usd": "0", "fees_usd": "0", "slippage_bps": None}
    assert answer["points"][0] == empty | {
        "t_ns": str(first),
        "counts": NONE | {"traded": 1},
        "p50_ns": 100,
        "p99_ns": 100,
        "fees_usd": "0.37",
        "slippage_bps": 4.0,
    }
    assert answer["points"][1] == empty | {
        "t_ns": str(first + MINUTE),
        "counts": NONE | {"traded": 1, "skipped": 1, "completed": 1, "flight": 1},
        "p50_ns": 300,
        "p99_ns": 300,
        "pnl_usd": "-0.29",
        "fees_usd": "0.03",
        "slippage_bps": 10.0,
    }
    assert all(point == empty | {"t_ns": point["t_ns"]} for point in answer["points"][2:])


async def test_the_steps_add_up_to_the_whole(api: Api, put: Put) -> None:
    for n in range(12):
        close = {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": 0.1 * n}, **at(n / 3)}
        put(traces(cycle(n / 3), order(n / 3, 100 + n, slippage_bps=float(n)), close, trace=n))
    answer = await api("stats", range="1h")
    assert sum(point["counts"]["traded"] for point in answer["points"]) == answer["totals"]["counts"]["traded"] == 12
    assert answer["totals"]["pnl_usd"] == "6.6"
    assert sum(round(float(point["pnl_usd"]) * 10) for point in answer["points"]) == 66


async def test_re_sent_spans_change_nothing(api: Api, put: Put) -> None:
    request = traces(
        cycle(0, **{"pf.pnl_usd": 2.5}),
        order(0, 100, slippage_bps=4.0, fee_usd=0.1, fill_price=1.0, expected_price=0.5, fill_quantity=1.0),
        {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": 2.5}},
        {"name": "pf.escrow.create", "parent": 1, "attributes": {"pf.escrow_id": "e", "pf.amount_usd": 25.0}},
    )
    put(request)
    once = await api("stats", range="1h")
    put(request, request)
    assert await api("stats", range="1h") == once
    assert once["totals"]["pnl_usd"] == "2.5"


async def test_only_what_lies_in_the_range_counts(api: Api, put: Put) -> None:
    """A cycle that began before it and closes within: its operation counts here, its own repetition nowhere twice."""
    close = {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": 2.5}, **at(2)}
    put(traces(cycle(0, **{"pf.pnl_usd": 2.5}), close))
    assert [
        (await api("stats", from_=T0 + start, to=T0 + end))["totals"]["pnl_usd"]
        for start, end in ((0, MINUTE), (MINUTE, 3 * MINUTE), (0, 3 * MINUTE))
    ] == ["0", "2.5", "2.5"]


async def test_one_agent(api: Api, put: Put) -> None:
    for name, pnl in (("a", 1.5), ("b", -4.0)):
        close = {"name": "pf.trade.close", "parent": 1, "attributes": {"pf.pnl_usd": pnl, "pf.fee_usd": 0.5}, **at(0)}
        resource = {"pf.agent_id": name}
        put(traces(cycle(0), order(0, 7, slippage_bps=pnl), close, trace=ord(name), resource=resource))
    totals = (await api("stats", agent="b"))["totals"]
    assert (totals["cycles"], totals["pnl_usd"], totals["fees_usd"]) == (1, "-4", "0.5")
    assert totals["median_slippage_bps"] == -4.0
    assert (await api("stats", agent="nobody"))["totals"]["cycles"] == 0


async def test_slippage_without_an_expected_price_is_worth_its_basis_points(api: Api, put: Put) -> None:
    put(traces(cycle(0), order(0, 1, side="sell", fill_price=200.0, quantity=2.0, slippage_bps=5.0)))
    assert (await api("stats"))["totals"]["slippage_cost_usd"] == "0.2"


async def test_numbers_that_are_none_are_left_out(api: Api, put: Put) -> None:
    nan = float("nan")
    put(traces(cycle(0), order(0, 1, slippage_bps=nan, fee_usd=nan, fill_price=nan, expected_price=1.0, quantity=1.0)))
    totals = (await api("stats"))["totals"]
    assert (totals["median_slippage_bps"], totals["fees_usd"], totals["slippage_cost_usd"]) == (None, "0", "0")
