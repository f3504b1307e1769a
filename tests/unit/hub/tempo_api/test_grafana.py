"""What Grafana's Tempo data source sends, and what it reads of the answer.

The requests are written down from its published source: the health check and features of the configuration page, the
search table, a trace by its id, autocompletion, and the charts of Traces Drilldown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, TEN_KINDS, link, traces
from tests.unit.hub.tempo_api.conftest import END, START, Tempo

Put = Callable[..., None]

RANGE = {"start": START, "end": END}
ID = f"{1:032x}"
TRADE = {"name": "pf.trade.execute", "id": 2, "parent": 1, "attributes": {"pf.slippage_bps": 42.5, "pf.asset": "BTC"}}


@pytest.fixture
def two_agents(put: Put) -> None:
    put(
        traces(
            {"name": "agent.decision_cycle", "end_time_unix_nano": T0 + 2_500_000_000},
            {**TRADE, "status": 2, "kind": 3, "end_time_unix_nano": T0 + 1_250_000_000},
            resource={"service.name": "agent-a"},
        ),
        traces(
            {"name": "agent.decision_cycle", "start_time_unix_nano": T0 + 60 * 10**9},
            resource={"service.name": "agent-b"},
            trace=2,
        ),
    )


async def test_save_and_test_is_green(tempo: Tempo) -> None:
    response = await tempo.get("echo")
    assert (response.status_code, response.text) == (200, "echo")
    version = (await tempo("status/buildinfo"))["version"]
    assert tuple(map(int, version.split("."))) >= (2, 6, 0), "older ones are asked for neither scopes nor charts"


async def test_the_search_table(tempo: Tempo, two_agents: None) -> None:
    q = '{resource.service.name="agent-a" && span.pf.slippage_bps>30}'
    assert await tempo("search", q=q, limit=20, spss=3, **RANGE) == {
        "traces": [
            {
                "traceID": ID,
                "rootServiceName": "agent-a",
                "rootTraceName": "agent.decision_cycle",
                "startTimeUnixNano": str(T0),
                "durationMs": 2500,
                "spanSets": [
                    {
                        "spans": [
                            {
                                "spanID": f"{2:016x}",
                                "name": "pf.trade.execute",
                                "startTimeUnixNano": str(T0),
                                "durationNanos": "1250000000",
                                "attributes": [
                                    {"key": "service.name", "value": {"stringValue": "agent-a"}},
                                    {"key": "pf.slippage_bps", "value": {"doubleValue": 42.5}},
                                ],
                            }
                        ],
                        "matched": 1,
                        "attributes": [],
                    }
                ],
            }
        ],
        "metrics": {},
    }


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("{}", [1, 2]),
        ("{status=error}", [1]),
        ("{kind=client}", [1]),
        ("{duration>1s && duration<=1.25s}", [1]),
        ('{name=~"pf.*|other" && status!=ok}', [1]),
        ('{rootServiceName="agent-b" && trace:duration<1s}', [2]),
        ('{resource.service.name="agent-a"} > {.pf.asset="BTC"}', [1]),
        ('{name="agent.decision_cycle"} >> {status=error} | select(span.pf.asset, status)', [1]),
        ("{} | by(resource.service.name) | count() > 1", [1]),
        ("{nestedSetParent<0 && true} with (most_recent=true)", [1, 2]),
        ('{span.pf.asset="ETH"} || {span.pf.asset="BTC"}', [1]),
        ('{span.pf.asset="BTC"} && {rootServiceName="agent-b"}', []),
    ],
)
async def test_queries_of_the_search_builder(tempo: Tempo, two_agents: None, q: str, found: list[int]) -> None:
    assert await tempo.traces(q, limit=20, spss=3, **RANGE) == found


async def test_a_set_says_what_it_was_chosen_by(tempo: Tempo, two_agents: None) -> None:
    answer = await tempo("search", q="{} | by(resource.service.name) | count() > 1 | avg(duration) > 1s")
    assert answer["traces"][0]["spanSets"][0]["attributes"] == [
        {"key": "by(resource.service.name)", "value": {"stringValue": "agent-a"}},
        {"key": "count()", "value": {"intValue": "2"}},
        {"key": "avg(duration)", "value": {"doubleValue": 1.875e9}},
    ]


async def test_the_search_of_old(tempo: Tempo, two_agents: None) -> None:
    async def found(**query: Any) -> list[int]:
        return [int(trace["traceID"], 16) for trace in (await tempo("search", **query))["traces"]]

    assert await found(tags='service.name="agent-a" name=pf.trade.execute', limit=20, **RANGE) == [1]
    assert await found(tags="pf.slippage_bps=42.5") == [1]
    assert await found(minDuration="2s") == [1]
    assert await found(maxDuration="2s", limit="20") == [2]
    assert await found(tags="", limit=20) == [2, 1]


@pytest.mark.parametrize("path", ["v2/traces/", "traces/"])
async def test_a_trace_in_protobuf(tempo: Tempo, put: Put, path: str) -> None:
    sent = traces(
        {
            "name": "all",
            "attributes": TEN_KINDS,
            "links": [link(7, 8, why="x")],
            "events": [{"name": "e", "time_unix_nano": T0 + 5}],
        },
        {"parent": 1, "status": 2, "kind": 3, "trace_state": "k=v", "flags": 257},
        resource={"service.name": "agent-a", "n": 7},
    )
    put(sent, traces({"id": 9, "parent": 1}, resource={"service.name": "agent-b"}))
    response = await tempo.get(f"{path}1", accept="application/protobuf", **RANGE)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/protobuf")
    trace = TracesData()
    trace.ParseFromString(response.content if path == "traces/" else field(response.content, 1))
    first, second = trace.resource_spans
    first.scope_spans[0].spans[0].attributes.sort(key=lambda pair: list(TEN_KINDS).index(pair.key))
    assert first == sent.resource_spans[0]
    assert [span.span_id for span in second.scope_spans[0].spans] == [(9).to_bytes(8, "big")]


def field(message: bytes, number: int) -> bytes:
    """The bytes of a message's only field, which is a message itself."""
    assert message[0] == number << 3 | 2
    length = place = shift = 0
    for place, byte in enumerate(message[1:], start=2):  # noqa: B007
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    assert len(message) == place + length
    return message[place:]


async def test_a_trace_in_json_has_hex_ids(tempo: Tempo, two_agents: None) -> None:
    (group,) = (await tempo("v2/traces/1"))["trace"]["resourceSpans"]
    (again,) = (await tempo("traces/0001"))["batches"]
    assert group == again
    root, trade = group["scopeSpans"][0]["spans"]
    assert (root["traceId"], root["spanId"], trade["parentSpanId"]) == (ID, f"{1:016x}", f"{1:016x}")
    assert group["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "agent-a"}}]


async def test_an_open_span_is_told_and_marked(tempo: Tempo, engine: Engine) -> None:
    engine.insert("open", traces({"end_time_unix_nano": 0}).SerializeToString())
    (group,) = (await tempo("traces/1"))["batches"]
    (span,) = group["scopeSpans"][0]["spans"]
    assert span["endTimeUnixNano"] == span["startTimeUnixNano"] == str(T0)
    assert span["attributes"] == [{"key": "fleaglass.open", "value": {"boolValue": True}}]
    assert await tempo.traces("{}") == [], "searches and charts are about what has ended"


async def test_a_path_that_is_not_there_is_a_404_and_no_page(tempo: Tempo) -> None:
    assert (await tempo.refused("metrics/summary"))[0] == 404


async def test_an_unknown_trace_is_a_404(tempo: Tempo) -> None:
    for path in ("v2/traces/", "traces/"):
        status, said = await tempo.refused(f"{path}{9:032x}", accept="application/protobuf")
        assert status == 404
        assert f"{9:032x}" in said
    assert (await tempo.refused("traces/xyz"))[0] == 400


async def test_names_to_complete(tempo: Tempo, two_agents: None) -> None:
    scopes = {each["name"]: each["tags"] for each in (await tempo("v2/search/tags", limit=5000))["scopes"]}
    assert scopes["resource"] == ["service.name"]
    assert scopes["span"] == ["pf.asset", "pf.slippage_bps"]
    assert {"name", "status", "rootName", "trace:duration"} <= set(scopes["intrinsic"])
    (only,) = (await tempo("v2/search/tags", scope="span", **RANGE))["scopes"]
    assert only == {"name": "span", "tags": ["pf.asset", "pf.slippage_bps"]}
    assert (await tempo("v2/search/tags", scope="span", start=1, end=2))["scopes"][0]["tags"] == []
    assert "pf.asset" in (await tempo("search/tags"))["tagNames"]


@pytest.mark.parametrize(
    ("tag", "q", "found"),
    [
        ("resource.service.name", "", [("string", "agent-a"), ("string", "agent-b")]),
        ("resource.service.name", '{ name="pf.trade.execute" }', [("string", "agent-a")]),
        ("resource.service.name", "{ resource.service.name =  }", [("string", "agent-a"), ("string", "agent-b")]),
        ("resource.service.name", '{name =~ "a("}', [("string", "agent-a"), ("string", "agent-b")]),
        ("resource.service.name", '{resource.service.name=""}', [("string", "agent-a"), ("string", "agent-b")]),
        ("resource.service.name", '{name="pf.trade.execute" && resource.service.name="x"}', [("string", "agent-a")]),
        ("resource.service.name", '{name="pf.trade.execute"} || {name="x"}', [("string", "agent-a")]),
        (".pf.asset", "", [("string", "BTC")]),
        ("span.pf.slippage_bps", "", [("float", "42.5")]),
        ("span%252Epf.asset", "", [("string", "BTC")]),
        ("name", "", [("string", "agent.decision_cycle"), ("string", "pf.trade.execute")]),
        ("rootServiceName", "", [("string", "agent-a"), ("string", "agent-b")]),
        ("status", "", [("keyword", "unset"), ("keyword", "ok"), ("keyword", "error")]),
        ("duration", "", []),
    ],
)
async def test_values_to_complete(
    tempo: Tempo, two_agents: None, tag: str, q: str, found: list[tuple[str, str]]
) -> None:
    values = (await tempo(f"v2/search/tag/{tag}/values", limit=5000, **({"q": q} if q else {})))["tagValues"]
    assert [(value["type"], value["value"]) for value in values] == found
    if tag.startswith("resource."):
        old = await tempo(f"search/tag/{tag.removeprefix('resource.')}/values")
        assert "agent-a" in old["tagValues"]


async def test_the_rate_chart_of_drilldown(tempo: Tempo, two_agents: None) -> None:
    q = "{nestedSetParent<0 && true && resource.service.name != nil} | rate() by(resource.service.name)"
    answer = await tempo("metrics/query_range", q=q, step="60s", start=T0 // 10**9, end=T0 // 10**9 + 120)
    labels = [series["labels"] for series in answer["series"]]
    assert labels == [
        [{"key": "resource.service.name", "value": {"stringValue": "agent-a"}}],
        [{"key": "resource.service.name", "value": {"stringValue": "agent-b"}}],
    ]
    begin = T0 // 10**6 // 60_000 * 60_000
    assert answer["series"][0]["samples"] == [
        {"timestampMs": str(begin), "value": 1 / 60},
        {"timestampMs": str(begin + 60_000), "value": 0.0},
        {"timestampMs": str(begin + 120_000), "value": 0.0},
    ]
    assert [sample["value"] for sample in answer["series"][1]["samples"]] == [0.0, 1 / 60, 0.0]
    assert set(answer) == {"series", "metrics"}, "Grafana refuses fields that it does not know"


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("{} | rate()", {"rate": 3 / 600}),
        ("{} | count_over_time()", {"count_over_time": 3}),
        ("{duration > 1s} | max_over_time(duration)", {"max_over_time": 2.5}),
        ("{duration > 1s} | avg_over_time(duration)", {"avg_over_time": 1.875}),
        ("{} | sum_over_time(span.pf.slippage_bps)", {"sum_over_time": 42.5}),
        ("{duration > 1s} | quantile_over_time(duration, .5, 1)", {0.5: 1.875, 1.0: 2.5}),
        ("{} | quantile_over_time(span.pf.slippage_bps, 0.95)", {0.95: 42.5}),
        ("{status=error} | histogram_over_time(duration)", {2**31 / 1e9: 1}),
        ("{} | count_over_time() by(status)", {"unset": 2, "error": 1}),
        ("{.nope = 1} | rate()", {}),
    ],
)
async def test_a_number_over_the_whole_range(
    tempo: Tempo, two_agents: None, q: str, told: dict[str | float, float]
) -> None:
    answer = await tempo("metrics/query", q=q, start=T0 // 10**9, end=T0 // 10**9 + 600)
    assert {next(iter(each["labels"][-1]["value"].values())): each["value"] for each in answer["series"]} == told


async def test_a_point_of_a_chart_leads_to_a_trace(tempo: Tempo, two_agents: None) -> None:
    q = '{name="pf.trade.execute"} | quantile_over_time(duration, .95)'
    (series,) = (await tempo("metrics/query_range", q=q, step="1m", exemplars=10, **RANGE))["series"]
    (exemplar,) = series["exemplars"]
    assert exemplar == {
        "labels": [{"key": "trace:id", "value": {"stringValue": ID}}],
        "value": 1.25,
        "timestampMs": str(T0 // 10**6),
    }


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("search", {"q": "{ name = }"}, "line 1, column 10"),
        ("search", {"q": "{} | rate()"}, "/api/metrics/query_range"),
        ("search", {"q": '{ name =~ "a(" }'}, "line 1, column 3: 'a(' is no regular expression"),
        ("search", {"q": '{ name =~ "a)|(b" }'}, "no regular expression"),
        ("search", {"q": '{ name =~ "[)]\\\\)a)(" }'}, "no regular expression"),
        ("search", {"q": "{} | topk(3)"}, "'topk'"),
        ("search", {"limit": "many"}, "limit"),
        ("search", {"start": "5", "end": "1"}, "end"),
        ("search", {"tags": 'a="'}, "column 1"),
        ("search", {"minDuration": "soon"}, "minDuration"),
        ("metrics/query_range", {"q": "{}"}, "rate()"),
        ("metrics/query_range", {}, "q is missing"),
        ("metrics/query_range", {"q": "{} | rate()", "step": "1ms", "start": 1, "end": 1000}, "steps"),
        ("metrics/query_range", {"q": "{} | rate()", "step": "x"}, "step"),
        ("v2/search/tag/nonsense/values", {}, "nonsense"),
    ],
)
async def test_what_cannot_be_answered_is_refused_with_its_place(
    tempo: Tempo, path: str, query: dict[str, Any], said: str
) -> None:
    status, text = await tempo.refused(path, **query)
    assert status == 400
    assert said in text


async def test_a_whole_number_finds_a_double_and_the_other_way_round(tempo: Tempo, put: Put) -> None:
    put(*(traces({"attributes": {"n": value}}, trace=n) for n, value in enumerate([30, 30.0, 30.5, "30", True], 1)))
    assert await tempo.traces("{.n = 30}") == await tempo.traces("{.n = 30.0}") == [1, 2]
    assert await tempo.traces("{.n > 30}") == await tempo.traces("{.n != 30}") == [3]
    assert await tempo.traces('{.n = "30"}') == [4]
    assert await tempo.traces("{.n = true}") == [5]


async def test_what_began_in_the_last_second_of_a_range_is_found(tempo: Tempo, put: Put) -> None:
    put(traces({"start_time_unix_nano": T0 + 999_999_999}))
    assert await tempo.traces("{}", start=START, end=T0 // 10**9) == [1]
    assert await tempo.traces("{}", start=START, end=T0 // 10**9 - 1) == []


async def test_parents_and_roots_may_lie_before_the_range(tempo: Tempo, put: Put) -> None:
    hour = 3600 * 10**9
    put(traces({"name": "root"}, {"parent": 1, "name": "late", "start_time_unix_nano": T0 + hour}))
    late = {"start": T0 // 10**9 + 3000, "end": T0 // 10**9 + 4000}
    assert await tempo.traces('{rootName="root"}', **late) == [1]
    assert await tempo.traces('{name="root"} >> {name="late"}', **late) == [1]
    assert await tempo.traces('{name="root"}', **late) == []


async def test_an_answer_is_as_long_as_it_was_asked_to_be(tempo: Tempo, put: Put) -> None:
    put(*(traces({}, {"parent": 1}, {"parent": 1}, trace=n) for n in range(1, 6)))
    answer = await tempo("search", q="{}", limit=2, spss=1)
    assert [(len(trace["spanSets"][0]["spans"]), trace["spanSets"][0]["matched"]) for trace in answer["traces"]] == [
        (1, 3),
        (1, 3),
    ]


async def test_what_stands_before_by_is_asked_of_the_trace_and_what_stands_behind_it_of_each_set(
    tempo: Tempo, put: Put
) -> None:
    put(traces(*({"attributes": {"x": x}} for x in (1, 1, 2)), trace=1))
    put(traces(*({"attributes": {"x": x}} for x in (1, 2)), trace=2))
    for stages, sets in {
        "by(.x) | count() > 1": {(1, 2)},
        "count() > 2 | by(.x)": {(1, 2), (1, 1)},
        "count() > 1 | by(.x) | count() > 1": {(1, 2)},
        "count() > 1": {(1, 3), (2, 2)},
    }.items():
        answer = await tempo("search", q=f"{{}} | {stages}")
        told = {(int(t["traceID"], 16), each["matched"]) for t in answer["traces"] for each in t["spanSets"]}
        assert told == sets, stages


async def test_a_span_that_was_sent_twice_counts_once(tempo: Tempo, put: Put) -> None:
    put(traces({}), traces({}))
    answer = await tempo("metrics/query", q="{} | count_over_time()", **RANGE)
    assert answer["series"][0]["value"] == 1


async def test_the_largest_queries_are_answered_or_refused_in_words(tempo: Tempo, put: Put) -> None:
    put(traces({"attributes": {"k1": 1}}))
    many = " || ".join(f".k{n} = 1" for n in range(64))
    assert await tempo.traces(f"{{ {many} }} | count() > 0 | by(.k1)") == [1]
    some = "{ " + " || ".join(f".k{n} = 1" for n in range(10)) + " }"
    assert await tempo.traces(" && ".join([some] * 6)) == [1]
    status, text = await tempo.refused("search", q=f"((({some} >> {some}) >> {some}) >> {some}) >> {some}")
    assert (status, "too much for one query" in text) == (400, True)
