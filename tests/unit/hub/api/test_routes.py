"""What all endpoints have in common: they say what they take, refuse what they do not, and survive the store."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.api import create_api
from fleaglass.hub.api.filters import TRACE_PARAMETERS
from fleaglass.hub.intake import Queue
from fleaglass.hub.store import Counters, EngineError
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.tally import Tally
from tests.unit.hub.api.conftest import Api

PATHS = ["traces", "traces/1", "agents", "stats", "performance", "performance/time", "status", "logs", "metrics"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_parameter_that_is_not_known_is_refused_and_never_ignored(api: Api, path: str) -> None:
    status, code, message = await api.refused(path, agnet="x")
    assert (status, code, message) == (400, "unknown_parameter", "there is no parameter 'agnet' here, got 'x'")


def test_every_endpoint_and_parameter_is_described(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert set(paths) == {f"/api/v1/{path.replace('/1', '/{trace_id}')}" for path in [*PATHS, "live"]}
    for operations in paths.values():
        operation = operations["get"]
        assert operation["description"]
        assert "422" not in operation["responses"]
        assert {"200", "503"} <= set(operation["responses"])
        assert all(parameter["description"] and parameter["schema"] for parameter in operation.get("parameters", ()))
    named = {parameter["name"] for parameter in paths["/api/v1/traces"]["get"]["parameters"]}
    assert named == {parameter.name for parameter in TRACE_PARAMETERS}


@pytest.mark.parametrize(
    "query",
    ["q=%ff", "q=%00", "attr=%F0%9F%98%80:%ff", "limit=%FF", "&&=;&", "range=%", "cursor=%00", "name=%ED%A0%80"],
)
async def test_bytes_that_are_no_text_are_found_nowhere_or_refused(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"traces?{query}")
    assert response.status_code in (200, 400)
    assert response.status_code == 400 or response.json()["traces"] == []


class FailingStore:
    """A store whose engine does not answer."""

    dsn = "clickhouse://user:secret@db.example:9000/fleaglass"
    layout = Layout()

    def __init__(self, failure: Exception | None) -> None:
        self.failure = failure

    def on_commit(self, listener: Any) -> None:
        listener(Counters())

    disk_cap_bytes = None

    async def query(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        if self.failure:
            raise self.failure
        return [] if "FROM dropped" in sql else [{"spans": 3, "dropped": 0, "bytes": 7}]


def client_of(store: Any, queue: Queue) -> httpx.AsyncClient:
    app = FastAPI(version="1")
    app.include_router(create_api(store, queue, Tally()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/")


@pytest.mark.parametrize("path", PATHS)
async def test_a_store_that_fails_is_503_and_says_so(path: str, queue: Queue) -> None:
    async with client_of(FailingStore(EngineError("Code: 241. memory limit\nstack trace")), queue) as client:
        response = await client.get(path)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    error = response.json()["error"]
    assert error["code"] == "store_unavailable"
    assert error["message"] == "the store did not answer: Code: 241. memory limit"


async def test_a_bug_of_ours_is_not_passed_off_as_the_stores(queue: Queue) -> None:
    async with client_of(FailingStore(ZeroDivisionError()), queue) as client:
        assert (await client.get("agents")).status_code == 500


async def test_the_password_of_a_store_is_not_told(queue: Queue) -> None:
    async with client_of(FailingStore(None), queue) as client:
        assert (await client.get("status")).json()["store"] == {
            "backend": "clickhouse",
            "path": "db.example/fleaglass",
        }


async def test_the_live_stream_over_http(queue: Queue) -> None:
    """httpx waits for the end of an answer, so the hub is stopping from the start."""
    stopping = asyncio.Event()
    stopping.set()
    app = FastAPI(version="1")
    store: Any = FailingStore(None)
    app.include_router(create_api(store, queue, Tally(), stopping))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x/api/v1/") as client:
        response = await client.get("live")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text == ('retry: 3000\n\nevent: status\ndata: {"spans_per_s":0.0,"rejected":0,"dropped":0}\n\n')
