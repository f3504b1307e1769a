"""The endpoints that try a rule before it is trusted: on stored history, and by a test message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.alerts.rules.model import Rule
from fleaglass.hub.alerting.notify.trial import Trial
from fleaglass.hub.alerting.replayed import LIMITS, Limits
from fleaglass.hub.alerting.rulebook import Rulebook
from fleaglass.hub.api.alerting.bodies import Nothing, Replay
from fleaglass.hub.api.alerting.rule_named import known_rule
from fleaglass.hub.api.alerting.trial_shapes import Fired, ReplayAnswer
from fleaglass.hub.api.alerting.trying import try_rule
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.parameters import Parameter, documented
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["trial_routes"]

_MOST_BYTES: Final = 1024 * 1024
_RULE: Final = Parameter("name", "The rule's name.", where="path")
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The body is wrong"},
    404: {"model": ErrorAnswer, "description": "There is no such rule"},
    503: {"model": ErrorAnswer, "description": "The store or the state did not answer"},
}
_NOT_NOW: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": ErrorAnswer, "description": "Another rule is being tried"},
    422: {"model": ErrorAnswer, "description": "Its kind cannot be replayed"},
}


def trial_routes(
    store: Store,
    state: State,
    rules: Rulebook,
    fire: Callable[[Rule], Awaitable[Sequence[Trial]]],
    now_ns: Callable[[], int] = time.time_ns,
    limits: Limits = LIMITS,
) -> APIRouter:
    """The endpoints below /api/v1/alerts. `fire` sends a test message, `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1/alerts", route_class=Guarded, tags=["alerts"])
    trying = asyncio.Lock()

    @api.post(
        "/rules/{name}/replay",
        response_model=ReplayAnswer,
        responses=_REFUSED | _NOT_NOW,
        openapi_extra=documented([_RULE]) | documented_body(Replay),
    )
    async def post_replay(request: Request) -> Response:
        """When a rule would have fired: judged over stored history, by default of 7 days. One at a time."""
        asked = await body_of(request, Replay, _MOST_BYTES)
        if trying.locked():
            raise Problem(409, "busy", "another rule is being tried", "It takes half a minute at most. Try again.")
        async with trying:
            name = request.path_params["name"]
            return json_answer(await try_rule(store, state, rules.book, name, asked, now_ns(), limits))

    @api.post(
        "/rules/{name}/fire",
        response_model=Fired,
        responses=_REFUSED,
        openapi_extra=documented([_RULE]) | documented_body(Nothing),
    )
    async def post_fire(request: Request) -> Response:
        """Send a test message to everybody who would hear of the rule, marked as one, and say what became of it."""
        await body_of(request, Nothing)
        rule = known_rule(rules.book, request.path_params["name"])
        verdicts = [{"receiver": each.receiver, "problem": each.problem} for each in await fire(rule)]
        return json_answer({"rule": rule.name, "verdicts": verdicts})

    return api
