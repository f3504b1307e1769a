"""How this API says no: `{"detail": "…"}`, which is what Sentry's clients print."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.errors import Problem, json_answer
from fleaglass.hub.state import StateError

__all__ = ["Guarded", "no_release"]


class Guarded(APIRoute):
    """A route whose problems become answers in Sentry's form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, with a fence around it."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return json_answer({"detail": f"{problem}. {problem.hint}"}, problem.status)
            except StateError as error:
                return json_answer({"detail": f"The state did not answer: {type(error).__name__}. Try again."}, 503)

        return guarded


def no_release(version: str) -> Problem:
    """There is none of that name."""
    return Problem(404, "no_release", f"There is no release {version[:100]!r}", "`releases new` makes one.")
