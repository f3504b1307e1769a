"""The endpoints about sessions: how the agents' runs went."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.errors import ErrorAnswer, Guarded, json_answer
from fleaglass.hub.api.parameters import documented
from fleaglass.hub.api.session_health import (
    HEALTH_PARAMETERS,
    SESSION_PARAMETERS,
    list_sessions,
    parse_health,
    parse_sessions,
    releases_health,
)
from fleaglass.hub.api.session_shapes import ReleasesHealth, Sessions
from fleaglass.hub.state import State

__all__ = ["session_routes"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "A parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The state database did not answer"},
}


def session_routes(state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints below /api/v1/sessions. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["sessions"])

    @api.get("/sessions", response_model=Sessions, responses=_REFUSED, openapi_extra=documented(SESSION_PARAMETERS))
    async def get_sessions(request: Request) -> Response:
        """Session health in about sixty steps and as a whole, by release, environment or agent."""
        query = parse_sessions(request.query_params.multi_items(), now_ns())
        return json_answer(await state.reading(lambda connection: list_sessions(connection, query)))

    @api.get(
        "/sessions/health",
        response_model=ReleasesHealth,
        responses=_REFUSED,
        openapi_extra=documented(HEALTH_PARAMETERS),
    )
    async def get_releases_health(request: Request) -> Response:
        """Health and adoption of every release, the newest first, or of one."""
        query = parse_health(request.query_params.multi_items(), now_ns())
        return json_answer(await state.reading(lambda connection: releases_health(connection, query)))

    return api
