"""GET /losses: what never became an event, and why: dropped by the clients themselves, or unreadable here.

Clients say it in `client_report` items; the hub adds what it could not read or does not know, under the same headings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection, func, select
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from fleaglass.hub.api.errors import Guarded, json_answer
from fleaglass.hub.api.parameters import given
from fleaglass.hub.api.scalars import Nanoseconds
from fleaglass.hub.state import State
from fleaglass.hub.state.tables import client_reports

__all__ = ["loss_routes"]

HOURS: Final = 24
_HOUR_NS: Final = 3_600_000_000_000


class Loss(TypedDict):
    """So much of a kind, for one reason."""

    project: int
    category: Annotated[str, Field(description="An item's type, or a client's word for it, such as `error`.")]
    reason: Annotated[
        str,
        Field(description="`unreadable`, `unknown_type`, `cut` and `no_event` are the hub's; others the clients'."),
    ]
    quantity: int


class Losses(TypedDict):
    """What was lost in the last 24 hours, the most first."""

    since_ns: Nanoseconds
    losses: list[Loss]


def loss_routes(state: State, now_ns: Callable[[], int] = time.time_ns) -> APIRouter:
    """The endpoint over an open state, below /api/v1. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["hub"])

    @api.get("/losses", response_model=Losses)
    async def get_losses(request: Request) -> Response:
        """What never became an event in the last 24 hours, and why."""
        given(request.query_params.multi_items(), ())
        first = now_ns() // _HOUR_NS - HOURS + 1
        found = await state.reading(lambda connection: _losses(connection, first))
        return json_answer({"since_ns": str(first * _HOUR_NS), "losses": found})

    return api


def _losses(connection: Connection, first_hour: int) -> list[Loss]:
    kinds = (client_reports.c.project, client_reports.c.category, client_reports.c.reason)
    quantity = func.sum(client_reports.c.quantity).label("quantity")
    query = select(*kinds, quantity).where(client_reports.c.hour >= first_hour).group_by(*kinds)
    return [
        {"project": row.project, "category": row.category, "reason": row.reason, "quantity": int(row.quantity)}
        for row in connection.execute(query.order_by(quantity.desc(), *kinds))
    ]
