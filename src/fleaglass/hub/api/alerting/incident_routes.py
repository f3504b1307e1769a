"""The endpoints about incidents: a path, what may be asked or said, what is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.api.alerting import changes
from fleaglass.hub.api.alerting.bodies import Acknowledge, Muting, Note, Nothing
from fleaglass.hub.api.alerting.chart import chart
from fleaglass.hub.api.alerting.incident_detail import incident_detail, no_incident
from fleaglass.hub.api.alerting.incident_filters import INCIDENT_PARAMETERS, parse_incident_filters
from fleaglass.hub.api.alerting.incident_list import list_incidents
from fleaglass.hub.api.alerting.shapes import Chart, IncidentAnswer, IncidentDetail, IncidentPage, IncidentRows
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, json_answer
from fleaglass.hub.api.issue_routes import actor_of
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["incident_routes"]

_Responses = dict[int | str, dict[str, Any]]


def _problem(status: int, description: str) -> _Responses:
    return {status: {"model": ErrorAnswer, "description": description}}


_ASKED: Final = _problem(400, "A parameter is wrong") | _problem(503, "The store or the state did not answer")
_SAID: Final = (
    _problem(400, "The body is wrong, or says what cannot be done")
    | _problem(413, "The body is too large")
    | _problem(415, "The body has an encoding that is not known")
    | _problem(503, "The state did not answer")
)
_MISSING: Final = _problem(404, "There is no such incident")
_INCIDENT: Final = Parameter("incident", "The incident's number.", {"type": "integer", "minimum": 1}, where="path")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,9}")


def incident_routes(store: Store, state: State, rules: Rulebook, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints below /api/v1/incidents. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["incidents"])

    @api.get("/incidents", response_model=IncidentPage, responses=_ASKED, openapi_extra=documented(INCIDENT_PARAMETERS))
    async def get_incidents(request: Request) -> Response:
        """Incidents, and how many there are of each status and severity."""
        filters = parse_incident_filters(request.query_params.multi_items())
        return json_answer(await state.reading(lambda connection: list_incidents(connection, filters, now_ns())))

    @api.post(
        "/incidents/acknowledge",
        response_model=IncidentRows,
        responses=_SAID | _MISSING,
        openapi_extra=documented_body(Acknowledge),
    )
    async def post_acknowledgements(request: Request) -> Response:
        """Say of many incidents that somebody looks after them: all or none."""
        said, actor = await body_of(request, Acknowledge), actor_of(request)
        rows = await state.writing(lambda connection: changes.acknowledge(connection, said.ids, now_ns(), actor))
        return json_answer({"incidents": rows})

    @api.get(
        "/incidents/{incident}",
        response_model=IncidentDetail,
        responses=_ASKED | _MISSING,
        openapi_extra=documented([_INCIDENT]),
    )
    async def get_incident(request: Request) -> Response:
        """An incident with its history, its messages and what is behind it."""
        given(request.query_params.multi_items(), ())
        return json_answer(await incident_detail(store, state, rules.book, _number(request), now_ns()))

    @api.get(
        "/incidents/{incident}/chart",
        response_model=Chart,
        responses=_ASKED | _MISSING,
        openapi_extra=documented([_INCIDENT]),
    )
    async def get_chart(request: Request) -> Response:
        """How the rule's value went around the incident, from the spans that are stored."""
        given(request.query_params.multi_items(), ())
        return json_answer(await chart(store, state, rules.book, _number(request), now_ns()))

    @api.post(
        "/incidents/{incident}/acknowledge",
        response_model=IncidentAnswer,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_INCIDENT]) | documented_body(Nothing),
    )
    async def post_acknowledgement(request: Request) -> Response:
        """Say that somebody looks after it."""
        incident, actor = _number(request), actor_of(request)
        await body_of(request, Nothing)
        rows = await state.writing(lambda connection: changes.acknowledge(connection, [incident], now_ns(), actor))
        return json_answer(rows[0])

    @api.post(
        "/incidents/{incident}/mute",
        response_model=IncidentAnswer,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_INCIDENT]) | documented_body(Muting),
    )
    async def post_mute(request: Request) -> Response:
        """Tell nobody of it for a while."""
        incident, actor = _number(request), actor_of(request)
        said = await body_of(request, Muting)
        row = await state.writing(lambda connection: changes.mute(connection, incident, said.span, now_ns(), actor))
        return json_answer(row)

    @api.post(
        "/incidents/{incident}/unmute",
        response_model=IncidentAnswer,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_INCIDENT]) | documented_body(Nothing),
    )
    async def post_unmute(request: Request) -> Response:
        """Tell of it again."""
        incident, actor = _number(request), actor_of(request)
        await body_of(request, Nothing)
        return json_answer(
            await state.writing(lambda connection: changes.unmute(connection, incident, now_ns(), actor))
        )

    @api.post(
        "/incidents/{incident}/note",
        response_model=IncidentAnswer,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_INCIDENT]) | documented_body(Note),
    )
    async def post_note(request: Request) -> Response:
        """Say something about it."""
        incident, actor = _number(request), actor_of(request)
        said = await body_of(request, Note)
        row = await state.writing(lambda connection: changes.note(connection, incident, said.text, now_ns(), actor))
        return json_answer(row)

    @api.post(
        "/incidents/{incident}/resolve",
        response_model=IncidentAnswer,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_INCIDENT]) | documented_body(Nothing),
    )
    async def post_resolution(request: Request) -> Response:
        """Say that it is over. While the same breach goes on, its rule opens no other."""
        incident, actor = _number(request), actor_of(request)
        await body_of(request, Nothing)
        row = await state.writing(lambda connection: changes.resolve(connection, incident, now_ns(), actor))
        return json_answer(row)

    return api


def _number(request: Request) -> int:
    said = request.path_params["incident"]
    if _NUMBER.fullmatch(said) is None or int(said) >= 2**31:
        raise no_incident(f"there is no incident {said[:100]!r}")
    return int(said)
