"""A hub with incidents, asked as a page asks; every answer is held against what OpenAPI promises."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.alerts.rules.model import Rule
from fleaglass.hub.alerting.notify.trial import Trial
from fleaglass.hub.alerting.replayed import LIMITS, Limits
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.api.alerting import incident_routes, rule_routes, trial_routes
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from tests.unit.hub.api.alerting.made import NOW, in_force
from tests.unit.hub.api.promised import faults


class Api:
    """Asks the API. `rules` are in force; `fired` are those of which a test was sent, and what became of each."""

    def __init__(self, store: Store, state: State, rules: Rulebook, limits: Limits = LIMITS) -> None:
        self.fired: list[str] = []
        self.verdicts: list[Trial] = []
        app = FastAPI()
        app.include_router(incident_routes(store, state, rules, lambda: NOW))
        app.include_router(rule_routes(state, rules, lambda: NOW))
        app.include_router(trial_routes(store, state, rules, self._fire, lambda: NOW, limits))
        self._document = app.openapi()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4318/api/v1/")

    async def get(self, path: str, **query: Any) -> Any:
        """The answer to a good question."""
        return self._good(await self._ask("GET", path, query, None))

    async def post(self, path: str, body: Any = None) -> Any:
        """The answer to something good that was said."""
        return self._good(await self._ask("POST", path, {}, body or {}))

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str, str]:
        """Status, code and message of the answer to a bad request."""
        response = await self._ask(method, path, query, body)
        error = response.json()["error"]
        assert error["hint"]
        return response.status_code, error["code"], error["message"]

    async def ids(self, **query: Any) -> list[int]:
        """The incidents that a list shows."""
        return [incident["id"] for incident in (await self.get("incidents", **query))["incidents"]]

    async def _fire(self, rule: Rule) -> list[Trial]:
        self.fired.append(rule.name)
        return self.verdicts

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, method: str, path: str, query: dict[str, Any], body: Any) -> httpx.Response:
        response = await self._client.request(method, path, params=query, json=body)
        schema = self._promised(method, path)[str(response.status_code)]["content"]["application/json"]["schema"]
        assert list(faults(response.json(), schema, self._document)) == []
        return response

    def _good(self, response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        return response.json()

    def _promised(self, method: str, path: str) -> dict[str, Any]:
        for template, methods in self._document["paths"].items():
            form = re.sub("{[a-z_]+}", "[^/]+", template)
            if re.fullmatch(form, f"/api/v1/{path}") and method.lower() in methods:
                found: dict[str, Any] = methods[method.lower()]["responses"]
                return found
        raise AssertionError(f"nothing is promised for {method} {path}")


@pytest.fixture
async def api(store: Store, state: State) -> AsyncIterator[Api]:
    """The API over an empty store and state, and the rules of BOOK."""
    opened = Api(store, state, in_force())
    yield opened
    await opened.close()
