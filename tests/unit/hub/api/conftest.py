"""The API over a real engine, asked the way a browser asks; every answer is held against what OpenAPI promises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.api import create_api
from fleaglass.hub.intake import Queue
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.tally import Tally
from tests.support.otlp import T0
from tests.unit.hub.api.promised import faults

MINUTE = 60_000_000_000
NOW = T0 + 10 * MINUTE
"""What the API takes for the present."""


@pytest.fixture(scope="session")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    queue = Queue(tmp_path_factory.mktemp("intake") / "intake.db")
    yield queue
    queue.close()


@pytest.fixture
def store(engine: Engine, readers: Store) -> Store:
    """An empty store to read from."""
    return readers


@pytest.fixture(scope="session")
def app(readers: Store, queue: Queue) -> FastAPI:
    app = FastAPI(title="Fleaglass", version="9.9.9", openapi_url="/api/v1/openapi.json")
    app.include_router(create_api(readers, queue, Tally(wall=lambda: T0), now_ns=lambda: NOW))
    return app


@pytest.fixture
async def client(app: FastAPI, engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API over an empty store."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4318/api/v1/"
    ) as client:
        yield client


class Api:
    """Asks the API."""

    def __init__(self, client: httpx.AsyncClient, document: dict[str, Any]) -> None:
        self._client = client
        self._document = document

    async def __call__(self, path: str, **query: Any) -> Any:
        """The answer to a good question; a list is given as often as it has members, and `from_` means from."""
        response = await self._get(path, query)
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        return response.json()

    async def refused(self, path: str, **query: Any) -> tuple[int, str, str]:
        """Status, code and message of the answer to a bad one."""
        response = await self._get(path, query)
        error = response.json()["error"]
        assert error["hint"]
        return response.status_code, error["code"], error["message"]

    async def _get(self, path: str, query: dict[str, Any]) -> httpx.Response:
        response = await self._client.get(path, params={name.removesuffix("_"): value for name, value in query.items()})
        template = "/api/v1/" + ("traces/{trace_id}" if path.startswith("traces/") else path)
        promised = self._document["paths"][template]["get"]["responses"][str(response.status_code)]
        schema = promised["content"]["application/json"]["schema"]
        assert list(faults(response.json(), schema, self._document)) == []
        return response

    async def ids(self, **query: Any) -> list[int]:
        """The traces that a list shows, by the small numbers that the tests gave them."""
        return [int(trace["trace_id"], 16) for trace in (await self("traces", **query))["traces"]]


@pytest.fixture
def api(client: httpx.AsyncClient, app: FastAPI) -> Api:
    return Api(client, app.openapi())


@pytest.fixture
def put(engine: Engine) -> Callable[..., None]:
    """Stores requests as the receivers would."""

    def store(*requests: Any) -> None:
        for request in requests:
            engine.insert("traces", request.SerializeToString())

    return store
