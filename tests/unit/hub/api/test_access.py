"""Administrators make, list and revoke tokens, keys and projects; a secret is shown once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from fleaglass.hub.access.doorman import Visitor
from fleaglass.hub.access.policy import Policy
from fleaglass.hub.access.tokens import add_token, all_tokens, digest_of
from fleaglass.hub.api.access_routes import access_routes
from fleaglass.hub.state import State
from tests.unit.hub.api.promised import faults

NOW_NS = 1_800_000_000_000_000_000
NOW = str(NOW_NS)


@pytest.fixture
def app(state: State) -> FastAPI:
    app = FastAPI(openapi_url="/api/v1/openapi.json")
    app.include_router(access_routes(state, Policy(asks=True, public=("https://hub.example",)), lambda: NOW_NS))
    return app


@pytest.fixture
async def http(app: FastAPI, state: State) -> AsyncIterator[httpx.AsyncClient]:
    with state.write() as connection:
        token = add_token(connection, "mine", ["write", "ingest"], "flea_mine", 5)

    async def gated(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"visitor": Visitor(token, frozenset(["ingest", "read", "write"]))}
        await app(scope, receive, send)

    transport = httpx.ASGITransport(gated)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4318/api/v1/") as client:
        yield client


def checked(answer: httpx.Response, app: FastAPI, template: str, status: int) -> Any:
    """The JSON of an answer, which is what OpenAPI promises."""
    assert answer.status_code == status, answer.text
    document = app.openapi()
    promised = document["paths"][f"/api/v1/{template}"][answer.request.method.lower()]["responses"][str(status)]
    schema = promised["content"]["application/json"]["schema"]
    assert list(faults(answer.json(), schema, document)) == []
    return answer.json()


async def test_a_token_is_shown_once_and_then_known_by_its_beginning(
    app: FastAPI, http: httpx.AsyncClient, state: State
) -> None:
    made = checked(await http.post("tokens", json={"name": "box", "scopes": ["ingest"]}), app, "tokens", 201)
    secret = made["secret"]
    assert made["token"] == {
        "id": 2,
        "name": "box",
        "hint": secret[:9],
        "scopes": ["ingest"],
        "added_ns": NOW,
        "used_ns": None,
        "revoked_ns": None,
    }
    answer = await http.get("tokens")
    assert secret not in answer.text
    assert checked(answer, app, "tokens", 200)["tokens"][1] == made["token"]
    with state.read() as connection:
        assert digest_of(secret) in all_tokens(connection)
    assert (await http.delete("tokens/2")).status_code == 204
    assert (await http.get("tokens")).json()["tokens"][1]["revoked_ns"] == NOW
    checked(await http.delete("tokens/2"), app, "tokens/{number}", 404)


async def test_a_key_comes_with_its_dsn(app: FastAPI, http: httpx.AsyncClient) -> None:
    key = checked(await http.post("keys", json={"name": "browser"}), app, "keys", 201)
    assert key["dsn"] == f"https://{key['public']}@hub.example/1"
    assert checked(await http.get("keys"), app, "keys", 200) == {"keys": [key]}
    path = f"keys/{key['public']}"
    fresh = checked(await http.post(f"{path}/rotate"), app, "keys/{public}/rotate", 201)
    assert (fresh["name"], fresh["public"] != key["public"]) == ("browser", True)
    checked(await http.post(f"{path}/rotate"), app, "keys/{public}/rotate", 404)
    assert (await http.delete(f"keys/{fresh['public']}")).status_code == 204
    checked(await http.delete(f"keys/{fresh['public']}"), app, "keys/{public}", 404)
    checked(await http.post("keys", json={"name": "x", "project": 9}), app, "keys", 404)


async def test_a_project_is_made_and_called_something_else(app: FastAPI, http: httpx.AsyncClient) -> None:
    made = checked(await http.post("projects", json={"slug": "web", "name": "Web"}), app, "projects", 201)
    assert made == {"id": 2, "slug": "web", "name": "Web", "added_ns": NOW}
    checked(await http.post("projects", json={"slug": "web", "name": "Web"}), app, "projects", 409)
    checked(await http.post("projects", json={"slug": "A B", "name": "Web"}), app, "projects", 400)
    renamed = {"slug": "shop", "name": "Shop"}
    assert checked(await http.put("projects/2", json=renamed), app, "projects/{number}", 200) == made | renamed
    checked(await http.put("projects/9", json={"slug": "s", "name": "S"}), app, "projects/{number}", 404)
    assert len(checked(await http.get("projects"), app, "projects", 200)["projects"]) == 2


async def test_everybody_may_ask_who_they_are(app: FastAPI, http: httpx.AsyncClient) -> None:
    me = checked(await http.get("me"), app, "me", 200)
    assert (me["asks"], me["token"]["name"], me["scopes"]) == (True, "mine", ["ingest", "read", "write"])


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("tokens", {"name": "x", "scopes": []}, "length >= 1"),
        ("tokens", {"name": "x", "scopes": ["all"]}, "Invalid enum value 'all' - at `$.scopes[0]`"),
        ("tokens", {"name": "", "scopes": ["read"]}, "length >= 1 - at `$.name`"),
        ("tokens", {"scopes": ["read"]}, "missing required field `name`"),
        ("keys", {"name": "x", "project": "1"}, "Expected `int`, got `str` - at `$.project`"),
        ("keys", {"name": "x", "colour": 1}, "unknown field `colour`"),
        ("projects", [], "Expected `object`"),
    ],
)
async def test_a_body_that_does_not_fit_is_told_what_and_where(
    app: FastAPI, http: httpx.AsyncClient, path: str, body: Any, says: str
) -> None:
    error = checked(await http.post(path, json=body), app, path, 400)["error"]
    assert says in error["message"]


@pytest.mark.parametrize("path", ["me", "tokens", "keys", "projects"])
async def test_a_parameter_that_is_not_known_is_refused(app: FastAPI, http: httpx.AsyncClient, path: str) -> None:
    assert checked(await http.get(path, params={"x": "1"}), app, path, 400)["error"]["code"] == "unknown_parameter"


@pytest.mark.parametrize("number", ["0", "-1", "²", "x", "9" * 30])
async def test_a_number_that_is_none_is_not_found(app: FastAPI, http: httpx.AsyncClient, number: str) -> None:
    checked(await http.delete(f"tokens/{number}"), app, "tokens/{number}", 404)
