"""Routes over a state database, asked as a page asks; every answer is held against what OpenAPI promises."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from tests.unit.hub.api.promised import faults


class StateApi:
    """Asks an API of one router."""

    def __init__(self, routes: APIRouter) -> None:
        app = FastAPI()
        app.include_router(routes)
        self._document = app.openapi()
        transport = httpx.ASGITransport(app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4318/api/v1/")

    async def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer to a good request, None where there is nothing to say."""
        response = await self._send(method, path, body, query)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str, str]:
        """Status, code and message of the answer to a bad one."""
        response = await self._send(method, path, body, query)
        error = response.json()["error"]
        assert error["hint"]
        return response.status_code, error["code"], error["message"]

    async def _send(self, method: str, path: str, body: Any, query: dict[str, Any]) -> httpx.Response:
        named = {name.removesuffix("_"): value for name, value in query.items()}
        response = await self._client.request(method, path, json=body, params=named)
        promised = self._document["paths"][self._template(path)][method.lower()]["responses"][str(response.status_code)]
        if response.content:
            schema = promised["content"]["application/json"]["schema"]
            assert list(faults(response.json(), schema, self._document)) == []
        return response

    def _template(self, path: str) -> str:
        if (whole := f"/api/v1/{path}") in self._document["paths"]:
            return whole
        return f"/api/v1/{path.rsplit('/', 1)[0]}/{{slug}}"
