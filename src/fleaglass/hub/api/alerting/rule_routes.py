"""The endpoints about alert rules and messages: a path, what may be asked or said, what is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.api.alerting.bodies import Nothing
from fleaglass.hub.api.alerting.changes import resend
from fleaglass.hub.api.alerting.deliveries import (
    DELIVERY_PARAMETERS,
    list_deliveries,
    parse_deliveries,
)
from fleaglass.hub.api.alerting.rule_list import list_rules, rule_detail
from fleaglass.hub.api.alerting.rule_shapes import NotificationPage, RuleDetail, Rules
from fleaglass.hub.api.alerting.shapes import NotificationAnswer
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.issue_routes import actor_of
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.state import State

__all__ = ["rule_routes"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The body or a parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The state did not answer"},
}
_MISSING: Final[dict[int | str, dict[str, Any]]] = {404: {"model": ErrorAnswer, "description": "There is none such"}}
_RULE: Final = Parameter("name", "The rule's name.", where="path")
_MESSAGE: Final = Parameter("message", "The message's number.", {"type": "integer", "minimum": 1}, where="path")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,9}")


def rule_routes(state: State, rules: Rulebook, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints below /api/v1/alerts. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1/alerts", route_class=Guarded, tags=["alerts"])

    @api.get("/rules", response_model=Rules, responses=_REFUSED)
    async def get_rules(request: Request) -> Response:
        """Every rule in force and how it stands; the file that they come from, and what is wrong with a newer one."""
        given(request.query_params.multi_items(), ())
        return json_answer(await state.reading(lambda connection: list_rules(connection, rules, now_ns())))

    @api.get(
        "/rules/{name}", response_model=RuleDetail, responses=_REFUSED | _MISSING, openapi_extra=documented([_RULE])
    )
    async def get_rule(request: Request) -> Response:
        """One rule, and its latest incidents."""
        given(request.query_params.multi_items(), ())
        name = request.path_params["name"]
        return json_answer(await state.reading(lambda connection: rule_detail(connection, rules, name, now_ns())))

    @api.get(
        "/notifications",
        response_model=NotificationPage,
        responses=_REFUSED,
        openapi_extra=documented(DELIVERY_PARAMETERS),
    )
    async def get_notifications(request: Request) -> Response:
        """What was sent, what waits, and what was given up and why."""
        filters = parse_deliveries(request.query_params.multi_items())
        return json_answer(await state.reading(lambda connection: list_deliveries(connection, filters)))

    @api.post(
        "/notifications/{message}/resend",
        response_model=NotificationAnswer,
        responses=_REFUSED | _MISSING,
        openapi_extra=documented([_MESSAGE]) | documented_body(Nothing),
    )
    async def post_resend(request: Request) -> Response:
        """Send a message that was given up once more."""
        await body_of(request, Nothing)
        said = request.path_params["message"]
        if _NUMBER.fullmatch(said) is None or int(said) >= 2**31:
            hint = "GET /api/v1/alerts/notifications lists them."
            raise Problem(404, "unknown_notification", f"there is no message {said[:100]!r}", hint)
        actor = actor_of(request)
        return json_answer(await state.writing(lambda connection: resend(connection, int(said), now_ns(), actor)))

    return api
