"""The endpoints about releases. `fleaglass release` and sentry-cli tell the hub of them by /api/0 (sentry_api/)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, json_answer
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.api.release_compare import compare_releases
from fleaglass.hub.api.release_detail import release_detail, the_release
from fleaglass.hub.api.release_listing import list_releases
from fleaglass.hub.api.release_parameters import (
    COMPARE_PARAMETERS,
    LIST_PARAMETERS,
    ONE_PARAMETERS,
    parse_compare,
    parse_list,
    parse_one,
)
from fleaglass.hub.api.release_shapes import Comparison, Deploy, Release, ReleaseDetail, ReleasePage
from fleaglass.hub.api.release_words import deploy_words, release_words
from fleaglass.hub.releases.keeper import add_deploy, change_release
from fleaglass.hub.releases.records import Change, NewDeploy
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["release_routes"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {400: {"model": ErrorAnswer, "description": "Something is wrong"}}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ErrorAnswer, "description": "There is no such release"}
}
_FAILED: Final[dict[int | str, dict[str, Any]]] = {
    503: {"model": ErrorAnswer, "description": "The store or the state did not answer"}
}
_VERSION: Final = Parameter("version", "Name of the release, such as `agent-vol-arb@2.1.0`.", where="path")


class ReleaseAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """finalize: it is out, as from now. archive and restore: whether lists show it."""

    action: Literal["finalize", "archive", "restore"]


class DeployBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It runs in this environment, as from now."""

    environment: Annotated[str, msgspec.Meta(pattern=r"^[^\r\n\f/]+$", max_length=64)]
    name: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    url: Annotated[str, msgspec.Meta(pattern="^https?://", max_length=2000)] | None = None


def release_routes(store: Store, state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints over an open store and state; `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["releases"])

    @api.get(
        "/releases",
        response_model=ReleasePage,
        responses=_REFUSED | _FAILED,
        openapi_extra=documented(LIST_PARAMETERS),
    )
    async def get_releases(request: Request) -> Response:
        """Releases, and how each does; figures are of the last 14 days unless said otherwise."""
        now = now_ns()
        query = parse_list(request.query_params.multi_items(), now)
        return json_answer(await list_releases(store, state, query, now))

    @api.get(
        "/releases/compare",
        response_model=Comparison,
        responses=_REFUSED | _UNKNOWN | _FAILED,
        openapi_extra=documented(COMPARE_PARAMETERS),
    )
    async def get_comparison(request: Request) -> Response:
        """Release b held against release a; a verdict is there only where the samples allow one."""
        now = now_ns()
        a, b, span = parse_compare(request.query_params.multi_items(), now)
        return json_answer(await compare_releases(store, state, (a, b), span, now))

    @api.get(
        "/releases/{version}",
        response_model=ReleaseDetail,
        responses=_REFUSED | _UNKNOWN | _FAILED,
        openapi_extra=documented([_VERSION, *ONE_PARAMETERS]),
    )
    async def get_release(request: Request) -> Response:
        """One release: its deploys, commits and issues, how its sessions went, what it earned and how long it took."""
        now = now_ns()
        span = parse_one(request.query_params.multi_items(), now)
        return json_answer(await release_detail(store, state, request.path_params["version"], span, now))

    @api.put(
        "/releases/{version}",
        response_model=Release,
        responses=_REFUSED | _UNKNOWN | _FAILED,
        openapi_extra=documented([_VERSION]) | documented_body(ReleaseAction),
    )
    async def put_release(request: Request) -> Response:
        """Finalize, archive or restore it."""
        given(request.query_params.multi_items(), ())
        body, now = await body_of(request, ReleaseAction), now_ns()
        changes = {
            "finalize": Change(released_ns=now),
            "archive": Change(status="archived"),
            "restore": Change(status="open"),
        }

        def change(connection: Connection) -> Release:
            known = the_release(connection, request.path_params["version"])
            change_release(connection, known.id, (), changes[body.action])
            return release_words(the_release(connection, known.version))

        return json_answer(await state.writing(change))

    @api.post(
        "/releases/{version}/deploys",
        status_code=201,
        response_model=Deploy,
        responses=_REFUSED | _UNKNOWN | _FAILED,
        openapi_extra=documented([_VERSION]) | documented_body(DeployBody),
    )
    async def post_deploy(request: Request) -> Response:
        """Say that it runs in an environment from now on."""
        given(request.query_params.multi_items(), ())
        body, now = await body_of(request, DeployBody), now_ns()
        deploy = NewDeploy(environment=body.environment, name=body.name, url=body.url, finished_ns=now)

        def keep(connection: Connection) -> Deploy:
            known = the_release(connection, request.path_params["version"])
            return deploy_words(add_deploy(connection, known.id, deploy))

        return json_answer(await state.writing(keep), 201)

    return api
