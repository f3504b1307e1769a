"""The endpoint of the owner's first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.errors import ErrorAnswer, Guarded, json_answer
from fleaglass.hub.api.parameters import documented
from fleaglass.hub.api.safety import SAFETY_PARAMETERS, parse_safety, safety
from fleaglass.hub.api.safety_shapes import Safety
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["safety_routes"]

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "A parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The store or the state did not answer"},
}


def safety_routes(store: Store, state: State, ledgers: Ledgers, now_ns: Callable[[], int]) -> APIRouter:
    """GET /api/v1/safety over an open store and state and the ledgers. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded)

    @api.get(
        "/safety",
        tags=["safety"],
        response_model=Safety,
        responses=_ERRORS,
        openapi_extra=documented(SAFETY_PARAMETERS),
    )
    async def get_safety(request: Request) -> Response:
        """Am I safe? Per agent: is it alive, what is open, how did today go, what changed; and one answer to it all."""
        query = parse_safety(request.query_params.multi_items(), now_ns())
        return json_answer(await safety(store, state, ledgers, query))

    return api
