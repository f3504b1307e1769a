"""The endpoints: a path, what may be asked, what is answered. Everything else is in the file named after it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fleaglass.hub.api.agents import Agents, list_agents
from fleaglass.hub.api.detail import encoded_trace, parse_trace_id
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, json_answer, json_bytes
from fleaglass.hub.api.filters import TRACE_PARAMETERS, parse_filters
from fleaglass.hub.api.listing import list_traces
from fleaglass.hub.api.live import Feed
from fleaglass.hub.api.logs import LOG_PARAMETERS, Logs, list_logs
from fleaglass.hub.api.metrics import METRIC_PARAMETERS, Metrics, list_metrics
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.api.performance import performance
from fleaglass.hub.api.performance_parameters import (
    PERFORMANCE_PARAMETERS,
    TIME_SHARE_PARAMETERS,
    parse_performance,
    parse_time_shares,
)
from fleaglass.hub.api.performance_shapes import Performance, TimeShares
from fleaglass.hub.api.performance_time import time_shares
from fleaglass.hub.api.stats import STATS_PARAMETERS, parse_stats, stats
from fleaglass.hub.api.stats_shapes import Stats
from fleaglass.hub.api.status import Figures, StatusAnswer
from fleaglass.hub.api.trace_shapes import TraceDetail, TracePage
from fleaglass.hub.intake import Queue
from fleaglass.hub.store import Store
from fleaglass.hub.tally import Tally

__all__ = ["create_api"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {400: {"model": ErrorAnswer, "description": "A parameter is wrong"}}
_FAILED: Final[dict[int | str, dict[str, Any]]] = {
    503: {"model": ErrorAnswer, "description": "The store did not answer"}
}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ErrorAnswer, "description": "There is no such trace"}
}
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "Events, until one side ends",
    }
}
_TRACE_ID: Final = Parameter(
    "trace_id",
    "1 to 32 hex digits; leading zeros may be left out.",
    {"type": "string", "pattern": "^[0-9a-fA-F]{1,32}$"},
    where="path",
)


def create_api(
    store: Store,
    queue: Queue,
    tally: Tally,
    stopping: asyncio.Event | None = None,
    now_ns: Callable[[], int] = time.time_ns,
) -> APIRouter:
    """The JSON API over an open store and intake, below /api/v1.

    Set `stopping` when the hub is about to end, so that live streams end too. `now_ns` is Unix time in nanoseconds.
    """
    api = APIRouter(prefix="/api/v1", route_class=Guarded)
    figures = Figures(store, queue, tally)
    feed = Feed(figures.rates, stopping or asyncio.Event())
    store.on_commit(feed.committed)

    @api.get(
        "/traces",
        tags=["traces"],
        response_model=TracePage,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(TRACE_PARAMETERS),
    )
    async def get_traces(request: Request) -> Response:
        """Traces, newest first, and how many ended how."""
        return json_answer(await list_traces(store, parse_filters(request.query_params.multi_items(), now_ns())))

    @api.get(
        "/traces/{trace_id}",
        tags=["traces"],
        response_model=TraceDetail,
        responses=_REFUSED | _UNKNOWN | _FAILED,
        openapi_extra=documented([_TRACE_ID]),
    )
    async def get_trace(request: Request) -> Response:
        """A trace with all its spans, and with the traces that make one story with it."""
        given(request.query_params.multi_items(), ())
        return json_bytes(await encoded_trace(store, parse_trace_id(request.path_params["trace_id"])))

    @api.get("/agents", tags=["agents"], response_model=Agents, responses=_REFUSED | _FAILED)
    async def get_agents(request: Request) -> Response:
        """Everyone who ever sent a span."""
        given(request.query_params.multi_items(), ())
        return json_answer(await list_agents(store))

    @api.get(
        "/stats",
        tags=["traces"],
        response_model=Stats,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(STATS_PARAMETERS),
    )
    async def get_stats(request: Request) -> Response:
        """How a time range went, in about sixty steps and as a whole; the last hour unless said otherwise."""
        return json_answer(await stats(store, parse_stats(request.query_params.multi_items(), now_ns())))

    @api.get(
        "/performance",
        tags=["performance"],
        response_model=Performance,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(PERFORMANCE_PARAMETERS),
    )
    async def get_performance(request: Request) -> Response:
        """What earned and what lost, by agent, strategy, release, asset, side, hour or any attribute."""
        query = parse_performance(request.query_params.multi_items(), now_ns())
        return json_answer(await performance(store, query))

    @api.get(
        "/performance/time",
        tags=["performance"],
        response_model=TimeShares,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(TIME_SHARE_PARAMETERS),
    )
    async def get_time_shares(request: Request) -> Response:
        """Where the time of decisions went, stage by stage, by agent and release, with the slowest of each."""
        query = parse_time_shares(request.query_params.multi_items(), now_ns())
        return json_answer(await time_shares(store, query))

    @api.get("/status", tags=["hub"], response_model=StatusAnswer, responses=_REFUSED | _FAILED)
    async def get_status(request: Request) -> Response:
        """The hub itself: version, store, and how fast spans come in."""
        given(request.query_params.multi_items(), ())
        return json_answer(await figures.status(request.app.version))

    @api.get("/live", tags=["hub"], response_class=StreamingResponse, responses=_STREAM | _FAILED)
    async def get_live(request: Request) -> Response:
        """Server-sent events: `commit` when rows were committed (at most two a second), `status` every five seconds."""
        given(request.query_params.multi_items(), ())
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(feed.open(), headers=headers, media_type="text/event-stream")

    @api.get(
        "/logs",
        tags=["signals"],
        response_model=Logs,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(LOG_PARAMETERS),
    )
    async def get_logs(request: Request) -> Response:
        """Log records, newest first."""
        return json_answer(await list_logs(store, request.query_params.multi_items(), now_ns()))

    @api.get(
        "/metrics",
        tags=["signals"],
        response_model=Metrics,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(METRIC_PARAMETERS),
    )
    async def get_metrics(request: Request) -> Response:
        """Metric data points, newest first."""
        return json_answer(await list_metrics(store, request.query_params.multi_items(), now_ns()))

    return api
