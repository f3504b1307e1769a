"""Jaeger's interface over a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.jaeger_api import jaeger_routes
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0

NOW = T0 + 600 * 10**9


@pytest.fixture(scope="session")
def _readers(_opened: Engine) -> Iterator[Store]:
    """Nothing is submitted here, so one store does for all tests."""
    store = Store(_opened)
    yield store
    store.stop()


@pytest.fixture
async def jaeger(engine: Engine, _readers: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(jaeger_routes(_readers, lambda: NOW))
    base = "http://127.0.0.1:4318/jaeger/api/"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        yield client


@pytest.fixture
def put(engine: Engine) -> Callable[..., None]:
    """Stores requests as the receivers would."""

    def store(*requests: Any) -> None:
        for request in requests:
            engine.insert("traces", request.SerializeToString())

    return store
