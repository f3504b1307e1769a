"""Jaeger's interface over a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.jaeger_api import jaeger_routes
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0

NOW = T0 + 600 * 10**9


@pytest.fixture
async def jaeger(engine: Engine, readers: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(jaeger_routes(readers, lambda: NOW))
    base = "http://127.0.0.1:4318/jaeger/api/"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        yield client
