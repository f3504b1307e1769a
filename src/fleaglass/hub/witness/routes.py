"""The witness over HTTP: POST /witness/add-checkpoint as C2SP's tlog-witness has it, and /witness/add-log, ours.

200 404 403 400 409 422    ledger/witness/judge.py
413 too large   503 + Retry-After the state database does not answer, or there is no key
401 403 429 from the gate: beyond loopback, who may send telemetry may ask
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.hub.receive.body import BadEncoding, TooLarge, read
from fleaglass.hub.state import StateError
from fleaglass.hub.witness.desk import Desk
from fleaglass.ledger.witness import Answer, Witness
from fleaglass.ledger.witness.judge import text_answer
from fleaglass.ledger.witness.request import MOST_BYTES

__all__ = ["witness_endpoints"]

_RETRY_AFTER_S: Final = "5"
_log = logging.getLogger(__name__)


def witness_endpoints(desk: Desk) -> list[Route]:
    """The two routes."""
    if desk.why_not:
        _log.warning("the hub cosigns no ledger: %s", desk.why_not)
    asks = {"add-checkpoint": Witness.add_checkpoint, "add-log": Witness.add_log}
    return [Route(f"/witness/{name}", _endpoint(desk, ask), methods=["POST"]) for name, ask in asks.items()]


def _endpoint(desk: Desk, ask: Callable[[Witness, bytes], Answer]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return _response(await _answer(desk, ask, request))

    return endpoint


async def _answer(desk: Desk, ask: Callable[[Witness, bytes], Answer], request: Request) -> Answer:
    try:
        body = await read(request.stream(), request.headers.get("content-encoding", ""), MOST_BYTES)
    except TooLarge as error:
        return text_answer(413, str(error))
    except BadEncoding as error:
        return text_answer(400 if error.known else 415, str(error))
    try:
        return await desk.answer(ask, body)
    except StateError:
        return text_answer(503, "the state database does not answer; nothing was cosigned")


def _response(answer: Answer) -> Response:
    headers = {"content-type": answer.content_type, "cache-control": "no-store"}
    if answer.status == 503:
        headers["retry-after"] = _RETRY_AFTER_S
    return Response(answer.body, answer.status, headers)
