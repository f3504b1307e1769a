"""Work that is under way is shown as that, and counts as ended nowhere; its end takes its place, however it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fleaglass.hub.receive.otlp import parse
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import Api

MS = 1_000_000
RESOURCE = {"service.name": "purple-flea-agent", "pf.agent_id": "vol-arb-1"}
CYCLE = "agent.decision_cycle"
ORDER = {"name": "pf.trade.execute", "id": 2, "parent": 1}

Put = Callable[..., None]


@pytest.fixture
def receive(engine: Engine) -> Put:
    """Stores a request with these spans of trace 1, as a receiver does with its bytes."""

    def store(*spans: dict[str, Any]) -> None:
        batch = parse("traces", traces(*spans, resource=RESOURCE).SerializeToString())
        engine.insert(batch.signal, batch.body)

    return store


def still(start_ms: int, **span: Any) -> dict[str, Any]:
    return {"start_time_unix_nano": T0 + start_ms * MS, "end_time_unix_nano": 0, **span}


def over(start_ms: int, lasted_ms: int, **span: Any) -> dict[str, Any]:
    start = T0 + start_ms * MS
    return {"start_time_unix_nano": start, "end_time_unix_nano": start + lasted_ms * MS, **span}


async def only_trace(api: Api, **query: Any) -> dict[str, Any]:
    page = await api("traces", **query)
    (trace,) = page["traces"]
    return trace


async def spans(api: Api) -> list[tuple[str, str, int]]:
    """Name, end and duration of each span of trace 1."""
    detail = await api("traces/1")
    assert detail["shown"] == detail["total"] == len(detail["spans"])
    return [(each["name"], each["end_ns"], each["duration_ns"]) for each in detail["spans"]]


async def test_a_cycle_of_which_nothing_has_ended_is_in_flight(api: Api, receive: Put) -> None:
    receive(still(0, name=CYCLE), still(5, **ORDER, attributes={"pf.asset": "BTC", "pf.side": "buy"}))
    trace = await only_trace(api)
    assert (trace["outcome"], trace["name"], trace["agent"]) == ("flight", CYCLE, "vol-arb-1")
    assert (trace["span_count"], trace["root_span_id"], trace["asset"]) == (2, None, "BTC")
    assert (trace["pnl_usd"], trace["fee_usd"], trace["error_count"]) == (None, None, 0)
    assert await spans(api) == [(CYCLE, "0", 0), ("pf.trade.execute", "0", 0)]


async def test_its_end_takes_its_place_whichever_arrives_first(api: Api, receive: Put) -> None:
    ended = over(0, 70, name=CYCLE, attributes={"pf.cycle_outcome": "skipped"})
    receive(ended)
    receive(still(0, name=CYCLE))
    assert (await only_trace(api))["outcome"] == "skipped"
    assert await spans(api) == [(CYCLE, str(T0 + 70 * MS), 70 * MS)]


async def test_a_later_end_takes_its_place(api: Api, receive: Put) -> None:
    receive(still(0, name=CYCLE))
    receive(over(0, 70, name=CYCLE, attributes={"pf.cycle_outcome": "skipped"}))
    trace = await only_trace(api)
    assert (trace["outcome"], trace["span_count"], trace["duration_ns"]) == ("skipped", 1, 70 * MS)


async def test_in_one_request_as_well(api: Api, receive: Put) -> None:
    receive(still(0, name=CYCLE), over(5, 10, **ORDER), still(5, **ORDER))
    assert await spans(api) == [(CYCLE, "0", 0), ("pf.trade.execute", str(T0 + 15 * MS), 10 * MS)]


async def test_a_cycle_with_an_operation_that_ended_is_named_after_its_root(api: Api, receive: Put) -> None:
    receive(over(50, 20, **ORDER, attributes={"pf.fee_usd": 0.5}))
    receive(still(0, name=CYCLE))
    trace = await only_trace(api)
    assert (trace["outcome"], trace["name"], trace["span_count"], trace["fee_usd"]) == ("flight", CYCLE, 2, "0.5")
    assert (trace["start_ns"], trace["duration_ns"]) == (str(T0), 70 * MS)


async def test_a_later_snapshot_knows_more(api: Api, receive: Put) -> None:
    receive(still(0, name=CYCLE))
    receive(still(0, name=CYCLE, attributes={"pf.market": "BTC/USD"}))
    (span,) = (await api("traces/1"))["spans"]
    assert [each["key"] for each in span["attributes"]] == ["pf.market"]


async def test_money_of_what_has_not_ended_is_not_counted(api: Api, receive: Put, engine: Engine) -> None:
    money = {"pf.fee_usd": 1.0, "pf.pnl_usd": 5.0, "pf.order.state": "filled", "pf.order_id": "o"}
    receive(still(0, name=CYCLE), still(1, **ORDER, attributes=money))
    totals = (await api("stats"))["totals"]
    assert (totals["counts"]["flight"], totals["counts"]["traded"]) == (1, 0)
    assert (totals["pnl_usd"], totals["fees_usd"], totals["closed"]) == ("0", "0", 0)
    assert engine.query("SELECT count() AS spans FROM spans") == [{"spans": 0}]


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ({"agent": "vol-arb-1"}, True),
        ({"agent": "other"}, False),
        ({"name": "pf.trade.execute"}, True),
        ({"asset": "ETH"}, False),
        ({"outcome": "flight"}, True),
        ({"outcome": "traded"}, False),
        ({"min_duration_ms": 1}, False),
        ({"attr": "pf.asset:BTC"}, True),
        ({"q": "btc"}, True),
    ],
)
async def test_filters_hold_for_open_work(api: Api, receive: Put, query: dict[str, Any], is_shown: bool) -> None:
    receive(still(0, name=CYCLE), still(5, **ORDER, attributes={"pf.asset": "BTC"}))
    assert await api.ids(**query) == ([1] if is_shown else [])


async def test_what_has_given_no_sign_of_life_for_an_hour_is_not_listed_and_still_found(
    api: Api, receive: Put, engine: Engine
) -> None:
    receive(still(0, name=CYCLE))
    kept = engine.layout.kept("open_spans")
    engine.query(f"ALTER TABLE {kept} UPDATE seen = seen - 3700 WHERE 1 SETTINGS mutations_sync = 2")
    assert await api.ids() == []
    assert await spans(api) == [(CYCLE, "0", 0)]


def test_only_requests_with_open_spans_are_looked_through_for_them() -> None:
    assert parse("traces", traces(over(0, 1)).SerializeToString()).signal == "traces"
    assert parse("traces", traces(over(0, 1), still(0)).SerializeToString()).signal == "open"
