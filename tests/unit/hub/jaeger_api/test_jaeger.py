"""What Grafana's Jaeger data source asks for, and what it reads of the answer; from its published source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, link, traces

Put = Callable[..., None]

US = T0 // 1000
RANGE = {"start": US - 10**6, "end": US + 10**9}
ID = f"{1:032x}"


@pytest.fixture
def two_agents(put: Put) -> None:
    put(
        traces(
            {"name": "agent.decision_cycle", "end_time_unix_nano": T0 + 2_500_000},
            {
                "name": "pf.trade.execute",
                "parent": 1,
                "status": 2,
                "kind": 3,
                "attributes": {"pf.asset": "BTC", "n": 7, "x": 0.5, "ok": True, "list": [1, "a"]},
                "links": [link(2, 1)],
                "events": [{"name": "sent", "time_unix_nano": T0 + 5000}],
            },
            resource={"service.name": "agent-a", "host.name": "box"},
        ),
        traces({"id": 3, "parent": 2, "name": "task"}, resource={"service.name": "agent-b"}),
        traces(
            {"name": "agent.decision_cycle", "start_time_unix_nano": T0 + 10**9},
            resource={"service.name": "agent-a"},
            trace=2,
        ),
    )


async def data(jaeger: httpx.AsyncClient, path: str, **query: Any) -> Any:
    response = await jaeger.get(path, params=query)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["errors"] is None
    assert answer["total"] == len(answer["data"])
    return answer["data"]


async def test_services_and_their_operations(jaeger: httpx.AsyncClient, two_agents: None) -> None:
    assert await data(jaeger, "services") == ["agent-a", "agent-b"]
    both = ["agent.decision_cycle", "pf.trade.execute"]
    assert await data(jaeger, "services/agent-a/operations") == both
    assert [each["name"] for each in await data(jaeger, "operations", service="agent-a")] == both
    assert await data(jaeger, "services/nobody/operations") == []


async def test_a_trace(jaeger: httpx.AsyncClient, two_agents: None) -> None:
    (trace,) = await data(jaeger, f"traces/{ID}")
    assert (trace["traceID"], trace["warnings"]) == (ID, None)
    root, trade, task = trace["spans"]
    assert root["references"] == []
    assert (root["startTime"], root["duration"]) == (US, 2500)
    assert trade["references"] == [
        {"refType": "CHILD_OF", "traceID": ID, "spanID": f"{1:016x}"},
        {"refType": "FOLLOWS_FROM", "traceID": f"{2:032x}", "spanID": f"{1:016x}"},
    ]
    assert {tag["key"]: (tag["type"], tag["value"]) for tag in trade["tags"]} == {
        "pf.asset": ("string", "BTC"),
        "n": ("int64", 7),
        "x": ("float64", 0.5),
        "ok": ("bool", True),
        "list": ("string", '[1,"a"]'),
        "span.kind": ("string", "client"),
        "otel.status_code": ("string", "ERROR"),
        "error": ("bool", True),
        "otel.scope.name": ("string", "test"),
    }
    assert trade["logs"] == [
        {"timestamp": US + 5, "fields": [{"key": "event", "type": "string", "value": "sent"}]},
    ]
    assert trace["processes"][root["processID"]] == {
        "serviceName": "agent-a",
        "tags": [{"key": "host.name", "type": "string", "value": "box"}],
    }
    assert trace["processes"][task["processID"]]["serviceName"] == "agent-b"
    assert await data(jaeger, "traces/1") == [trace], "leading zeros may be left out"


async def test_an_unknown_trace_is_a_404_and_no_empty_list(jaeger: httpx.AsyncClient) -> None:
    response = await jaeger.get(f"traces/{9:032x}")
    assert response.status_code == 404
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["code"] == 404


async def test_an_open_span_is_told_and_marked(jaeger: httpx.AsyncClient, engine: Engine) -> None:
    engine.insert("open", traces({"end_time_unix_nano": 0}).SerializeToString())
    (trace,) = await data(jaeger, "traces/1")
    assert trace["spans"][0]["duration"] == 0
    assert {"key": "fleaglass.open", "type": "bool", "value": True} in trace["spans"][0]["tags"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [2, 1]),
        ({"operation": "pf.trade.execute"}, [1]),
        ({"tags": '{"error":"true"}'}, [1]),
        ({"tags": '{"span.kind":"client","pf.asset":"BTC"}'}, [1]),
        ({"tags": '{"n":"7"}', "operation": "pf.trade.execute"}, [1]),
        ({"tag": "otel.status_code:ERROR"}, [1]),
        ({"tags": '{"n":"8"}'}, []),
        ({"minDuration": "2ms"}, [1]),
        ({"maxDuration": "1ms"}, [2, 1]),
        ({"limit": 1}, [2]),
        ({"start": US + 10**6}, [2]),
        ({"end": US + 1}, [1]),
        ({"lookback": "1h"}, [2, 1]),
    ],
)
async def test_a_search(jaeger: httpx.AsyncClient, two_agents: None, query: dict[str, Any], found: list[int]) -> None:
    told = await data(jaeger, "traces", service="agent-a", **(RANGE | query))
    assert [int(trace["traceID"], 16) for trace in told] == found
    assert await data(jaeger, "traces", service="agent-c", **RANGE) == []


async def test_who_calls_whom(jaeger: httpx.AsyncClient, two_agents: None) -> None:
    calls = await data(jaeger, "dependencies", endTs=T0 // 10**6 + 1000, lookback=3_600_000)
    assert calls == [{"parent": "agent-a", "child": "agent-b", "callCount": 1}]


async def test_version_3_tells_the_same_as_otlp(jaeger: httpx.AsyncClient, two_agents: None) -> None:
    assert (await jaeger.get("v3/services")).json() == {"services": ["agent-a", "agent-b"]}
    (operation,) = (await jaeger.get("v3/operations", params={"service": "agent-b"})).json()["operations"]
    assert operation["name"] == "task"
    groups = (await jaeger.get(f"v3/traces/{ID}")).json()["result"]["resourceSpans"]
    names = [span["name"] for group in groups for span in group["scopeSpans"][0]["spans"]]
    assert names == ["agent.decision_cycle", "pf.trade.execute", "task"]
    assert (await jaeger.get("v3/traces/9")).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"query.service_name": "agent-a"}, [1, 2]),
        ({"query.serviceName": "agent-a", "query.attributes": '{"error":"true"}'}, [1]),
        ({"query.service_name": "agent-a", "query.operation_name": "pf.trade.execute"}, [1]),
        ({"query.service_name": "agent-a", "query.duration_min": "2ms", "query.num_traces": 5}, [1]),
        ({"query.service_name": "agent-a", "query.start_time_min": "2023-11-14T22:13:21Z"}, [2]),
        ({"query.service_name": "agent-a", "query.start_time_max": "2023-11-14T22:13:20.5Z"}, [1]),
        ({"query.service_name": "agent-c"}, []),
    ],
)
async def test_a_search_of_version_3(
    jaeger: httpx.AsyncClient, two_agents: None, query: dict[str, Any], found: list[int]
) -> None:
    response = await jaeger.get("v3/traces", params=query)
    assert response.status_code == 200, response.text
    groups = response.json()["result"]["resourceSpans"]
    spans = [span for group in groups for span in group["scopeSpans"][0]["spans"]]
    assert sorted({int(span["traceId"], 16) for span in spans}) == found


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("traces", "service is missing"),
        ("traces?service=a&tags=x", "tags must be"),
        ("traces?service=a&tags=[1]", "tags must be"),
        ("traces?service=a&start=now", "start must be"),
        ("traces?service=a&start=5&end=4", "end must be"),
        ("traces?service=a&minDuration=soon", "minDuration must be"),
        ("v3/traces", "service is missing"),
        ("v3/traces?query.service_name=a&query.start_time_min=x", "start_time_min must be"),
        ("v3/traces?query.service_name=a&query.attributes=x", "tags must be"),
        ("traces/xyz", "hex digits"),
        ("dependencies?endTs=x", "endTs must be"),
    ],
)
async def test_what_cannot_be_answered_is_said(jaeger: httpx.AsyncClient, path: str, said: str) -> None:
    response = await jaeger.get(path)
    assert response.status_code == 400
    assert said in response.json()["errors"][0]["msg"]
