"""How the API says no: `{"error": {"code", "message", "hint"}}`, each in words that a person can act on.

    Problem        what we refuse or cannot find, with its HTTP status
    EngineError    the store's own failure: 503, try again
    StateError     the state database's: 503, try again

A route made by `Guarded` turns all three into answers; anything else is a bug of ours and stays a 500.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from fleaglass.hub.state import StateError
from fleaglass.hub.store import EngineError

__all__ = ["ErrorAnswer", "ErrorDetail", "Guarded", "Problem", "bad_filter", "json_answer", "json_bytes"]

RETRY_AFTER_S: Final = "1"
_SHOWN: Final = 100  # characters of a refused value that are repeated back


class ErrorDetail(TypedDict):
    """What is wrong, and what to do about it."""

    code: str
    message: str
    hint: str


class ErrorAnswer(TypedDict):
    """An answer that is not what was asked for."""

    error: ErrorDetail


class Problem(Exception):
    """A request that gets an error answer: HTTP `status`, a `code` to decide by, `message` and `hint` to read."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.hint = hint

    def answer(self) -> Response:
        """The HTTP answer."""
        detail: ErrorDetail = {"code": self.code, "message": str(self), "hint": self.hint}
        headers = {"retry-after": RETRY_AFTER_S} if self.status == 503 else None
        return json_answer({"error": detail}, self.status, headers)


def bad_filter(name: str, must: str, value: str, hint: str) -> Problem:
    """A query parameter that cannot be used: `name` must be …, got `value`."""
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return Problem(400, "bad_filter", f"{name} must be {must}, got {shown!r}", hint)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`content` as JSON."""
    return json_bytes(orjson.dumps(content), status, headers)


def json_bytes(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """What is JSON already. The numbers change all the time, so nobody keeps a copy."""
    return Response(content, status, {"cache-control": "no-store", **(headers or {})}, media_type="application/json")


class Guarded(APIRoute):
    """A route whose problems become answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, with a fence around it."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return problem.answer()
            except EngineError as error:
                return _unavailable("store", error).answer()
            except StateError as error:
                return _unavailable("state", error).answer()

        return guarded


def _unavailable(what: str, error: Exception) -> Problem:
    first_line = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    hint = "Agents keep trading and recording. Try again; narrow the time range if it stays so."
    return Problem(503, f"{what}_unavailable", f"the {what} did not answer: {first_line}", hint)
