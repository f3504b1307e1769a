"""The paths below /api/0, and which command asks for each.

GET    /                                                  info
GET    /organizations/                                    organizations list
       /organizations/{org}/
GET        repos/   projects/   monitors/                 repos, projects, monitors list
GET POST   releases/                                      releases new, archive, restore, set-commits
GET PUT DELETE   releases/{version}/                      releases info, finalize, set-commits, delete
GET        releases/{version}/previous-with-commits/      set-commits
GET        releases/{version}/commits/                    releases info --show-commits
GET POST   releases/{version}/deploys/                    deploys list, new
GET    /projects/{org}/{project}/releases/                releases list

A list is one page: the newest hundred, without a `Link`, which clients take for the end. Repositories are an empty
list, so that a client sends its commits itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.access.doorman import Visitor
from fleaglass.hub.access.projects import all_projects
from fleaglass.hub.access.scopes import SCOPES
from fleaglass.hub.api.bodies import body_of
from fleaglass.hub.api.errors import Problem, json_answer
from fleaglass.hub.monitors.tables import monitors
from fleaglass.hub.releases.keeper import add_deploy, change_release, create_release, delete_release, set_commits
from fleaglass.hub.releases.records import MAX_SEEN_NAME, Release
from fleaglass.hub.releases.shelf import (
    commits_of,
    deploys_of,
    find_release,
    find_releases,
    previous_with_commits,
)
from fleaglass.hub.releases.tables import release_projects, releases
from fleaglass.hub.releases.versions import InvalidRelease, parse
from fleaglass.hub.sentry_api.answers import commit_answer, deploy_answer, project_answer, release_answer
from fleaglass.hub.sentry_api.bodies import (
    ChangedRelease,
    DeployBody,
    NewRelease,
    change_of,
    commits_of_body,
    deploy_of,
)
from fleaglass.hub.sentry_api.projects import find_project, made_projects
from fleaglass.hub.sentry_api.refusals import Guarded, no_release
from fleaglass.hub.state import State

__all__ = ["sentry_api_routes"]

_NEWEST: Final = 100
_MOST_BYTES: Final = 8 * 1024 * 1024
"""A thousand commits with their files are about a tenth of it."""


def sentry_api_routes(state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """Sentry's REST API over an open state; `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/0", route_class=Guarded, include_in_schema=False)
    organization = "/organizations/{org}"
    one = organization + "/releases/{version}"

    @api.get("/")
    async def info(request: Request) -> Response:
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        scopes = SCOPES if visitor is None else sorted(visitor.scopes)
        return json_answer({"version": "0", "auth": {"scopes": list(scopes)}, "user": None})

    @api.get("/organizations/")
    async def organizations(request: Request) -> Response:
        return json_answer([_ORGANIZATION])

    @api.get(organization + "/repos/")
    async def repositories(request: Request) -> Response:
        return json_answer([])

    @api.get(organization + "/projects/")
    async def projects(request: Request) -> Response:
        return json_answer([project_answer(project) for project in await state.reading(all_projects)])

    @api.get(organization + "/monitors/")
    async def crons(request: Request) -> Response:
        return json_answer(await state.reading(_monitors))

    @api.get(organization + "/releases/")
    async def all_releases(request: Request) -> Response:
        found = await state.reading(find_releases)
        return json_answer([release_answer(release) for release in found[:_NEWEST]])

    @api.get("/projects/{org}/{project}/releases/")
    async def releases_of_project(request: Request) -> Response:
        found = await state.reading(lambda connection: _of_project(connection, request.path_params["project"]))
        return json_answer([release_answer(release) for release in found[:_NEWEST]])

    @api.post(organization + "/releases/")
    async def begin(request: Request) -> Response:
        body = await body_of(request, NewRelease, _MOST_BYTES)
        release, is_new = await state.writing(lambda connection: _begin(connection, body, now_ns()))
        return json_answer(release_answer(release), 201 if is_new else 208)

    @api.get(one + "/")
    async def release(request: Request) -> Response:
        return json_answer(release_answer(await state.reading(lambda connection: _named(connection, request))))

    @api.put(one + "/")
    async def change(request: Request) -> Response:
        body = await body_of(request, ChangedRelease, _MOST_BYTES)
        changed = await state.writing(
            lambda connection: _change(connection, _named(connection, request), body, now_ns())
        )
        return json_answer(release_answer(changed))

    @api.delete(one + "/")
    async def forget(request: Request) -> Response:
        await state.writing(lambda connection: delete_release(connection, _named(connection, request).id))
        return Response(status_code=204)

    @api.get(one + "/previous-with-commits/")
    async def previous(request: Request) -> Response:
        found = await state.reading(lambda connection: previous_with_commits(connection, _named(connection, request)))
        return json_answer({} if found is None else release_answer(found))

    @api.get(one + "/commits/")
    async def commits(request: Request) -> Response:
        found = await state.reading(lambda connection: commits_of(connection, _named(connection, request).id))
        return json_answer([commit_answer(commit) for commit in found])

    @api.get(one + "/deploys/")
    async def deploys(request: Request) -> Response:
        found = await state.reading(lambda connection: deploys_of(connection, _named(connection, request).id))
        return json_answer([deploy_answer(deploy) for deploy in found])

    @api.post(one + "/deploys/")
    async def deploy(request: Request) -> Response:
        body = await body_of(request, DeployBody)

        def keep(connection: Connection) -> dict[str, Any]:
            known = _named(connection, request)
            ours = made_projects(connection, body.projects or (), now_ns())
            return deploy_answer(add_deploy(connection, known.id, deploy_of(body, now_ns()), ours))

        return json_answer(await state.writing(keep), 201)

    return api


_ORGANIZATION: Final = {
    "id": "1",
    "slug": "fleaglass",
    "name": "Fleaglass",
    "dateCreated": "1970-01-01T00:00:00Z",
    "isEarlyAdopter": False,
    "require2FA": False,
}


def _named(connection: Connection, request: Request) -> Release:
    """The release that the path names. Raises Problem."""
    version = request.path_params["version"]
    try:
        found = find_release(connection, parse(version, MAX_SEEN_NAME).name)
    except InvalidRelease:
        found = None
    if found is None:
        raise no_release(version)
    return found


def _of_project(connection: Connection, called: str) -> list[Release]:
    project = find_project(connection, called)
    if project is None:
        raise Problem(404, "no_project", f"There is no project {called[:100]!r}", "`releases new -p` makes one.")
    ours = select(release_projects.c.release).where(release_projects.c.project == project.id)
    return find_releases(connection, releases.c.id.in_(ours))


def _begin(connection: Connection, body: NewRelease, now_ns: int) -> tuple[Release, bool]:
    """The release, and whether something of it is new. Raises Problem."""
    ours = made_projects(connection, body.projects, now_ns)
    try:
        number, is_new = create_release(connection, body.version, ours, change_of(body), now_ns)
    except InvalidRelease as error:
        raise Problem(400, "bad_release", f"version: {error}", "Example: agent-vol-arb@2.1.0.") from None
    return _with_commits(connection, number, body), is_new


def _change(connection: Connection, release: Release, body: ChangedRelease, now_ns: int) -> Release:
    ours: Collection[int] = made_projects(connection, body.projects or (), now_ns)
    change_release(connection, release.id, ours, change_of(body))
    return _with_commits(connection, release.id, body)


def _with_commits(connection: Connection, release: int, body: ChangedRelease) -> Release:
    """The release as it is once the body's commits are its own."""
    told = commits_of_body(body)
    if told is not None:
        set_commits(connection, release, told)
    return find_releases(connection, releases.c.id == release)[0]


def _monitors(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(monitors).order_by(monitors.c.name, monitors.c.id))
    return [
        {
            "id": str(row.id),
            "slug": row.slug,
            "name": row.name,
            "status": "active" if row.enabled else "disabled",
            "isMuted": row.muted,
        }
        for row in rows
    ]
