"""The endpoints about issues: a path, what may be asked or said, what is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.attachments import attachment
from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.event_detail import event_detail
from fleaglass.hub.api.event_shapes import EventDetail, EventPage, IssuesOfTraces, TraceIssues
from fleaglass.hub.api.issue_bodies import BulkChange, Change, Comment, Merge, Unmerge
from fleaglass.hub.api.issue_changes import change, comment, merge_issues, unmerge_issue
from fleaglass.hub.api.issue_detail import issue_detail
from fleaglass.hub.api.issue_events import EVENT_PARAMETERS, event_place, issue_and_groups, list_events
from fleaglass.hub.api.issue_filters import ISSUE_PARAMETERS, parse_issue_filters
from fleaglass.hub.api.issue_list import list_issues, shown_issues
from fleaglass.hub.api.issue_shapes import ActivityEntry, IssueDetail, IssuePage, IssueRow, IssueRows
from fleaglass.hub.api.parameters import Parameter, documented, given
from fleaglass.hub.api.trace_issues import TRACES_PARAMETERS, issues_of_trace, issues_of_traces
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["issue_routes"]

_Responses = dict[int | str, dict[str, Any]]


def _problem(status: int, description: str) -> _Responses:
    return {status: {"model": ErrorAnswer, "description": description}}


_ASKED: Final = _problem(400, "A parameter is wrong") | _problem(503, "The store or the state did not answer")
_SAID: Final = (
    _problem(400, "The body is wrong, or says what cannot be done")
    | _problem(413, "The body is too large")
    | _problem(415, "The body has an encoding that is not known")
    | _problem(503, "The store or the state did not answer")
)
_MISSING: Final = _problem(404, "There is none such")
_FILE: Final[_Responses] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file, to be saved",
    }
}

_ISSUE: Final = Parameter("issue", "The issue's number.", {"type": "integer", "minimum": 1}, where="path")
_EVENT: Final = Parameter(
    "event",
    "An event's id, or latest, oldest, or recommended: the one of the latest that tells most.",
    {"type": "string", "pattern": "^([0-9a-f]{32}|latest|oldest|recommended)$"},
    where="path",
)
_NAME: Final = Parameter("name", "The file's name, as in the event's `attachments`.", where="path")
_TRACE: Final = Parameter(
    "trace_id",
    "1 to 32 hex digits; leading zeros may be left out.",
    {"type": "string", "pattern": "^[0-9a-fA-F]{1,32}$"},
    where="path",
)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,9}")
_OWNER: Final = "owner"


def actor_of(request: Request) -> str:
    """Who asks: the name of the token that was shown, else the owner of this hub."""
    token = getattr(getattr(request.state, "visitor", None), "token", None)
    return token.name if token is not None else _OWNER


def issue_routes(store: Store, state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoints over an open store and state, below /api/v1. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["issues"])

    @api.get("/issues", response_model=IssuePage, responses=_ASKED, openapi_extra=documented(ISSUE_PARAMETERS))
    async def get_issues(request: Request) -> Response:
        """Issues, the latest first unless said otherwise, and how many there are of each state."""
        now = now_ns()
        filters = parse_issue_filters(request.query_params.multi_items(), now)
        return json_answer(await list_issues(store, state, filters, now))

    @api.put("/issues", response_model=IssueRows, responses=_SAID | _MISSING, openapi_extra=documented_body(BulkChange))
    async def put_issues(request: Request) -> Response:
        """Resolve, open again, archive or assign many issues: all or none."""
        said = await body_of(request, BulkChange)
        await change(state, said.ids, said.change, now_ns(), actor_of(request))
        return json_answer({"issues": await shown_issues(store, state, said.ids, now_ns())})

    @api.get(
        "/issues/{issue}",
        response_model=IssueDetail,
        responses=_ASKED | _MISSING,
        openapi_extra=documented([_ISSUE]),
    )
    async def get_issue(request: Request) -> Response:
        """An issue; of one that was merged, the one that it is part of."""
        given(request.query_params.multi_items(), ())
        return json_answer(await issue_detail(store, state, _number(request), now_ns()))

    @api.put(
        "/issues/{issue}",
        response_model=IssueRow,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_ISSUE]) | documented_body(Change),
    )
    async def put_issue(request: Request) -> Response:
        """Resolve it, open it again, archive or assign it."""
        issue = _number(request)
        said = await body_of(request, cast("type[Change]", Change))
        await change(state, [issue], said, now_ns(), actor_of(request))
        return json_answer((await shown_issues(store, state, [issue], now_ns()))[0])

    @api.post(
        "/issues/{issue}/comments",
        response_model=ActivityEntry,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_ISSUE]) | documented_body(Comment),
    )
    async def post_comment(request: Request) -> Response:
        """Say something about it."""
        issue = _number(request)
        said = await body_of(request, Comment)
        return json_answer(await comment(state, issue, said.text, now_ns(), actor_of(request)))

    @api.post(
        "/issues/{issue}/merge",
        response_model=IssueRow,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_ISSUE]) | documented_body(Merge),
    )
    async def post_merge(request: Request) -> Response:
        """Make other issues part of this one."""
        issue = _number(request)
        said = await body_of(request, Merge)
        await merge_issues(state, issue, said.ids, now_ns(), actor_of(request))
        return json_answer((await shown_issues(store, state, [issue], now_ns()))[0])

    @api.post(
        "/issues/{issue}/unmerge",
        response_model=IssueRows,
        responses=_SAID | _MISSING,
        openapi_extra=documented([_ISSUE]) | documented_body(Unmerge),
    )
    async def post_unmerge(request: Request) -> Response:
        """Let groups that were merged into it be issues of their own again; the answer has this one first."""
        issue = _number(request)
        said = await body_of(request, Unmerge)
        changed = await unmerge_issue(state, issue, said.hashes, now_ns(), actor_of(request))
        return json_answer({"issues": await shown_issues(store, state, changed, now_ns())})

    @api.get(
        "/issues/{issue}/events",
        response_model=EventPage,
        responses=_ASKED | _MISSING,
        openapi_extra=documented([_ISSUE, *EVENT_PARAMETERS]),
    )
    async def get_events(request: Request) -> Response:
        """An issue's events, the latest first."""
        pairs = request.query_params.multi_items()
        return json_answer(await list_events(store, state, _number(request), pairs, now_ns()))

    @api.get(
        "/issues/{issue}/events/{event}",
        response_model=EventDetail,
        responses=_ASKED | _MISSING,
        openapi_extra=documented([_ISSUE, _EVENT]),
    )
    async def get_event(request: Request) -> Response:
        """All that is known about one event."""
        given(request.query_params.multi_items(), ())
        return json_answer(await event_detail(store, state, _number(request), request.path_params["event"]))

    @api.get(
        "/issues/{issue}/events/{event}/attachments/{name:path}",
        response_class=Response,
        responses=_FILE | _ASKED | _MISSING,
        openapi_extra=documented([_ISSUE, _EVENT, _NAME]),
    )
    async def get_attachment(request: Request) -> Response:
        """A file that came with an event."""
        given(request.query_params.multi_items(), ())
        row, of = await issue_and_groups(state, _number(request))
        place = await event_place(store, of, request.path_params["event"])
        return await attachment(store, row["project"], place.event_id, request.path_params["name"])

    @api.get(
        "/traces/{trace_id}/issues",
        response_model=TraceIssues,
        responses=_ASKED,
        openapi_extra=documented([_TRACE]),
    )
    async def get_trace_issues(request: Request) -> Response:
        """The issues that happened in a trace, with the spans that they happened in."""
        given(request.query_params.multi_items(), ())
        return json_answer(await issues_of_trace(store, state, parse_trace_id(request.path_params["trace_id"])))

    @api.get(
        "/issues-of-traces",
        response_model=IssuesOfTraces,
        responses=_ASKED,
        openapi_extra=documented(TRACES_PARAMETERS),
    )
    async def get_issues_of_traces(request: Request) -> Response:
        """The same of many traces; those without issues are left out."""
        return json_answer(await issues_of_traces(store, state, request.query_params.multi_items()))

    return api


def _number(request: Request) -> int:
    said = request.path_params["issue"]
    if _NUMBER.fullmatch(said) is None or int(said) >= 2**31:
        raise Problem(404, "unknown_issue", f"there is no issue {said[:100]!r}", "An issue has a number.")
    return int(said)
