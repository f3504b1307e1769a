"""The endpoints about the hub as a witness: what it has cosigned, for who fetches it back, and its alarms."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy import Connection, func, select
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.bodies import body_of, documented_body
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.api.parameters import LIMIT, Parameter, documented, given, text, whole_number
from fleaglass.hub.api.witness_shapes import (
    Alarms,
    AlarmShape,
    Checkpoints,
    CheckpointShape,
    LogShape,
    Pin,
    Pinned,
    WitnessShape,
)
from fleaglass.hub.witness.desk import Desk
from fleaglass.hub.witness.tables import witness_alarms, witness_checkpoints, witness_logs
from fleaglass.ledger.witness import Witness

__all__ = ["witness_routes"]

_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The body or a parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The state database did not answer, or the witness has no key"},
}
_UNKNOWN: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ErrorAnswer, "description": "No log of this origin is known"}
}
_OTHER: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": ErrorAnswer, "description": "Another key is trusted for this origin"}
}
_ORIGIN: Final = Parameter("origin", "The log's own name, as its checkpoints have it in their first line.")
_LOGS: Final = witness_logs.c
_SEEN: Final = witness_checkpoints.c
_ALARMS: Final = witness_alarms.c


def witness_routes(desk: Desk) -> APIRouter:
    """The endpoints below /api/v1/witness."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["ledger"])
    state = desk.state

    @api.get("/witness", response_model=WitnessShape, responses=_REFUSED)
    async def get_witness(request: Request) -> Response:
        """The hub's own public key as a witness, and every log that it has heard of with its newest checkpoint."""
        given(request.query_params.multi_items(), ())
        vkey = None if desk.cosigner is None else desk.cosigner.public.text
        return json_answer({"vkey": vkey, "why_not": desk.why_not, "logs": await state.reading(_logs)})

    @api.post(
        "/witness/logs",
        status_code=201,
        response_model=Pinned,
        responses=_REFUSED | _OTHER,
        openapi_extra=documented_body(Pin),
    )
    async def post_log(request: Request) -> Response:
        """Trust a log's key from now on; without this, the first one that is announced for an origin is trusted."""
        body = await body_of(request, Pin)
        answer = await desk.answer(Witness.add_log, f"{body.vkey}\n".encode())
        if answer.status != 200:
            raise _refused(answer.status, answer.body.decode().strip())
        return json_answer({"vkey": body.vkey}, 201)

    @api.get(
        "/witness/checkpoints",
        response_model=Checkpoints,
        responses=_REFUSED | _UNKNOWN,
        openapi_extra=documented([_ORIGIN, LIMIT]),
    )
    async def get_checkpoints(request: Request) -> Response:
        """What the hub has cosigned of a log: anchors, for who verifies it."""
        query = given(request.query_params.multi_items(), (_ORIGIN, LIMIT))
        origin, limit = text(query, "origin"), whole_number(query, LIMIT)
        if origin is None:
            raise Problem(400, "bad_filter", "origin must be given", "GET /api/v1/witness lists them.")
        return json_answer(await state.reading(lambda connection: _checkpoints(connection, origin, limit)))

    @api.get("/witness/alarms", response_model=Alarms, responses=_REFUSED, openapi_extra=documented([_ORIGIN, LIMIT]))
    async def get_alarms(request: Request) -> Response:
        """What was shown to the hub and does not go with what it had cosigned, with both sides as evidence."""
        query = given(request.query_params.multi_items(), (_ORIGIN, LIMIT))
        origin, limit = text(query, "origin"), whole_number(query, LIMIT)
        return json_answer({"alarms": await state.reading(lambda connection: _alarms(connection, origin, limit))})

    return api


def _logs(connection: Connection) -> list[LogShape]:
    newest = select(_SEEN.log, func.max(_SEEN.size).label("size")).group_by(_SEEN.log).subquery()
    seen = select(witness_checkpoints).join(newest, (_SEEN.log == newest.c.log) & (_SEEN.size == newest.c.size))
    checkpoints = {row.log: _checkpoint(row) for row in connection.execute(seen)}
    open_ = select(_ALARMS.log, func.count().label("count")).where(_ALARMS.explained_ns.is_(None))
    alarms = {row.log: int(row[1]) for row in connection.execute(open_.group_by(_ALARMS.log))}
    return [
        {
            "origin": row.origin,
            "vkey": row.vkey,
            "added_ns": str(row.added_ns),
            "key_since_ns": str(row.key_since_ns),
            "newest": checkpoints.get(row.id),
            "alarms": alarms.get(row.id, 0),
        }
        for row in connection.execute(select(witness_logs).order_by(_LOGS.origin))
    ]


def _checkpoints(connection: Connection, origin: str, limit: int) -> Checkpoints:
    log = connection.execute(select(witness_logs).where(_LOGS.origin == origin)).first()
    if log is None:
        raise Problem(
            404, "unknown_origin", f"no log {origin[:100]!r} is known", "GET /api/v1/witness lists those that are."
        )
    query = select(witness_checkpoints).where(_SEEN.log == log.id).order_by(_SEEN.size.desc()).limit(limit)
    return {"origin": origin, "vkey": log.vkey, "checkpoints": list(map(_checkpoint, connection.execute(query)))}


def _alarms(connection: Connection, origin: str | None, limit: int) -> list[AlarmShape]:
    query = select(witness_alarms, _LOGS.origin).join(witness_logs, _LOGS.id == _ALARMS.log)
    if origin is not None:
        query = query.where(_LOGS.origin == origin)
    found = connection.execute(query.order_by(_ALARMS.last_ns.desc(), _ALARMS.id.desc()).limit(limit))
    return [
        {
            "id": row.id,
            "origin": row.origin,
            "kind": row.kind,
            "held": row.held,
            "shown": row.shown,
            "times": row.times,
            "first_ns": str(row.first_ns),
            "last_ns": str(row.last_ns),
            "explained_ns": None if row.explained_ns is None else str(row.explained_ns),
        }
        for row in found
    ]


def _checkpoint(row: Any) -> CheckpointShape:
    return {
        "size": row.size,
        "root": row.root,
        "note": row.note,
        "first_ns": str(row.first_ns),
        "last_ns": str(row.last_ns),
    }


def _refused(status: int, why: str) -> Problem:
    match status:
        case 409:
            return Problem(409, "other_key", why, "A log that began anew needs another origin.")
        case 503:
            return Problem(503, "no_key", why, "Put the key back into the hub's data folder.")
    return Problem(400, "bad_body", why, "Send the vkey that `fleaglass ledger keys` prints.")
