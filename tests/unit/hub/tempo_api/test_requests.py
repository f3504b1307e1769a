"""Whatever a request says, it is understood or refused: parameters, the search of old, and Jaeger's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.times import LATEST_NS, SECOND_NS, TimeRange
from fleaglass.hub.jaeger_api.asked import lookback, trace_search, v3_search
from fleaglass.hub.tempo_api.logfmt import old_search
from fleaglass.hub.tempo_api.metrics import Steps
from fleaglass.hub.tempo_api.parameters import duration, number, recent, steps_of, time_range
from fleaglass.hub.traceql import Query, parse, written

NOW = 1_700_000_000 * SECOND_NS
HOUR = 3600 * SECOND_NS


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, TimeRange()),
        ({"start": "5", "end": "7"}, TimeRange(5 * SECOND_NS, 8 * SECOND_NS)),
        ({"start": "5.25"}, TimeRange(5_250_000_000)),
        ({"start": "0", "end": "0"}, TimeRange()),
        ({"start": str(NOW)}, TimeRange(NOW)),
        ({"start": "2023-11-14T22:13:20Z"}, TimeRange(NOW)),
        ({"end": str(LATEST_NS)}, TimeRange(0, LATEST_NS)),
    ],
)
def test_a_range(said: dict[str, str], found: TimeRange) -> None:
    assert time_range(said) == found


def test_a_chart_is_about_the_last_hour_unless_said_otherwise() -> None:
    assert recent({}, NOW) == TimeRange(NOW - HOUR, NOW)
    assert recent({"since": "5m"}, NOW) == TimeRange(NOW - HOUR // 12, NOW)
    assert recent({"start": "5", "end": "7"}, NOW) == TimeRange(5 * SECOND_NS, 7 * SECOND_NS)


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ({"step": "60"}, Steps(120 * SECOND_NS, 60 * SECOND_NS, 2)),
        ({"step": "1m"}, Steps(120 * SECOND_NS, 60 * SECOND_NS, 2)),
        ({"step": "1m30s", "exemplars": "5"}, Steps(90 * SECOND_NS, 90 * SECOND_NS, 2, 5)),
        ({}, Steps(130 * SECOND_NS, 2 * SECOND_NS, 55)),
    ],
)
def test_steps_are_whole_and_cover_the_range(said: dict[str, str], steps: Steps) -> None:
    assert steps_of(said, TimeRange(130 * SECOND_NS, 240 * SECOND_NS)) == steps


def test_numbers_and_durations() -> None:
    assert number({"limit": ""}, "limit", 20, 100) == 20
    assert number({"limit": "7"}, "limit", 20, 100) == 7
    assert number({"limit": "9" * 30}, "limit", 20, 100) == 100
    assert duration("step", "1h30m") == 5400 * SECOND_NS
    assert duration("step", "0.5") == SECOND_NS // 2


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({}, "{ }"),
        ({"tags": "name=x"}, '{ name = "x" }'),
        ({"tags": "  a=1   b.c=true "}, '{ (.a = "1" || .a = 1) && (.b.c = "true" || .b.c = true) }'),
        ({"tags": 'a="x y" status=error'}, '{ .a = "x y" && status = error }'),
        ({"tags": 'a="say \\"x\\""'}, '{ .a = "say \\"x\\"" }'),
        ({"tags": "a=0.5"}, '{ .a = "0.5" || .a = 0.5 }'),
        ({"tags": "a=nan"}, '{ .a = "nan" }'),
        ({"minDuration": "1s", "maxDuration": "1m"}, "{ traceDuration >= 1s && traceDuration <= 1m }"),
    ],
)
def test_the_search_of_old_is_a_query(said: dict[str, str], asks: str) -> None:
    assert written(old_search(said)) == asks


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("service=a", '{ resource.service.name = "a" }'),
        ("service=a&operation=x", '{ resource.service.name = "a" && name = "x" }'),
        ('service=a&tags={"error":"true"}', '{ resource.service.name = "a" && status = error }'),
        ("service=a&tag=span.kind:server", '{ resource.service.name = "a" && kind = server }'),
        ("service=a&minDuration=5ms", '{ resource.service.name = "a" && duration >= 5ms }'),
    ],
)
def test_a_search_of_jaeger_is_a_query(said: str, asks: str) -> None:
    assert written(trace_search(QueryParams(said)).query) == asks


TEXT = st.text(max_size=40) | st.from_regex(r"[-0-9.]{1,25}(ms|s|m|h)?", fullmatch=True)
SAID = st.dictionaries(
    st.sampled_from(
        [
            "start",
            "end",
            "since",
            "step",
            "exemplars",
            "limit",
            "tags",
            "minDuration",
            "maxDuration",
            "endTs",
            "lookback",
        ]
    ),
    TEXT | st.text('ab=" \\{}:,', max_size=20) | st.dictionaries(TEXT, TEXT).map(orjson.dumps).map(bytes.decode),
)


@settings(max_examples=200, deadline=None)
@given(SAID)
def test_whatever_is_said_is_understood_or_refused(said: dict[str, str]) -> None:
    understood(lambda: steps_of(said, recent(said, NOW)))
    understood(lambda: time_range(said))
    understood(lambda: number(said, "limit", 20, 100))
    understood(lambda: lookback(QueryParams(said), NOW))
    for query in (
        understood(lambda: old_search(said)),
        understood(lambda: trace_search(QueryParams({"service": "a", **said})).query),
        understood(lambda: v3_search(QueryParams({"query.service_name": "a", **said})).query),
    ):
        if isinstance(query, Query):
            assert parse(written(query)) == query


def understood(read: Callable[[], Any]) -> Mapping[str, str] | Any:
    try:
        return read()
    except Problem as refused:
        return (refused.status == 400, refused.hint)
