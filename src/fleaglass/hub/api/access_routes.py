"""The endpoints about access: tokens, ingest keys and projects for administrators, and who asks for everybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.access import keys, projects, tokens
from fleaglass.hub.access.doorman import Visitor
from fleaglass.hub.access.policy import Policy
from fleaglass.hub.access.scopes import SCOPES
from fleaglass.hub.api.access_shapes import (
    Keys,
    KeyShape,
    MadeToken,
    Me,
    NewKey,
    NewProject,
    NewToken,
    Projects,
    ProjectShape,
    Tokens,
    TokenShape,
)
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.state import State

__all__ = ["access_routes"]

_DENIED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The body or a parameter is wrong"},
    401: {"model": ErrorAnswer, "description": "No token, or an unknown one"},
    403: {"model": ErrorAnswer, "description": "The token lacks the scope admin"},
    503: {"model": ErrorAnswer, "description": "The state database did not answer"},
}
_MISSING: Final[dict[int | str, dict[str, Any]]] = {404: {"model": ErrorAnswer, "description": "There is none such"}}
_TAKEN: Final[dict[int | str, dict[str, Any]]] = {409: {"model": ErrorAnswer, "description": "The slug is taken"}}

_NUMBER: Final = Parameter("number", "Its number.", {"type": "integer", "minimum": 1}, where="path")
_PUBLIC: Final = Parameter("public", "The key.", {"type": "string"}, where="path")


def access_routes(state: State, policy: Policy, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints below /api/v1. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["access"])

    @api.get("/me", response_model=Me, responses=_DENIED)
    async def get_me(request: Request) -> Response:
        """Who asks, and what that allows."""
        given(request.query_params.multi_items(), ())
        visitor: Visitor = request.state.visitor
        token = None if visitor.token is None else _token(visitor.token)
        scopes = [scope for scope in SCOPES if scope in visitor.scopes]
        return json_answer({"asks": policy.asks, "token": token, "scopes": scopes})

    _add_tokens(api, state, now_ns)
    _add_keys(api, state, policy, now_ns)
    _add_projects(api, state, now_ns)
    return api


def _add_tokens(api: APIRouter, state: State, now_ns: Callable[[], int]) -> None:
    @api.get("/tokens", response_model=Tokens, responses=_DENIED)
    async def get_tokens(request: Request) -> Response:
        """All tokens, without their secrets."""
        given(request.query_params.multi_items(), ())
        found = await state.reading(tokens.all_tokens)
        return json_answer({"tokens": [_token(token) for token in found.values()]})

    @api.post(
        "/tokens", status_code=201, response_model=MadeToken, responses=_DENIED, openapi_extra=documented_body(NewToken)
    )
    async def post_token(request: Request) -> Response:
        """Make a token. Its secret is in this answer, and never shown again."""
        body, secret = await body_of(request, NewToken), tokens.new_secret()
        made = await state.writing(lambda known: tokens.add_token(known, body.name, body.scopes, secret, now_ns()))
        return json_answer({"token": _token(made), "secret": secret}, 201)

    @api.delete("/tokens/{number}", status_code=204, responses=_DENIED | _MISSING, openapi_extra=documented([_NUMBER]))
    async def delete_token(request: Request) -> Response:
        """Revoke a token, and with it the logins that were made with it."""
        number = _number(request)
        if not await state.writing(lambda known: tokens.revoke_token(known, number, now_ns())):
            raise _none_such("token", number)
        return Response(status_code=204)


def _add_keys(api: APIRouter, state: State, policy: Policy, now_ns: Callable[[], int]) -> None:
    @api.get("/keys", response_model=Keys, responses=_DENIED)
    async def get_keys(request: Request) -> Response:
        """All ingest keys, each with its DSN."""
        given(request.query_params.multi_items(), ())
        found = await state.reading(keys.all_keys)
        return json_answer({"keys": [_key(key, request, policy) for key in found]})

    @api.post(
        "/keys",
        status_code=201,
        response_model=KeyShape,
        responses=_DENIED | _MISSING,
        openapi_extra=documented_body(NewKey),
    )
    async def post_key(request: Request) -> Response:
        """Make an ingest key for a project."""
        body, public = await body_of(request, NewKey), keys.new_key()
        try:
            made = await state.writing(lambda known: keys.add_key(known, body.project, body.name, public, now_ns()))
        except keys.NoSuchProject:
            raise _none_such("project", body.project) from None
        return json_answer(_key(made, request, policy), 201)

    @api.post(
        "/keys/{public}/rotate",
        status_code=201,
        response_model=KeyShape,
        responses=_DENIED | _MISSING,
        openapi_extra=documented([_PUBLIC]),
    )
    async def rotate_key(request: Request) -> Response:
        """Put a new key in the place of one, which opens nothing from then on."""
        old, public = request.path_params["public"], keys.new_key()
        made = await state.writing(lambda known: keys.rotate_key(known, old, public, now_ns()))
        if made is None:
            raise _none_such("key", old)
        return json_answer(_key(made, request, policy), 201)

    @api.delete("/keys/{public}", status_code=204, responses=_DENIED | _MISSING, openapi_extra=documented([_PUBLIC]))
    async def delete_key(request: Request) -> Response:
        """Revoke an ingest key."""
        public = request.path_params["public"]
        if await state.writing(lambda known: keys.revoke_key(known, public, now_ns())) is None:
            raise _none_such("key", public)
        return Response(status_code=204)


def _add_projects(api: APIRouter, state: State, now_ns: Callable[[], int]) -> None:
    @api.get("/projects", response_model=Projects, responses=_DENIED)
    async def get_projects(request: Request) -> Response:
        """All projects."""
        given(request.query_params.multi_items(), ())
        return json_answer({"projects": [_project(each) for each in await state.reading(projects.all_projects)]})

    @api.post(
        "/projects",
        status_code=201,
        response_model=ProjectShape,
        responses=_DENIED | _TAKEN,
        openapi_extra=documented_body(NewProject),
    )
    async def post_project(request: Request) -> Response:
        """Make a project. It has no key yet."""
        body = await body_of(request, NewProject)
        with _slug_problems():
            made = await state.writing(lambda known: projects.add_project(known, body.slug, body.name, now_ns()))
        return json_answer(_project(made), 201)

    @api.put(
        "/projects/{number}",
        response_model=ProjectShape,
        responses=_DENIED | _MISSING | _TAKEN,
        openapi_extra=documented([_NUMBER]) | documented_body(NewProject),
    )
    async def put_project(request: Request) -> Response:
        """Call a project something else. Its number, and so its DSNs, stay."""
        number, body = _number(request), await body_of(request, NewProject)
        with _slug_problems():
            renamed = await state.writing(lambda known: projects.rename(known, number, body.slug, body.name))
        if renamed is None:
            raise _none_such("project", number)
        return json_answer(_project(renamed))


def _token(token: tokens.Token) -> TokenShape:
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": list(token.scopes),
        "added_ns": str(token.added_ns),
        "used_ns": _time(token.used_ns),
        "revoked_ns": _time(token.revoked_ns),
    }


def _key(key: keys.IngestKey, request: Request, policy: Policy) -> KeyShape:
    server = policy.public[0] if policy.public else str(request.base_url)
    return {
        "public": key.public,
        "project": key.project,
        "name": key.name,
        "dsn": keys.dsn(server, key),
        "added_ns": str(key.added_ns),
        "revoked_ns": _time(key.revoked_ns),
    }


def _project(project: projects.Project) -> ProjectShape:
    return {"id": project.id, "slug": project.slug, "name": project.name, "added_ns": str(project.added_ns)}


def _time(at_ns: int | None) -> str | None:
    return None if at_ns is None else str(at_ns)


def _number(request: Request) -> int:
    """The number in the path; 0, which nothing has, for what is none."""
    text: str = request.path_params["number"]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _none_such(kind: str, which: object) -> Problem:
    return Problem(404, "not_found", f"there is no {kind} {str(which)[:100]!r}", f"See GET /api/v1/{kind}s.")


@contextmanager
def _slug_problems() -> Iterator[None]:
    try:
        yield
    except projects.BadSlug as error:
        raise Problem(400, "bad_body", str(error), "Such as vol-arb.") from None
    except projects.SlugTaken as error:
        raise Problem(409, "slug_taken", str(error), "Take another, or rename that project.") from None
