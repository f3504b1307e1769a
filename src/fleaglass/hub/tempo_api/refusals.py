"""How this API says no: one line of text, which is what Grafana shows of an answer that is not 200."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.store import EngineError
from fleaglass.hub.traceql import TraceQLError

__all__ = ["Guarded"]


class Guarded(APIRoute):
    """A route whose problems become answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, with a fence around it."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except TraceQLError as error:
                return _line(400, f"TraceQL: {error}")
            except Problem as problem:
                return _line(problem.status, f"{problem}. {problem.hint}")
            except EngineError as error:
                return _line(503, f"the store did not answer: {type(error).__name__}. Try again.")

        return guarded


def _line(status: int, text: str) -> Response:
    return PlainTextResponse(text, status, {"cache-control": "no-store"})
