"""The endpoints about monitors: what is asked of them, and what people change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.access.tables import projects
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.monitor_bodies import EditMonitor, NewMonitor, config_in
from fleaglass.hub.api.monitor_detail import DETAIL_PARAMETERS, find_monitor, monitor_detail, parse_detail
from fleaglass.hub.api.monitor_list import MONITORS_PARAMETERS, PROJECT, list_monitors, parse_monitors
from fleaglass.hub.api.monitor_shapes import MonitorDetail, Monitors
from fleaglass.hub.api.parameters import Parameter, documented, given, text
from fleaglass.hub.monitors.editing import add_monitor, drop_monitor, mute_lanes, switch_monitor
from fleaglass.hub.monitors.keeper import reconfigure
from fleaglass.hub.monitors.rows import update_monitor
from fleaglass.hub.state import State

__all__ = ["monitor_routes"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The body or a parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The state database did not answer"},
}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ErrorAnswer, "description": "There is no such monitor, project or environment"}
}
_TAKEN: Final[dict[int | str, dict[str, Any]]] = {409: {"model": ErrorAnswer, "description": "There is one already"}}
_SLUG: Final = Parameter("slug", "The monitor's.", where="path")


def monitor_routes(state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints below /api/v1/monitors. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["monitors"])

    @api.get("/monitors", response_model=Monitors, responses=_REFUSED, openapi_extra=documented(MONITORS_PARAMETERS))
    async def get_monitors(request: Request) -> Response:
        """Every job on a schedule, those in trouble first, with a timeline of the last 24 hours or another range."""
        query = parse_monitors(request.query_params.multi_items(), now_ns())
        return json_answer(await state.reading(lambda connection: list_monitors(connection, query)))

    @api.get(
        "/monitors/{slug}",
        response_model=MonitorDetail,
        responses=_REFUSED | _UNKNOWN,
        openapi_extra=documented([_SLUG, *DETAIL_PARAMETERS]),
    )
    async def get_monitor(request: Request) -> Response:
        """One monitor, its check-ins newest first, its incidents and when it is expected next."""
        query, slug = parse_detail(request.query_params.multi_items(), now_ns()), request.path_params["slug"]
        return json_answer(await state.reading(lambda connection: monitor_detail(connection, slug, query, now_ns())))

    @api.post(
        "/monitors",
        status_code=201,
        response_model=MonitorDetail,
        responses=_REFUSED | _UNKNOWN | _TAKEN,
        openapi_extra=documented_body(NewMonitor),
    )
    async def post_monitor(request: Request) -> Response:
        """Make a monitor before its job has ever checked in; nothing is missed until it has."""
        given(request.query_params.multi_items(), ())
        body = await body_of(request, NewMonitor)
        return json_answer(await state.writing(lambda connection: _add(connection, body, now_ns())), 201)

    @api.put(
        "/monitors/{slug}",
        response_model=MonitorDetail,
        responses=_REFUSED | _UNKNOWN,
        openapi_extra=documented([_SLUG, PROJECT]) | documented_body(EditMonitor),
    )
    async def put_monitor(request: Request) -> Response:
        """Change what the body names: name, schedule, on or off, muted in every environment or in one."""
        project, slug = _project(request), request.path_params["slug"]
        body = await body_of(request, EditMonitor)
        return json_answer(await state.writing(lambda connection: _edit(connection, slug, project, body, now_ns())))

    @api.delete(
        "/monitors/{slug}",
        status_code=204,
        responses=_REFUSED | _UNKNOWN,
        openapi_extra=documented([_SLUG, PROJECT]),
    )
    async def delete_monitor(request: Request) -> Response:
        """Forget a monitor and its check-ins. If its job still runs, the next check-in makes it again."""
        project, slug = _project(request), request.path_params["slug"]
        await state.writing(lambda connection: drop_monitor(connection, find_monitor(connection, slug, project)))
        return Response(status_code=204)

    return api


def _project(request: Request) -> str | None:
    return text(given(request.query_params.multi_items(), [PROJECT]), "project")


def _add(connection: Connection, body: NewMonitor, now_ns: int) -> MonitorDetail:
    number, project = _project_named(connection, body.project)
    config = config_in(body.config)
    if add_monitor(connection, number, body.slug, body.name or body.slug, config, now_ns) is None:
        hint = "Change it by PUT, or take another slug."
        raise Problem(409, "taken", f"project {project!r} has a monitor {body.slug!r} already", hint)
    return monitor_detail(connection, body.slug, parse_detail([("project", project)], now_ns), now_ns)


def _edit(connection: Connection, slug: str, project: str | None, body: EditMonitor, now_ns: int) -> MonitorDetail:
    monitor = find_monitor(connection, slug, project)
    plain = {"name": body.name, "muted": body.muted}
    if changes := {name: value for name, value in plain.items() if value is not msgspec.UNSET}:
        monitor = update_monitor(connection, monitor, **changes)
    if body.config is not msgspec.UNSET:
        monitor = reconfigure(connection, monitor, config_in(body.config), now_ns)
    if body.enabled is not msgspec.UNSET and body.enabled != monitor.enabled:
        monitor = switch_monitor(connection, monitor, body.enabled, now_ns)
    if body.environments is not msgspec.UNSET:
        muted = {environment: lane.muted for environment, lane in body.environments.items()}
        if unknown := mute_lanes(connection, monitor, muted):
            hint = "An environment is known once its job has checked in there."
            raise Problem(404, "unknown_environment", f"{slug!r} has never been heard of in {unknown[0][:100]!r}", hint)
    pairs = [("project", project)] if project else []
    return monitor_detail(connection, slug, parse_detail(pairs, now_ns), now_ns)


def _project_named(connection: Connection, slug: str | None) -> tuple[int, str]:
    """Number and slug of the project; the only one there is, when none is named. Raises Problem."""
    wanted = select(projects.c.id, projects.c.slug)
    found = connection.execute(wanted if slug is None else wanted.where(projects.c.slug == slug)).all()
    if len(found) == 1:
        return found[0].id, found[0].slug
    if slug is not None:
        raise Problem(404, "unknown_project", f"there is no project {slug[:100]!r}", "Name one that there is.")
    raise Problem(400, "bad_body", f"project must be named, since there are {len(found)}", "Give its slug.")
