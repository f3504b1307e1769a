"""The paths below /jaeger/api, which Grafana's data source is given as `http://127.0.0.1:4318/jaeger`.

GET  services   services/{service}/operations   operations?service=
     traces?service=…   traces/{id}             a trace that is not there is a 404: an empty list breaks Grafana
     dependencies
     v3/services   v3/operations   v3/traces   v3/traces/{id}       the same, with traces as OTLP
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.detail import MOST_SPANS, parse_trace_id
from fleaglass.hub.api.errors import Problem, json_answer
from fleaglass.hub.api.times import LATEST_NS, SECOND_NS, TimeRange
from fleaglass.hub.jaeger_api.answers import answer, failure, traces_of
from fleaglass.hub.jaeger_api.asked import lookback, trace_search, v3_search
from fleaglass.hub.jaeger_api.services import dependencies, operations, services
from fleaglass.hub.store import EngineError, Row, Store
from fleaglass.hub.tempo_api.search import search
from fleaglass.hub.tempo_api.traces import otlp_json, trace_rows, traces_data

__all__ = ["jaeger_routes"]

_WEEK_NS: Final = 7 * 86_400 * SECOND_NS


class _Guarded(APIRoute):
    """A route whose problems become answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return json_answer(failure(problem.status, f"{problem}. {problem.hint}"), problem.status)
            except EngineError:
                return json_answer(failure(503, "the store did not answer. Try again."), 503)

        return guarded


def jaeger_routes(store: Store, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """Jaeger's query interface over an open store; `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/jaeger/api", route_class=_Guarded, include_in_schema=False)

    def last_week() -> TimeRange:
        return TimeRange(now_ns() - _WEEK_NS, LATEST_NS)

    @api.get("/services")
    async def all_services(request: Request) -> Response:
        return json_answer(answer(await services(store, last_week())))

    @api.get("/services/{service:path}/operations")
    async def operations_of(request: Request) -> Response:
        return json_answer(answer(await operations(store, request.path_params["service"], last_week())))

    @api.get("/operations")
    async def operations_with_kinds(request: Request) -> Response:
        found = await operations(store, request.query_params.get("service", ""), last_week())
        return json_answer(answer([{"name": name, "spanKind": ""} for name in found]))

    @api.get("/traces")
    async def find(request: Request) -> Response:
        found = await search(store, trace_search(request.query_params))
        ids = [trace["traceID"] for trace in found["traces"]]
        rows = await trace_rows(store, ids, MOST_SPANS) if ids else []
        return json_answer(answer(await asyncio.to_thread(traces_of, rows, ids)))

    @api.get("/traces/{trace_id}")
    async def trace(request: Request) -> Response:
        rows = await _rows_of(store, request)
        return json_answer(answer(await asyncio.to_thread(traces_of, rows, [rows[0]["trace_id"]])))

    @api.get("/dependencies")
    async def calls(request: Request) -> Response:
        return json_answer(answer(await dependencies(store, lookback(request.query_params, now_ns()))))

    @api.get("/v3/services")
    async def v3_services(request: Request) -> Response:
        return json_answer({"services": await services(store, last_week())})

    @api.get("/v3/operations")
    async def v3_operations(request: Request) -> Response:
        found = await operations(store, request.query_params.get("service", ""), last_week())
        return json_answer({"operations": [{"name": name, "spanKind": ""} for name in found]})

    @api.get("/v3/traces")
    async def v3_find(request: Request) -> Response:
        found = await search(store, v3_search(request.query_params))
        ids = [trace["traceID"] for trace in found["traces"]]
        return await _otlp(await trace_rows(store, ids, MOST_SPANS) if ids else [])

    @api.get("/v3/traces/{trace_id}")
    async def v3_trace(request: Request) -> Response:
        return await _otlp(await _rows_of(store, request))

    @api.get("/{rest:path}")
    async def nothing(request: Request) -> Response:
        raise Problem(
            404, "no_such_path", f"there is nothing at {request.url.path[:200]}", "docs/grafana.md says what is."
        )

    return api


async def _rows_of(store: Store, request: Request) -> list[Row]:
    """The spans of the trace in the path. Raises Problem when there are none."""
    trace_id = parse_trace_id(request.path_params["trace_id"])
    rows = await trace_rows(store, [trace_id], MOST_SPANS)
    if not rows:
        raise Problem(404, "trace_not_found", f"there is no trace {trace_id}", "It may not have arrived yet.")
    return rows


async def _otlp(rows: Sequence[Row]) -> Response:
    """Traces as version 3 has them: OTLP."""
    trace = await asyncio.to_thread(traces_data, rows)
    return json_answer({"result": {"resourceSpans": otlp_json(trace)}})
