"""The hub's HTTP application: OTLP in, JSON API and web UI out, all on one port.

/v1/{traces,logs,metrics}   receive/     OTLP
/api/v1/…                   api/         JSON, and /api/v1/openapi.json
/healthz  /readyz           here         the process runs; the store answers
/…                          web.py       the control room
"""

from __future__ import annotations

import asyncio
import time

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from fleaglass import __version__
from fleaglass.hub.api import create_api
from fleaglass.hub.api.safety_routes import safety_routes
from fleaglass.hub.receive import OwnOrigin, otlp_routes
from fleaglass.hub.state import State
from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.tally import Tally
from fleaglass.hub.web import web_routes

__all__ = ["create_app"]


def create_app(store: Store, state: State, tally: Tally, stopping: asyncio.Event) -> ASGIApp:
    """The application over an open store and state; `tally` counts what the receivers turned away.

    Set `stopping` when the server is about to end: live streams would hold it up.
    """
    app = FastAPI(
        title="Fleaglass",
        version=__version__,
        summary="What the agents decided, what it cost, and what is still in flight.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.router.routes.extend(otlp_routes(store, tally.reject))
    app.include_router(create_api(store, tally, stopping))
    app.include_router(safety_routes(store, state, time.time_ns))

    @app.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """The process runs."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], responses={503: {"description": "The store does not answer"}})
    async def readyz() -> JSONResponse:
        """The store answers."""
        try:
            await store.query("SELECT 1")
        except EngineError as error:
            return JSONResponse({"status": "unavailable", "reason": str(error)[:300]}, 503)
        return JSONResponse({"status": "ready"})

    app.router.routes.extend(web_routes())
    return OwnOrigin(app)
