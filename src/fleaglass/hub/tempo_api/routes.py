"""The paths below /tempo/api, which Grafana's data source is given as `http://127.0.0.1:4318/tempo`.

GET  echo                       `echo`: the data source is well
     status/buildinfo           by its version Grafana knows what it may ask
     v2/traces/{id}  traces/{id}           a trace
     search                                traces by TraceQL, or by tags
     v2/search/tags  search/tags           names to ask for
     v2/search/tag/{tag}/values  search/tag/{tag}/values     and values
     metrics/query_range  metrics/query    charts by TraceQL
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.errors import Problem, json_answer
from fleaglass.hub.api.times import LATEST_NS, SECOND_NS, TimeRange
from fleaglass.hub.store import Store
from fleaglass.hub.tempo_api.logfmt import old_search
from fleaglass.hub.tempo_api.metrics import Steps, instant_answer, measured, range_answer
from fleaglass.hub.tempo_api.parameters import known, number, recent, steps_of, time_range
from fleaglass.hub.tempo_api.refusals import Guarded
from fleaglass.hub.tempo_api.search import Asked, search
from fleaglass.hub.tempo_api.tags import names, narrowed, values
from fleaglass.hub.tempo_api.traces import PROTOBUF, find_trace, v1_answer, v2_answer
from fleaglass.hub.traceql import Query, TraceQLError, parse, parse_field
from fleaglass.hub.traceql.patterns import check_patterns
from fleaglass.hub.traceql.tree import Field, Metric

__all__ = ["TEMPO_VERSION", "tempo_routes"]

TEMPO_VERSION: Final = "2.9.0"
"""Of the Tempo whose answers these are; Grafana asks an older one for less."""

_DAY_NS: Final = 86_400 * SECOND_NS
_MOST_TRACES: Final = 1000
_MOST_SPANS: Final = 1000
_MOST_TAGS: Final = 5000


def tempo_routes(store: Store, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """Tempo's API over an open store; `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/tempo/api", route_class=Guarded, include_in_schema=False)

    @api.get("/echo")
    async def echo(request: Request) -> Response:
        return PlainTextResponse("echo")

    @api.get("/status/buildinfo")
    async def build(request: Request) -> Response:
        return json_answer({"version": TEMPO_VERSION, "revision": f"fleaglass {request.app.version}", "branch": ""})

    @api.get("/v2/traces/{trace_id}")
    async def trace(request: Request) -> Response:
        return await _trace(store, request, v2_answer)

    @api.get("/traces/{trace_id}")
    async def trace_of_old(request: Request) -> Response:
        return await _trace(store, request, v1_answer)

    @api.get("/search")
    async def find(request: Request) -> Response:
        asked = request.query_params
        query = parse(asked["q"]) if asked.get("q") else old_search(asked)
        if query.metric is not None:
            fault = f"q is a chart, by {query.metric.function}(), and traces were asked for"
            raise Problem(400, "is_a_chart", fault, "Charts are at /api/metrics/query_range.")
        await check_patterns(store, query.spans)
        limit, spans = number(asked, "limit", 20, _MOST_TRACES), number(asked, "spss", 3, _MOST_SPANS)
        return json_answer(await search(store, Asked(query, time_range(asked), limit, spans)))

    @api.get("/v2/search/tags")
    async def tags(request: Request) -> Response:
        return json_answer({"scopes": await _names(store, request, now_ns()), "metrics": {}})

    @api.get("/search/tags")
    async def tags_of_old(request: Request) -> Response:
        scopes = await _names(store, request, now_ns())
        return json_answer({"tagNames": sorted({tag for scope in scopes for tag in scope["tags"]}), "metrics": {}})

    @api.get("/v2/search/tag/{tag:path}/values")
    async def tag_values(request: Request) -> Response:
        found = await _values(store, request, _field(request.path_params["tag"]), now_ns())
        return json_answer({"tagValues": found, "metrics": {}})

    @api.get("/search/tag/{tag:path}/values")
    async def tag_values_of_old(request: Request) -> Response:
        found = await _values(store, request, _field_of_old(request.path_params["tag"]), now_ns())
        return json_answer({"tagValues": [value["value"] for value in found], "metrics": {}})

    @api.get("/metrics/query_range")
    async def chart(request: Request) -> Response:
        asked = request.query_params
        query, metric = await _metric(store, asked)
        steps = steps_of(asked, recent(asked, now_ns()))
        return json_answer(range_answer(*await measured(store, query, metric, steps), steps))

    @api.get("/metrics/query")
    async def instant(request: Request) -> Response:
        asked = request.query_params
        query, metric = await _metric(store, asked)
        whole = recent(asked, now_ns())
        steps = Steps(whole.from_ns, whole.to_ns - whole.from_ns, 1)
        return json_answer(instant_answer(*await measured(store, query, metric, steps)))

    @api.get("/{rest:path}")
    async def nothing(request: Request) -> Response:
        raise Problem(
            404, "no_such_path", f"there is nothing at {request.url.path[:200]}", "docs/grafana.md says what is."
        )

    return api


async def _trace(store: Store, request: Request, answer: Callable[..., bytes]) -> Response:
    """Raises Problem when there is no such trace. Where it lies in time need not be known: ids are sorted."""
    trace_id, accept = parse_trace_id(request.path_params["trace_id"]), request.headers.get("accept", "")
    found = await find_trace(store, trace_id)
    if found is None:
        raise Problem(404, "trace_not_found", f"there is no trace {trace_id}", "It may not have arrived yet.")
    kind = PROTOBUF if PROTOBUF in accept else "application/json"
    body = await asyncio.to_thread(answer, found, accept)
    return Response(body, headers={"cache-control": "no-store"}, media_type=kind)


async def _names(store: Store, request: Request, now_ns: int) -> list[dict[str, Any]]:
    asked = request.query_params
    return await names(
        store, asked.get("scope", ""), _last_day(asked, now_ns), number(asked, "limit", 1000, _MOST_TAGS)
    )


async def _values(store: Store, request: Request, field: Field, now_ns: int) -> list[dict[str, str]]:
    asked = request.query_params
    spans = narrowed(asked.get("q", ""), field)
    try:
        await check_patterns(store, spans)
    except TraceQLError:  # half typed as well
        spans = narrowed("", field)
    return await values(store, field, spans, _last_day(asked, now_ns), number(asked, "limit", 1000, _MOST_TAGS))


async def _metric(store: Store, asked: Mapping[str, str]) -> tuple[Query, Metric]:
    """The query and its metric. Raises TraceQLError, Problem and EngineError."""
    query = parse(known(asked, "q"))
    if query.metric is None:
        raise Problem(400, "is_no_chart", "q has no function that makes a chart of it", "Add one, such as | rate().")
    await check_patterns(store, query.spans)
    return query, query.metric


def _last_day(asked: Mapping[str, str], now_ns: int) -> TimeRange:
    """The range that is asked for, else what began since a day ago."""
    found = time_range(asked)
    if found.from_ns or found.to_ns != LATEST_NS:
        return found
    return TimeRange(now_ns - _DAY_NS, LATEST_NS)


def _field(tag: str) -> Field:
    """A field as autocompletion names it; Grafana encodes it twice. Raises TraceQLError."""
    return parse_field(unquote(tag))


def _field_of_old(tag: str) -> Field:
    """The same of v1, whose names have no scope."""
    try:
        return _field(tag)
    except TraceQLError:
        return _field(f".{tag}")
