"""The ASGI application: one route per endpoint of each face, the switches, and what nobody serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.sandbox.control import control_routes
from fleaglass.sandbox.dated import Dated
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.exchange import BODY_LIMIT_BYTES, Exchange, Surroundings, answer, code_of_status
from fleaglass.sandbox.faces import FACES, face_at
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import RateLimiter
from fleaglass.sandbox.tally import Tally
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue

__all__ = ["BODY_LIMIT_BYTES", "create_app"]

_TICK_S = 1.0


def create_app(
    venue: Venue,
    board: FaultBoard,
    limiter: RateLimiter,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    skip: Callable[[int], None] | None = None,
) -> Starlette:
    """Return the application over an open venue, which its lifespan keeps up to date and closes at the end.

    `skip` puts the venue's clock forward by nanoseconds, where that can be done.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticker = asyncio.create_task(_tick(venue))
        try:
            yield
        finally:
            ticker.cancel()
            venue.close()

    around = Surroundings(venue, board, limiter, Tally(), sleep)
    app = Starlette(
        routes=[*_routes(around), Route("/healthz", _health), *control_routes(around, skip)],
        exception_handlers={
            ApiError: _refused,
            HTTPException: _not_served,
            ClientDisconnect: _gone,
            Exception: _crashed,
        },
        lifespan=lifespan,
        middleware=[Middleware(Dated, clock=venue.clock)],
    )
    app.router.redirect_slashes = False
    return app


def _routes(around: Surroundings) -> list[Route]:
    return [
        Route(f"{face.root}{endpoint.path}", Exchange(face, endpoint, around).serve, methods=[endpoint.method])
        for face in FACES
        for endpoint in face.endpoints
    ]


async def _tick(venue: Venue) -> None:
    """Settle while nobody calls, which keeps the next request's share of it small, and save the market's place."""
    while True:
        await asyncio.sleep(_TICK_S)
        settle_until_now(venue)
        venue.save_market()


async def _health(_: Request) -> Response:
    return answer(200, {"status": "ok"})


def _refusal(request: Request, error: ApiError) -> Response:
    return answer(error.status, face_at(request.url.path).refuse(error, None))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _refusal(request, error)


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _refusal(request, _told(error.status_code, f"nothing at {request.method} {request.url.path}"))


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=499)  # nobody is there to read it


async def _crashed(request: Request, __: Exception) -> Response:
    # Starlette raises the exception again after this answer, and uvicorn then writes it to stderr.
    return _refusal(request, _told(500, "the sandbox has a bug; its stderr says more"))


def _told(status: int, message: str) -> ApiError:
    error = ApiError(message)
    error.status, error.code = status, code_of_status(status)
    return error
