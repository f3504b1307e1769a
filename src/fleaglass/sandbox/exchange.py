"""One request and its answer: everything that lies between a route and the operation behind it.

::

    body (≤ 64 KiB) → who calls → rate limit → fault draw → delay → reset or error? → key → perform → spoil or lose?
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.connection import Ending, NoAnswer
from fleaglass.sandbox.dispatch import perform
from fleaglass.sandbox.errors import ApiError, Injected, PayloadTooLarge, Unauthorized
from fleaglass.sandbox.faces.face import NOBODY, Call, Endpoint, Face
from fleaglass.sandbox.faces.view import View, encode
from fleaglass.sandbox.faults import Kind
from fleaglass.sandbox.injection import FaultBoard, Hit
from fleaglass.sandbox.operations import Operation
from fleaglass.sandbox.ratelimit import RateLimiter
from fleaglass.sandbox.spoil import halved, rows_wrongly_typed, wrongly_typed
from fleaglass.sandbox.tally import Tally
from fleaglass.sandbox.venue import Venue

__all__ = ["BODY_LIMIT_BYTES", "Exchange", "Surroundings", "answer", "code_of_status"]

BODY_LIMIT_BYTES = 64 * 1024

_CODES = {
    400: "INVALID_REQUEST",
    401: "INVALID_API_KEY",
    402: "INSUFFICIENT_BALANCE",
    405: "METHOD_NOT_ALLOWED",
    409: "INVALID_STATUS",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every endpoint of a running sandbox shares."""

    venue: Venue
    board: FaultBoard
    limiter: RateLimiter
    tally: Tally
    sleep: Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Serves one endpoint of one face."""

    face: Face
    endpoint: Endpoint
    around: Surroundings

    async def serve(self, request: Request) -> Response:
        """Answer one request, or end it without an answer where a fault says so."""
        try:
            return await self._serve(request)
        except ApiError as error:
            return answer(error.status, self.face.refuse(error, self.endpoint))

    async def _serve(self, request: Request) -> Response:
        body = await _read(request)
        agent = self._caller(request)
        agent_id = agent.agent_id if isinstance(agent, Agent) else ""
        client = _client(request)
        caller = agent_id or f"address {client}"
        operation = self.endpoint.operation_of(body)
        self.around.tally.arrived(agent_id, operation.name)
        meter = self.face.meter(self.endpoint, request.url.path, caller, client)
        self.around.limiter.admit(meter.counted_as, meter.most)
        hit = self.around.board.draw(operation, caller)
        if hit.delay_s:
            await self.around.sleep(hit.delay_s)
        if hit.is_(Kind.RESET):
            return NoAnswer(Ending.RESET)
        if hit.fault is not None and hit.fault.kind is Kind.ERROR:
            raise Injected(
                hit.fault.status, hit.fault.code.upper() or code_of_status(hit.fault.status, operation.service)
            )
        if isinstance(agent, Unauthorized) and not self.endpoint.keyless:
            raise agent
        who = agent if isinstance(agent, Agent) else NOBODY
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        return self._perform(operation, Call(who, request.path_params, query, body, client), hit)

    def _perform(self, operation: Operation, call: Call, hit: Hit) -> Response:
        try:
            done = perform(self.around.venue, self.endpoint, call)
            status, view = self.endpoint.status, self.face.dress(self.endpoint, done)
            self.around.tally.done(call.agent.agent_id, operation.name)
            if hit.is_(Kind.DROP_ACK) or hit.is_(Kind.HANG):
                return NoAnswer(Ending.CLOSED if hit.is_(Kind.DROP_ACK) else Ending.HELD)
        except ApiError as error:
            status, view = error.status, self.face.refuse(error, self.endpoint)
        if hit.is_(Kind.WRONG_TYPES):
            view = wrongly_typed(view)
        if hit.is_(Kind.WRONG_ROWS):
            view = rows_wrongly_typed(view)
        return answer(status, view, half=hit.is_(Kind.MALFORMED_JSON))

    def _caller(self, request: Request) -> Agent | Unauthorized:
        """Who calls; a wrong key is refused only after faults had their turn, and not at all where none is needed."""
        try:
            return self.face.opens(self.around.venue.db, self.endpoint, request.headers.get("authorization"))
        except Unauthorized as error:
            return error


def answer(status: int, view: View, *, half: bool = False) -> Response:
    """Return a view as a response, or half of its text."""
    body = encode(view)
    return Response(halved(body) if half else body, status, media_type="application/json")


def code_of_status(status: int, service: str = "") -> str:
    """Return the code of an error of which only the status is known."""
    if (status, service) == (502, "wallet"):
        return "RPC_ERROR"
    fallback = HTTPStatus(status).name if status in {one.value for one in HTTPStatus} else f"HTTP_{status}"
    return _CODES.get(status, fallback)


def _client(request: Request) -> str:
    """The address that the caller says it has: the services believe X-Forwarded-For."""
    forwarded = request.headers.get("x-forwarded-for", "").partition(",")[0].strip()
    return forwarded or (request.client.host if request.client else "unknown")


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise PayloadTooLarge(f"the body has more than {BODY_LIMIT_BYTES} bytes")
    return bytes(body)
