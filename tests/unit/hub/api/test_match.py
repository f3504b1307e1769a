"""Which traces a filter finds, and which it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.traces import count_and_page, page_of
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]

ODD = [
    "it's",
    'say "hi"',
    "back\\slash",
    "tab\tnew\nline",
    "nul\0byte",
    "😀 émoji",
    "{p0:String}",
    "%s",
    "\\N",
    "'; --",
]


async def test_filters_look_at_any_span_of_the_trace(api: Api, put: Put) -> None:
    child = {"name": "pf.trade.execute", "parent": 1, "attributes": {"pf.asset": "BTC"}}
    put(
        traces({"name": "agent.decision_cycle"}, resource={"pf.agent_id": "a"}),
        traces({"id": 2, **child}, resource={"pf.agent_id": "b"}),
        traces({"name": "agent.decision_cycle"}, resource={"pf.agent_id": "c"}, trace=2),
    )
    assert await api.ids(agent="a") == await api.ids(agent="b") == [1]
    assert await api.ids(name="pf.trade.execute") == await api.ids(asset="BTC") == [1]
    assert await api.ids(agent="a", asset="BTC", name="agent.decision_cycle") == [1]
    assert await api.ids(agent="c", asset="BTC") == []
    assert sorted(await api.ids(name="agent.decision_cycle")) == [1, 2]
    assert await api.ids(agent="A") == await api.ids(name="pf.trade") == []


async def test_status(api: Api, put: Put) -> None:
    put(
        traces({"status": 1}, {"parent": 1, "status": 2}, trace=1),
        traces({"status": 1}, trace=2),
        traces({}, {"parent": 1, "status": 1}, trace=3),
        traces({"status": 2}, trace=4),
    )
    assert sorted(await api.ids(status="error")) == [1, 4]
    assert sorted(await api.ids(status="ok")) == [1, 2]
    assert await api.ids(status="unset") == [3]


async def test_duration_is_the_roots(api: Api, put: Put) -> None:
    put(
        traces({"end_time_unix_nano": T0 + 5_000_000}, {"parent": 1, "end_time_unix_nano": T0 + 10**9}, trace=1),
        traces({"end_time_unix_nano": T0 + 4_999_999}, trace=2),
        traces({"parent": 9, "end_time_unix_nano": T0 + 6_000_000}, trace=3),
    )
    assert sorted(await api.ids(min_duration_ms=5)) == [1, 3]
    assert await api.ids(min_duration_ms=5.5) == [3]
    assert await api.ids(min_duration_ms="inf") == []
    assert len(await api.ids(min_duration_ms=0)) == 3


KINDS: list[tuple[Any, set[str]]] = [
    # a value, and the texts that find it
    ("30", {"30"}),
    (30, {"30", "30.0", "3e1"}),
    (30.0, {"30", "30.0", "3e1"}),
    (2**53 + 1, {str(2**53 + 1)}),
    (-(2**63), {str(-(2**63))}),
    (0, {"0", "-0"}),
    (0.1, {"0.1", "1e-1"}),
    (float("nan"), {"NaN", "nan"}),
    (float("inf"), {"inf", "Infinity"}),
    (True, {"true"}),
    (False, {"false"}),
    ("", {""}),
    ("true", {"true"}),
    ("a:b", {"a:b"}),
    (b"0", set()),
]
TEXTS = sorted(
    set().union(*(texts for _, texts in KINDS)) | {"30.5", str(2**53), "1", "True", "-inf", "a", "29.999999"}
)


@pytest.mark.parametrize("key", ["custom", "pf.asset", "pf.quantity", "pf.http_status", "pf.cache_hit"])
def test_attributes_are_compared_by_value_wherever_they_are_kept(engine: Engine, put: Put, key: str) -> None:
    put(*(traces({}, {"parent": 1, "attributes": {key: value}}, trace=n) for n, (value, _) in enumerate(KINDS)))
    for text in TEXTS:
        filters, bind = Filters(attributes=((key, text),)), Bindings()
        page = page_of(engine.query(count_and_page(filters, bind), bind.values), filters)
        found = {int.from_bytes(place.trace_id, "big") for place in page.places}
        assert found == {n for n, (_, texts) in enumerate(KINDS) if text in texts}, text


@pytest.mark.parametrize(("value", "found"), [("demo", "demo"), (7, "7.0"), (0.5, "0.5"), (True, "true"), ("7", "7")])
async def test_attributes_of_the_resource_count_as_well(api: Api, put: Put, value: Any, found: str) -> None:
    put(traces({}, resource={"where": value}, trace=1), traces({}, resource={"where": "elsewhere"}, trace=2))
    assert await api.ids(attr=f"where:{found}") == [1]


async def test_several_attributes_may_be_on_different_spans(api: Api, put: Put) -> None:
    put(
        traces({"attributes": {"a": 1}}, {"parent": 1, "attributes": {"b": 2}}),
        traces({"attributes": {"a": 1}}, trace=2),
    )
    assert await api.ids(attr=["a:1", "b:2"]) == [1]
    assert await api.ids(attr=["a:1", "b:3"]) == []


@pytest.mark.parametrize("odd", ODD)
async def test_odd_names_and_values_are_only_text(api: Api, put: Put, odd: str) -> None:
    put(traces({"name": odd, "attributes": {odd: odd, "pf.asset": odd}}, resource={"pf.agent_id": odd}, trace=1))
    put(traces({"name": "other", "attributes": {"k": "v", "pf.asset": "v"}}, resource={"pf.agent_id": "v"}, trace=2))
    for query in (
        {"name": odd},
        {"agent": odd},
        {"asset": odd},
        {"attr": f"{odd}:{odd}"} if ":" not in odd else {},
        {"q": odd},
    ):
        if query:
            assert await api.ids(**query) == [1], query
    [trace] = (await api("traces", name=odd))["traces"]
    assert (trace["name"], trace["agent"], trace["asset"]) == (odd, odd, odd)


SEARCHED = {
    "pf.order_id": "ord_5F1c",
    "pf.escrow_id": "esc_91c4",
    "pf.counterparty": "research-lead",
    "pf.cycle_reason": "low confidence",
    "pf.error.code": "INSUFFICIENT_MARGIN",
    "pf.asset": "SOL",
}


async def test_text_is_found_in_any_case(api: Api, put: Put) -> None:
    put(
        traces(
            {"name": "Grün"}, {"parent": 1, "attributes": SEARCHED}, resource={"pf.agent_id": "momentum"}, trace=0xFEED
        ),
        traces({"name": "other"}, resource={"pf.agent_id": "b"}, trace=2),
    )
    for text in ["ORD_5f", "91C4", "Research", "LOW CONF", "insufficient", "sol", "grÜN", "MOMENT"]:
        assert await api.ids(q=text) == [0xFEED], text
    assert await api.ids(q=f"{0xFEED:032x}") == [0xFEED]
    assert await api.ids(q=f"{0xFEED:032X}"[:31]) == [0xFEED]
    assert await api.ids(q="feed") == []


WORDS = some.text(min_size=1, max_size=20)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    some.builds(
        Filters,
        agent=some.none() | WORDS,
        name=some.none() | WORDS,
        status=some.sampled_from([None, "error", "ok", "unset"]),
        asset=some.none() | WORDS,
        min_duration_ns=some.none() | some.integers(0, 2**63 - 1),
        attributes=some.lists(some.tuples(WORDS, some.text(max_size=10) | some.floats().map(str)), max_size=2).map(
            tuple
        ),
        text=some.none() | WORDS,
    )
)
def test_no_filter_breaks_the_engine(engine: Engine, filters: Filters) -> None:
    bind = Bindings()
    assert engine.query(count_and_page(filters, bind), bind.values) == []
