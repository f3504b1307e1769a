"""Tempo's API over a real engine, asked as Grafana's back end asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.tempo_api import tempo_routes
from tests.support.otlp import T0

NOW = T0 + 600 * 10**9
START, END = T0 // 10**9 - 60, T0 // 10**9 + 600
"""A range as Grafana gives it, in seconds."""


class Tempo:
    """Asks the API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, path: str, **query: Any) -> Any:
        """The JSON of a good answer."""
        response = await self.get(path, **query)
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        return response.json()

    async def refused(self, path: str, **query: Any) -> tuple[int, str]:
        """Status and text of a refusal: one line, which Grafana shows."""
        response = await self.get(path, **query)
        assert response.status_code >= 400
        assert response.headers["content-type"].startswith("text/plain")
        assert "\n" not in response.text
        return response.status_code, response.text

    async def get(self, path: str, accept: str = "application/json", **query: Any) -> httpx.Response:
        """Whatever comes."""
        return await self._client.get(path, params=query, headers={"accept": accept})

    async def traces(self, q: str, **query: Any) -> list[int]:
        """The traces that a search finds, by the small numbers that the tests gave them."""
        found = await self("search", q=q, **query)
        return sorted(int(trace["traceID"], 16) for trace in found["traces"])


@pytest.fixture
async def tempo(engine: Engine, readers: Store) -> AsyncIterator[Tempo]:
    app = FastAPI(version="9.9.9")
    app.include_router(tempo_routes(readers, lambda: NOW))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4318/tempo/api/") as client:
        yield Tempo(client)
