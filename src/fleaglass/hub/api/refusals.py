"""GET /refusals: whom the hub turned away since it started, and what waits in it now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from fleaglass.hub.api.errors import Guarded, json_answer
from fleaglass.hub.api.parameters import given
from fleaglass.hub.api.scalars import Nanoseconds
from fleaglass.hub.refusals import LATER, Kind, Reason
from fleaglass.hub.store import Store
from fleaglass.hub.store.writer import QUEUE_BYTES
from fleaglass.hub.tally import Tally

__all__ = ["refusal_routes"]


class Refused(TypedDict):
    """So many requests of an agent, for one reason."""

    agent: Annotated[
        str, Field(description="Empty where a request does not say; `others` for those refused least, together.")
    ]
    kind: Annotated[Kind, Field(description="What was sent; `envelopes` are Sentry's.")]
    reason: Reason
    comes_again: Annotated[bool, Field(description="Whether it was told to come again, and so need not be lost.")]
    requests: int
    last_ns: Nanoseconds


class Pressure(TypedDict):
    """How full the hub is, and whom it turned away."""

    since_ns: Annotated[Nanoseconds, Field(description="When the hub started; counts begin there.")]
    waiting: Annotated[int, Field(description="Requests that wait to be committed, or are being.")]
    waiting_bytes: int
    most_bytes: Annotated[int, Field(description="Bytes that may wait; one sender may have as many as are free.")]
    commits: int
    commit_ms: Annotated[float | None, Field(description="What a commit takes on average; null before the first.")]
    refusals: Annotated[list[Refused], Field(description="The agents that were refused most first.")]


def refusal_routes(store: Store, tally: Tally) -> APIRouter:
    """The route, below /api/v1."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded)

    @api.get("/refusals", tags=["hub"], response_model=Pressure)
    async def get_refusals(request: Request) -> Response:
        """How full the hub is, and whom it turned away since it started, by agent, kind and reason."""
        given(request.query_params.multi_items(), ())
        return json_answer(_pressure(store, tally))

    return api


def _pressure(store: Store, tally: Tally) -> Pressure:
    counters = store.counters
    return {
        "since_ns": str(tally.started_ns),
        "waiting": store.waiting,
        "waiting_bytes": store.waiting_bytes,
        "most_bytes": QUEUE_BYTES,
        "commits": counters.commits,
        "commit_ms": round(1_000 * counters.commit_s / counters.commits, 1) if counters.commits else None,
        "refusals": [
            {
                "agent": row.agent,
                "kind": row.kind,
                "reason": row.reason,
                "comes_again": row.reason in LATER,
                "requests": row.requests,
                "last_ns": str(row.last_ns),
            }
            for row in tally.refusals.rows()
        ],
    }
