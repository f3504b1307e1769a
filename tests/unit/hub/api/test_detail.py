"""GET /traces/{id}: every span as it was sent, and the traces that belong to the story."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from fleaglass.hub.api.detail import encoded_trace
from fleaglass.hub.store import Store
from tests.support.otlp import T0, TEN_KINDS, any_value, key_values, link, traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]


def told(value: Any) -> Any:
    """A Python value as the API tells it."""
    match value:
        case None:
            return {"type": "empty", "value": None}
        case bool():
            return {"type": "bool", "value": value}
        case int():
            return {"type": "int", "value": str(value)}
        case float() if not math.isfinite(value):
            return {"type": "double", "value": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
        case float():
            return {"type": "double", "value": value}
        case bytes():
            return {"type": "bytes", "value": {b"\x00\xff\xfe": "AP/+", b"": ""}[value]}
        case list():
            return {"type": "array", "value": [told(member) for member in value]}
        case dict():
            return {"type": "kvlist", "value": pairs(value)}
    return {"type": "string", "value": value}


def pairs(attributes: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": told(value)} for key, value in attributes.items()]


async def test_a_span_comes_back_as_it_was_sent(api: Api, put: Put) -> None:
    event = Span.Event(
        name="order_filled",
        time_unix_nano=T0 + 7,
        attributes=key_values({"fill_price": 68027.2, "none": None}),
        dropped_attributes_count=3,
    )
    put(
        traces(
            {
                "name": "pf.trade.execute",
                "kind": 3,
                "parent": 7,
                "start_time_unix_nano": T0 + 1,
                "end_time_unix_nano": T0 + 1_000_000_001,
                "trace_state": "vendor=1",
                "attributes": {"pf.asset": "BTC", "http.response.status_code": 200},
                "events": [event],
                "links": [link(2, 9, why="handoff")],
                "dropped_attributes_count": 1,
                "dropped_events_count": 2,
                "dropped_links_count": 4,
                "status": 2,
            },
            resource={"service.name": "svc", "pf.agent_id": "vol-arb-1", "service.version": "r1", "n": 1},
        )
    )
    answer = await api("traces/1")
    assert answer["spans"] == [
        {
            "trace_id": "00000000000000000000000000000001",
            "span_id": "0000000000000001",
            "parent_span_id": "0000000000000007",
            "name": "pf.trade.execute",
            "kind": "client",
            "service": "svc",
            "agent": "vol-arb-1",
            "release": "r1",
            "start_ns": str(T0 + 1),
            "end_ns": str(T0 + 1_000_000_001),
            "duration_ns": 1_000_000_000,
            "status": "error",
            "status_message": "",
            "trace_state": "vendor=1",
            "scope": {"name": "test", "version": "1"},
            "attributes": pairs({"http.response.status_code": 200, "pf.asset": "BTC"}),
            "events": [
                {
                    "name": "order_filled",
                    "time_ns": str(T0 + 7),
                    "attributes": pairs({"fill_price": 68027.2, "none": None}),
                    "dropped_attributes_count": 3,
                }
            ],
            "links": [
                {
                    "trace_id": "00000000000000000000000000000002",
                    "span_id": "0000000000000009",
                    "trace_state": "k=v",
                    "attributes": pairs({"why": "handoff"}),
                }
            ],
            "resource": 0,
            "dropped_attributes_count": 1,
            "dropped_events_count": 2,
            "dropped_links_count": 4,
        }
    ]
    assert answer["resources"] == [
        pairs({"service.name": "svc", "pf.agent_id": "vol-arb-1", "service.version": "r1", "n": 1})
    ]
    assert (answer["traces"], answer["shown"], answer["total"]) == (["00000000000000000000000000000001"], 1, 1)


MORE_KINDS = {
    "bytes.empty": b"",
    "empty": None,
    "array.empty": [],
    "kvlist.empty": {},
    "int.min": -(2**63),
    "int.max": 2**63 - 1,
    "double.nan": math.nan,
    "double.inf": math.inf,
    "double.-inf": -math.inf,
    "double.tiny": 5e-324,
    "double.huge": 1.7976931348623157e308,
    "double.whole": 3.0,
    "nested": [{"deep": [None, b"\x00\xff\xfe", {"x": math.inf}]}],
    "odd 😀 'quoted\" \\ \0 key": "odd 😀 'quoted\" \\ \0 value",
}


async def test_ten_kinds_of_values_and_more_come_back_type_by_type(api: Api, put: Put) -> None:
    sent = TEN_KINDS | MORE_KINDS
    event = Span.Event(name="e", attributes=key_values(sent))
    put(traces({"attributes": sent, "events": [event], "links": [link(9, 9, **sent)]}, resource=sent))
    answer = await api("traces/1")
    [span] = answer["spans"]
    assert {pair["key"]: pair["value"] for pair in span["attributes"]} == {
        key: told(value) for key, value in sent.items()
    }
    assert [pair["key"] for pair in span["attributes"]] == sorted(sent)
    assert span["events"][0]["attributes"] == pairs(sent)
    assert span["links"][0]["attributes"] == pairs(sent)
    assert answer["resources"] == [pairs(sent)]


@pytest.mark.parametrize("value", [66000, 1.5, "text", True, b"\x00\xff\xfe", None, [1]])
async def test_a_schema_attribute_of_another_type_keeps_its_own(api: Api, put: Put, value: Any) -> None:
    sent = {"pf.asset": value, "pf.quantity": value, "pf.http_status": value, "pf.cache_hit": value}
    put(traces({"attributes": sent}))
    [span] = (await api("traces/1"))["spans"]
    assert span["attributes"] == pairs(dict(sorted(sent.items())))


async def test_a_key_that_was_sent_twice_is_shown_twice(api: Api, put: Put) -> None:
    request = traces({})
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.extend([KeyValue(key="k", value=AnyValue(int_value=1)), KeyValue(key="k", value=any_value("one"))])
    put(request)
    assert (await api("traces/1"))["spans"][0]["attributes"] == [
        {"key": "k", "value": told(1)},
        {"key": "k", "value": told("one")},
    ]


@pytest.mark.parametrize("written", ["abc", "ABC", "0abc", f"{0xABC:032x}"])
async def test_leading_zeros_may_be_dropped(api: Api, put: Put, written: str) -> None:
    put(traces({}, trace=0xABC))
    assert (await api(f"traces/{written}"))["trace_id"] == f"{0xABC:032x}"


async def test_what_is_no_trace_id_and_what_is_no_trace(api: Api, put: Put) -> None:
    put(traces({"links": [link(5, 1)]}))
    assert await api.refused("traces/xyz") == (400, "bad_filter", "trace_id must be 1 to 32 hex digits, got 'xyz'")
    assert (await api.refused(f"traces/{'a' * 33}"))[:2] == (400, "bad_filter")
    assert await api.refused("traces/2") == (404, "trace_not_found", f"there is no trace {2:032x}")
    assert (await api.refused("traces/5"))[0] == 404  # only linked to
    assert (await api.refused("traces/1", depth="2"))[1] == "unknown_parameter"


async def test_re_sent_spans_are_shown_once(api: Api, put: Put) -> None:
    put(traces({}, {"parent": 1}), traces({}, {"parent": 1}), traces({"links": [link(1, 1)]}, trace=2))
    answer = await api("traces/1")
    assert (answer["shown"], answer["total"], len(answer["spans"])) == (3, 3, 3)


async def test_a_trace_too_large_keeps_its_own_earliest_spans(store: Store, put: Put) -> None:
    put(
        traces(*({"start_time_unix_nano": T0 + 10 - n} for n in range(5))),
        traces({"links": [link(1, 1)], "start_time_unix_nano": T0}, trace=2),
    )
    answer = json.loads(await encoded_trace(store, f"{1:032x}", most=3))
    assert [int(span["span_id"], 16) for span in answer["spans"]] == [5, 4, 3]
    assert (answer["shown"], answer["total"]) == (3, 6)
    assert answer["traces"] == [f"{1:032x}", f"{2:032x}"]


async def test_kinds_and_states_that_otlp_does_not_know(api: Api, put: Put) -> None:
    put(traces({"kind": 5, "status": 1}, {"kind": 0, "status": 2}))
    spans = (await api("traces/1"))["spans"]
    assert [(span["kind"], span["status"]) for span in spans] == [("consumer", "ok"), ("unspecified", "error")]
