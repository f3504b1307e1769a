"""GET /traces: a row a trace, said exactly; pages that hold still; counts that do not depend on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.otlp import T0, any_value, traces
from tests.unit.hub.api.conftest import MINUTE, NOW, Api

Put = Callable[..., None]

RESOURCE = {
    "service.name": "purple-flea-agent",
    "pf.agent_id": "vol-arb-1",
    "pf.strategy": "vol-arb-btc",
    "service.version": "agent-vol-arb@2.1.0",
    "deployment.environment.name": "demo",
}
MS = 1_000_000


def at(start_ms: int, lasted_ms: int) -> dict[str, int]:
    start = T0 + start_ms * MS
    return {"start_time_unix_nano": start, "end_time_unix_nano": start + lasted_ms * MS}


CYCLE = {"pf.cycle_id": "c1", "pf.cycle_outcome": "order_placed", "pf.asset": "BTC", "pf.order_id": "ord_1"}
EXECUTE = {
    "pf.asset": "BTC",
    "pf.side": "buy",
    "pf.quantity": 0.0125,
    "pf.order_id": "ord_1",
    "pf.order.state": "filled",
    "pf.expected_price": 68000.0,
    "pf.fill_price": 68027.2,
    "pf.fill_quantity": 0.0125,
    "pf.fee_usd": 0.37,
    "pf.slippage_bps": 4.0,
}


def traded(number: int, start_ms: int = 0, outcome: str = "order_placed", **more: Any) -> Any:
    """A cycle of four spans that placed an order."""
    attributes = CYCLE | {"pf.cycle_outcome": outcome}
    return traces(
        {"name": "agent.decision_cycle", "attributes": attributes, **at(start_ms, 400), **more},
        {"name": "pf.signal.analysis", "parent": 1, "attributes": {"pf.signal_confidence": 0.82}, **at(start_ms, 40)},
        {"name": "pf.trade.execute", "parent": 1, "attributes": EXECUTE, **at(start_ms + 80, 300)},
        {"name": "POST /trading/order", "parent": 3, "kind": 3, **at(start_ms + 90, 100)},
        resource=RESOURCE,
        trace=number,
    )


async def test_a_trade_on_one_line(api: Api, put: Put) -> None:
    put(traded(0xABC))
    answer = await api("traces")
    assert answer["next_cursor"] is None
    assert answer["traces"] == [
        {
            "trace_id": "00000000000000000000000000000abc",
            "root_span_id": "0000000000000001",
            "name": "agent.decision_cycle",
            "agent": "vol-arb-1",
            "service": "purple-flea-agent",
            "strategy": "vol-arb-btc",
            "release": "agent-vol-arb@2.1.0",
            "environment": "demo",
            "start_ns": str(T0),
            "duration_ns": 400 * MS,
            "outcome": "traded",
            "status": "unset",
            "reason": None,
            "asset": "BTC",
            "side": "buy",
            "quantity": "0.0125",
            "fill_price": "68027.2",
            "order_id": "ord_1",
            "order_state": "filled",
            "escrow_id": None,
            "amount_usd": None,
            "counterparty": None,
            "confidence": 0.82,
            "slippage_bps": 4.0,
            "fee_usd": "0.37",
            "pnl_usd": None,
            "error_type": None,
            "error_message": None,
            "lost_answers": 0,
            "error_count": 0,
            "span_count": 4,
            "agents": ["vol-arb-1"],
            "stages": [
                {"name": "pf.signal.analysis", "start_ns": str(T0), "duration_ns": 40 * MS, "error": False},
                {"name": "pf.trade.execute", "start_ns": str(T0 + 80 * MS), "duration_ns": 300 * MS, "error": False},
            ],
        }
    ]


async def test_spans_that_are_sent_twice_count_once(api: Api, put: Put) -> None:
    put(traded(1), traded(1), traded(1))
    answer = await api("traces")
    assert [trace["span_count"] for trace in answer["traces"]] == [4]
    assert answer["traces"][0]["fee_usd"] == "0.37"
    assert answer["counts"]["all"] == answer["counts"]["traded"] == 1


async def test_an_error_is_told_with_its_type_and_message(api: Api, put: Put) -> None:
    pairs = {"exception.type": "InsufficientMarginError", "exception.message": "margin of $4 is too low"}
    event = Span.Event(name="exception", attributes=[KeyValue(key=k, value=any_value(v)) for k, v in pairs.items()])
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "failed"}},
            {
                "name": "pf.trade.execute",
                "parent": 1,
                "status": 2,
                "attributes": {"error.type": "InsufficientMarginError"},
                "events": [event],
            },
            {"name": "POST /trading/order", "parent": 2, "status": 2, "attributes": {"error.type": "400"}, **at(1, 1)},
        )
    )
    [trace] = (await api("traces"))["traces"]
    assert trace["error_type"] == "InsufficientMarginError"
    assert trace["error_message"] == "margin of $4 is too low"
    assert (trace["error_count"], trace["outcome"], trace["reason"]) == (2, "failed", "InsufficientMarginError")
    assert trace["status"] == "unset"


async def test_an_escrow_is_told_with_its_amount_and_both_agents(api: Api, put: Put) -> None:
    escrow = {"pf.escrow_id": "esc_1", "pf.amount_usd": 25.0, "pf.counterparty": "research-1", "pf.fee_usd": 0.25}
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "completed"}},
            {"name": "agent_a.create_task", "parent": 1, "kind": 4},
            {"name": "pf.escrow.create", "parent": 2, "attributes": escrow},
            {"name": "pf.escrow.release", "parent": 1, "attributes": {"pf.escrow_id": "esc_1", "pf.fee_usd": 0.25}},
            resource={"pf.agent_id": "vol-arb-1"},
        ),
        traces(
            {"name": "agent_b.task_execution", "id": 9, "parent": 2, "kind": 5, **at(5, 1)},
            resource={"pf.agent_id": "research-1"},
        ),
    )
    [trace] = (await api("traces"))["traces"]
    assert (trace["escrow_id"], trace["amount_usd"], trace["counterparty"]) == ("esc_1", "25", "research-1")
    assert trace["fee_usd"] == "0.25"  # told twice, paid once
    assert trace["agents"] == ["vol-arb-1", "research-1"]
    assert (trace["agent"], trace["service"]) == ("vol-arb-1", "")


async def test_profit_is_not_counted_again_where_the_cycle_repeats_it(api: Api, put: Put) -> None:
    close = {"name": "pf.trade.close", "parent": 1}
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.pnl_usd": 0.3}},
            close | {"attributes": {"pf.pnl_usd": 0.1, "pf.fee_usd": 0.01}},
            close | {"attributes": {"pf.pnl_usd": 0.2, "pf.fee_usd": 0.02}},
        ),
        traces({"name": "agent.decision_cycle", "attributes": {"pf.pnl_usd": -1.25}, **at(1, 1)}, trace=2),
    )
    assert [trace["pnl_usd"] for trace in (await api("traces"))["traces"]] == ["-1.25", "0.3"]
    assert [trace["fee_usd"] for trace in (await api("traces"))["traces"]] == [None, "0.03"]


async def test_slippage_of_several_orders_is_weighted_by_their_value(api: Api, put: Put) -> None:
    def order(price: float, quantity: float, bps: float) -> dict[str, Any]:
        attributes = {"pf.fill_price": price, "pf.fill_quantity": quantity, "pf.slippage_bps": bps}
        return {"name": "pf.trade.execute", "parent": 1, "attributes": attributes}

    put(
        traces({"name": "agent.decision_cycle"}, order(100.0, 3.0, 1.0), order(100.0, 1.0, 5.0)),
        traces({"attributes": {"pf.slippage_bps": -2.5}, **at(1, 1)}, trace=2),
        traces({"attributes": {"pf.slippage_bps": float("nan")}, **at(2, 1)}, trace=3),
        traces({"name": "agent.decision_cycle", **at(3, 1)}, order(3499.58, 0.142797, 2.2283), trace=4),
    )
    assert [trace["slippage_bps"] for trace in (await api("traces"))["traces"]] == [2.2283, None, -2.5, 2.0]


async def test_a_closing_is_told_with_its_exit_price_unless_there_is_an_order_too(api: Api, put: Put) -> None:
    closed = {"pf.asset": "ETH", "pf.quantity": 0.5, "pf.exit_price": 3491.5, "pf.order.state": "filled"}
    close = {"name": "pf.trade.close", "parent": 1, "attributes": closed}
    put(
        traces({"name": "agent.decision_cycle"}, close),
        traces(
            {"name": "agent.decision_cycle", **at(1, 1)},
            close,
            {"name": "pf.trade.execute", "parent": 1, "attributes": EXECUTE, **at(9, 1)},
            trace=2,
        ),
    )
    told = (await api("traces"))["traces"]
    names = ("asset", "side", "quantity", "fill_price", "order_state")
    assert [[trace[name] for name in names] for trace in told] == [
        ["BTC", "buy", "0.0125", "68027.2", "filled"],
        ["ETH", None, "0.5", "3491.5", "filled"],
    ]


async def test_until_its_root_arrives_a_trace_is_in_flight_and_its_earliest_span_stands_for_it(
    api: Api, put: Put
) -> None:
    waiting = {"parent": 1, "attributes": {"pf.order.state": "unknown"}}
    put(
        traces(
            {"id": 3, "name": "pf.trade.execute", **waiting, **at(50, 10)},
            {"id": 2, "name": "pf.signal.analysis", "parent": 1, **at(10, 30)},
        )
    )
    [trace] = (await api("traces"))["traces"]
    assert (trace["outcome"], trace["root_span_id"], trace["name"]) == ("flight", None, "pf.signal.analysis")
    assert (trace["start_ns"], trace["duration_ns"]) == (str(T0 + 10 * MS), 50 * MS)
    assert [stage["name"] for stage in trace["stages"]] == ["pf.signal.analysis", "pf.trade.execute"]
    put(traces({"id": 1, "name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "order_placed"}}))
    [trace] = (await api("traces"))["traces"]
    assert (trace["outcome"], trace["root_span_id"], trace["start_ns"]) == ("unknown", "0000000000000001", str(T0))


async def test_at_most_eight_stages(api: Api, put: Put) -> None:
    put(
        traces({}, *({"parent": 1, "name": f"stage {n}", **at(n, 1)} for n in range(20)), {"parent": 2, "name": "deep"})
    )
    [trace] = (await api("traces"))["traces"]
    assert [stage["name"] for stage in trace["stages"]] == [f"stage {n}" for n in range(8)]
    assert trace["span_count"] == 22


async def test_pages_hold_still_while_traces_arrive(api: Api, put: Put) -> None:
    put(*(traded(n, start_ms=n) for n in range(1, 8)), *(traded(n, start_ms=4) for n in (101, 102)))
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 2}
    for page in range(5):
        answer = await api("traces", **query)
        seen += [int(trace["trace_id"], 16) for trace in answer["traces"]]
        assert answer["counts"]["all"] == 9 + page
        query["cursor"] = answer["next_cursor"]
        put(traded(200 + page, start_ms=1000 + page))
    assert seen == [7, 6, 5, 4, 101, 102, 3, 2, 1]
    assert query["cursor"] is None


async def test_an_outcome_narrows_the_list_and_not_the_counts(api: Api, put: Put) -> None:
    put(traded(1), *(traded(n, start_ms=n, outcome="skipped") for n in (2, 3, 4)), traded(5, outcome="nonsense"))
    answer = await api("traces", outcome="skipped", limit=2)
    assert [int(trace["trace_id"], 16) for trace in answer["traces"]] == [4, 3]
    assert {key: count for key, count in answer["counts"].items() if count} == {
        "traded": 1,
        "skipped": 3,
        "completed": 1,
        "all": 5,
        "decisions": 5,
    }
    assert await api.ids(outcome="skipped", cursor=answer["next_cursor"]) == [2]
    assert await api.ids(outcome="flight") == []


async def test_a_trace_is_listed_where_it_starts(api: Api, put: Put) -> None:
    """Its spans reach into later ranges; there it is neither shown nor taken for one without a root."""
    late = {"parent": 1, "id": 2, "start_time_unix_nano": T0 + 5 * MINUTE, "end_time_unix_nano": T0 + 6 * MINUTE}
    put(traces({"name": "agent.decision_cycle"}, late))
    put(traces({"id": 8, "parent": 7}, late | {"id": 9, "parent": 7}, trace=2))
    assert sorted(await api.ids(range="11m")) == [1, 2]
    assert await api.ids(range="9m") == []
    assert sorted(await api.ids(from_=T0, to=T0 + 1)) == [1, 2]
    assert await api.ids(from_=T0 + 1) == []
    assert await api.ids(to=T0) == []


async def test_of_two_roots_the_earlier_one_stands_for_the_trace(api: Api, put: Put) -> None:
    put(
        traces(
            {"name": "second", "attributes": {"pf.cycle_outcome": "failed"}, **at(5, 1)},
            {"name": "first", "attributes": {"pf.cycle_outcome": "skipped"}, **at(2, 1)},
        )
    )
    answer = await api("traces")
    assert [(trace["name"], trace["outcome"]) for trace in answer["traces"]] == [("first", "skipped")]
    assert (answer["counts"]["skipped"], answer["counts"]["failed"]) == (1, 0)
    assert await api.ids(from_=T0, to=T0 + 3 * MS) == [1]


async def test_the_first_and_the_last_moment_there_is(api: Api, put: Put) -> None:
    put(traces({"start_time_unix_nano": 1, "end_time_unix_nano": 2, "parent": 9}))
    assert await api.ids(from_=1) == await api.ids(from_=0, to=2) == await api.ids(range="99999w") == [1]
    assert await api.ids(from_=2) == await api.ids(to=1) == []


async def test_times_beyond_the_engines_reach_are_listed_and_paged_like_others(api: Api, put: Put) -> None:
    for number, start in enumerate((2**63 + 10, 2**64 - 1, 2**63 - 1, 0), start=1):
        put(traces({"start_time_unix_nano": start, "end_time_unix_nano": start}, trace=number))
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 1}
    while len(seen) < 4:
        answer = await api("traces", **query)
        seen += [int(trace["trace_id"], 16) for trace in answer["traces"]]
        query["cursor"] = answer["next_cursor"]
    assert sorted(seen) == [1, 2, 3, 4]
    assert query["cursor"] is None
    for number in seen:
        assert (await api(f"traces/{number}"))["shown"] == 1
    await api("agents")


async def test_a_clock_that_is_ahead_hides_nothing(api: Api, put: Put) -> None:
    put(traces({"start_time_unix_nano": NOW + MINUTE, "end_time_unix_nano": NOW + MINUTE}))
    assert await api.ids(range="1h") == [1]


async def test_a_span_that_ends_before_it_starts_lasts_no_time(api: Api, put: Put) -> None:
    put(traces({"end_time_unix_nano": 0}))
    [trace] = (await api("traces"))["traces"]
    assert trace["duration_ns"] == 0
    assert (await api("traces/1"))["spans"][0]["end_ns"] == "0"


async def test_an_empty_store(api: Api) -> None:
    answer = await api("traces")
    assert (answer["traces"], answer["next_cursor"], answer["counts"]["all"]) == ([], None, 0)
