"""A hub with issues: takes events as the digest does, and answers over HTTP what OpenAPI promises."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.api.issue_routes import issue_routes
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.issues.keeper import Taken, take_events
from fleaglass.hub.issues.stored import stored
from fleaglass.hub.issues.title import title_of
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.unit.hub.api.promised import faults
from tests.unit.hub.issues.events import T0

SECOND = 1_000_000_000


class Hub:
    """Takes events, tells of issues. `now_ns` is the present, and may be set."""

    def __init__(self, engine: Engine, store: Store, state: State, document: dict[str, Any]) -> None:
        self._engine = engine
        self.state = state
        self.now_ns = T0 + 600 * SECOND
        self._document = document
        app = FastAPI()
        app.include_router(issue_routes(store, state, lambda: self.now_ns))
        transport = httpx.ASGITransport(app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4318/api/v1/")

    def take(self, *events: Event) -> list[Taken]:
        """Store and count them."""
        lines = b"".join(stored(event, hashes(event)[0], title_of(event)) for event in events)
        self._engine.insert("events", lines)
        with self.state.write() as connection:
            return take_events(connection, events, self.now_ns)

    def attach(self, line: bytes) -> None:
        """Store an attachment."""
        self._engine.insert("attachments", line)

    async def __call__(self, path: str, **query: Any) -> Any:
        """The answer to a good question; `from_` means from."""
        return self._good(await self.ask("GET", path, query))

    async def put(self, path: str, body: Any) -> Any:
        """The answer to a good change."""
        return self._good(await self.ask("PUT", path, {}, body))

    async def post(self, path: str, body: Any) -> Any:
        """The answer to something good that was said."""
        return self._good(await self.ask("POST", path, {}, body))

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str, str]:
        """Status, code and message of the answer to a bad question."""
        response = await self.ask(method, path, query, body)
        error = response.json()["error"]
        assert error["hint"]
        return response.status_code, error["code"], error["message"]

    async def ask(self, method: str, path: str, query: dict[str, Any], body: Any = None) -> httpx.Response:
        """The answer, whatever it is; it keeps what was promised."""
        params = {name.removesuffix("_"): value for name, value in query.items()}
        response = await self._client.request(method, path, params=params, json=body)
        promised = self._promised(method, path)[str(response.status_code)]["content"]
        if "application/json" in promised:
            schema = promised["application/json"]["schema"]
            assert list(faults(response.json(), schema, self._document)) == []
        return response

    async def ids(self, **query: Any) -> list[int]:
        """The issues that a list shows."""
        return [issue["id"] for issue in (await self("issues", **query))["issues"]]

    async def close(self) -> None:
        await self._client.aclose()

    def _good(self, response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        return response.json()

    def _promised(self, method: str, path: str) -> dict[str, Any]:
        for template, methods in self._document["paths"].items():
            name = r"{name(:path)?}"
            form = re.sub(r"{[a-z_]+}", "[^/]+", re.sub(name, ".+", template))
            if re.fullmatch(form, f"/api/v1/{path}") and method.lower() in methods:
                found: dict[str, Any] = methods[method.lower()]["responses"]
                return found
        raise AssertionError(f"nothing is promised for {method} {path}")


@pytest.fixture(scope="session")
def document(readers: Store) -> dict[str, Any]:
    """The OpenAPI document, which is the same for every hub and takes a while to make."""
    app = FastAPI()
    app.include_router(issue_routes(readers, cast(State, None)))
    return app.openapi()


@pytest.fixture
async def hub(engine: Engine, store: Store, state: State, document: dict[str, Any]) -> AsyncIterator[Hub]:
    """A hub without an issue."""
    opened = Hub(engine, store, state, document)
    yield opened
    await opened.close()
