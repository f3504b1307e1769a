"""The ASGI application: one route per operation, and what every request goes through on its way.

::

    body (≤ 64 KiB) → who calls → rate limit → fault draw → delay → reset or error? → key → perform → answer lost?
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.sandbox import accounts, views
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.connection import NoAnswer
from fleaglass.sandbox.control import control_routes
from fleaglass.sandbox.dispatch import perform
from fleaglass.sandbox.errors import ApiError, PayloadTooLarge, Unauthorized
from fleaglass.sandbox.handlers import NOBODY, Call
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.operations import OPERATIONS, Operation
from fleaglass.sandbox.ratelimit import RateLimiter
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue

__all__ = ["BODY_LIMIT_BYTES", "create_app"]

BODY_LIMIT_BYTES = 64 * 1024
_TICK_S = 1.0

_ERROR_CODES = {
    400: "INVALID_REQUEST",
    401: "INVALID_API_KEY",
    402: "INSUFFICIENT_BALANCE",
    405: "METHOD_NOT_ALLOWED",
    409: "INVALID_STATUS",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(
    venue: Venue,
    board: FaultBoard,
    limiter: RateLimiter,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """Return the application over an open venue, which its lifespan keeps up to date and closes at the end."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticker = asyncio.create_task(_tick(venue))
        try:
            yield
        finally:
            ticker.cancel()
            venue.close()

    routes = [
        Route(operation.path, _endpoint(operation, venue, board, limiter, sleep), methods=[operation.method])
        for operation in OPERATIONS
    ]
    app = Starlette(
        routes=[*routes, Route("/healthz", _health), *control_routes(venue, board)],
        exception_handlers={
            ApiError: _refused,
            HTTPException: _not_served,
            ClientDisconnect: _gone,
            Exception: _crashed,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _endpoint(
    operation: Operation,
    venue: Venue,
    board: FaultBoard,
    limiter: RateLimiter,
    sleep: Callable[[float], Awaitable[None]],
) -> Endpoint:
    async def serve(request: Request) -> Response:
        body = await _read(request)
        agent = _caller(venue, request)
        caller = agent.agent_id if isinstance(agent, Agent) else f"address {_address(request)}"
        limiter.admit(caller)
        hit = board.draw(operation, caller)
        if hit.delay_s:
            await sleep(hit.delay_s)
        if hit.reset:
            return NoAnswer(reset=True)
        if hit.error_status is not None:
            return _answer(hit.error_status, _error_body(hit.error_status, "fault injected by the sandbox"))
        if isinstance(agent, Unauthorized) and not operation.keyless:
            raise agent
        who = agent if isinstance(agent, Agent) else NOBODY
        view = perform(venue, operation.name, Call(who, request.path_params, request.query_params, body))
        return NoAnswer(reset=False) if hit.drop_ack else _answer(operation.status, view)

    return serve


def _caller(venue: Venue, request: Request) -> Agent | Unauthorized:
    """Who calls; a wrong key is refused only after faults had their turn, and not at all where none is needed."""
    try:
        return accounts.authenticate(venue.db, request.headers.get("authorization"))
    except Unauthorized as error:
        return error


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise PayloadTooLarge(f"the body has more than {BODY_LIMIT_BYTES} bytes")
    return bytes(body)


async def _tick(venue: Venue) -> None:
    """Settle while nobody calls, which keeps the next request's share of it small, and save the market's place."""
    while True:
        await asyncio.sleep(_TICK_S)
        settle_until_now(venue)
        venue.save_market()


async def _health(_: Request) -> Response:
    return _answer(200, {"status": "ok"})


def _answer(status: int, view: views.View) -> Response:
    return Response(views.encode(view), status, media_type="application/json")


def _error_body(status: int, message: str) -> views.View:
    fallback = HTTPStatus(status).name if status in {one.value for one in HTTPStatus} else f"HTTP_{status}"
    return {"code": _ERROR_CODES.get(status, fallback), "message": message}


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _answer(error.status, error.body)


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(error.status_code, _error_body(error.status_code, f"nothing at {request.method} {request.url.path}"))


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=499)  # nobody is there to read it


async def _crashed(_: Request, __: Exception) -> Response:
    # Starlette raises the exception again after this answer, and uvicorn then writes it to stderr.
    return _answer(500, _error_body(500, "the sandbox has a bug; its stderr says more"))
