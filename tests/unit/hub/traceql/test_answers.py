"""For any traces and any query, the engine finds what a slow evaluation finds."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fleaglass.hub.api.times import ALL_TIME, SECOND_NS
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.tempo_api.metrics import Steps, measured
from fleaglass.hub.tempo_api.search import Asked, search
from fleaglass.hub.traceql import Query, written
from fleaglass.hub.traceql.words import kind_of
from tests.support.otlp import T0
from tests.support.otlp import traces as request
from tests.unit.hub.traceql.random_queries import charts, searches, traces
from tests.unit.hub.traceql.slow import Span, fields_of_request, found, numbers_of, tagged, value_of

QUICKLY = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example says enough; making it smaller takes minutes
)
STEPS = Steps(T0, 2 * SECOND_NS, 2)


def load(engine: Engine, spans: Sequence[Span]) -> None:
    engine.query("TRUNCATE TABLE spans")
    requests = [request(fields_of_request(span), resource=span.resource) for span in spans]
    engine.insert("traces", b"".join(each.SerializeToString() for each in requests))


def sets_of(answer: dict[str, Any]) -> dict[tuple[int, str], set[int]]:
    told = {}
    for trace in answer["traces"]:
        for each in trace["spanSets"]:
            ids = {int(span["spanID"], 16) for span in each["spans"]}
            assert each["matched"] == len(ids), each
            key = next((a["value"] for a in each["attributes"] if a["key"].startswith("by(")), {"stringValue": "nil"})
            told[int(trace["traceID"], 16), _key(key)] = ids
    return told


def _key(value: dict[str, Any]) -> str:
    ((kind, said),) = value.items()
    if value == {"stringValue": "nil"}:
        return ""
    return {"stringValue": "s", "intValue": "i", "doubleValue": "d", "boolValue": "b"}[kind] + (
        f"{said:d}" if kind == "boolValue" else f"{said:g}" if kind == "doubleValue" else str(said)
    )


@QUICKLY
@given(spans=traces(), queries=st.lists(searches(), min_size=3, max_size=4))
def test_a_search_finds_what_a_slow_one_finds(
    engine: Engine, readers: Store, spans: list[Span], queries: list[Query]
) -> None:
    load(engine, spans)
    for query in queries:
        answer = asyncio.run(search(readers, Asked(query, ALL_TIME, limit=100, spans=100)))
        assert sets_of(answer) == found(query, spans), written(query)


@QUICKLY
@given(spans=traces(), queries=st.lists(charts(), min_size=3, max_size=4))
def test_a_chart_says_what_a_slow_one_says(
    engine: Engine, readers: Store, spans: list[Span], queries: list[Query]
) -> None:
    load(engine, spans)
    for query in queries:
        assert query.metric is not None
        series, is_cut = asyncio.run(measured(readers, query, query.metric, STEPS))
        assert not is_cut
        told = {
            tuple(_key(value) if key != "p" else value["doubleValue"] for key, value in each.labels if key[0] != "_"): {
                step: pytest.approx(number, rel=1e-12) for step, number in each.points.items()
            }
            for each in series
        }
        assert told == chart(query, spans), written(query)


def chart(query: Query, spans: Sequence[Span]) -> dict[tuple[Any, ...], dict[int, float]]:
    """The points of each series, by its labels."""
    metric = query.metric
    assert metric is not None
    by_id = {(span.trace, span.id): span for span in spans}
    cells: dict[tuple[str, ...], dict[int, list[Any]]] = {}
    for (trace, _), ids in found(query, spans).items():
        for each in ids:
            span = by_id[trace, each]
            value = value_of(metric.field, span, spans)
            if metric.field is None or numbers_of([value]):
                key = tuple(tagged(value_of(field, span, spans)) for field in metric.by)
                cells.setdefault(key, {}).setdefault(span.start // STEPS.length_ns, []).append(value)
    told: dict[tuple[Any, ...], dict[int, float]] = {}
    for key, steps in cells.items():
        if metric.field is None:
            scale = 1 if metric.function == "count_over_time" else 0.5
            told[key] = {step: len(steps.get(step, [])) * scale for step in range(STEPS.count)}
            continue
        scale = 1e9 if kind_of(metric.field) == "duration" else 1
        for level in metric.quantiles or (None,):
            told[key if level is None else (*key, level)] = {
                step: number(metric.function, level, [one / scale for one in numbers_of(values)])
                for step, values in steps.items()
            }
    return told


def number(function: str, level: float | None, values: list[float]) -> float:
    if level is None:
        aggregate = {"sum": math.fsum, "avg": lambda of: math.fsum(of) / len(of), "min": min, "max": max}
        return float(aggregate[function.removesuffix("_over_time")](values))
    values = sorted(values)
    place = level * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)
