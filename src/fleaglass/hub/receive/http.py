"""OTLP over HTTP: POST /v1/traces, /v1/logs, /v1/metrics; protobuf and JSON, in the encodings of body.py.

    415 unknown content type or encoding   413 over 16 MiB   400 not OTLP   401 403 429 from the gate, in the same form
    429 + Retry-After the sender sends too much   503 + Retry-After the store cannot take it

Retry-After is in seconds, and RetryInfo in the body says the same more exactly.

An error's body is a google.rpc.Status in the request's own format, as the OTLP specification asks; 200 means that
every row is on disk.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Final

from google.protobuf.json_format import MessageToDict
from google.rpc.code_pb2 import (
    INVALID_ARGUMENT,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNAUTHENTICATED,
    UNAVAILABLE,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleaglass.hub.receive.body import BadEncoding, TooLarge, read
from fleaglass.hub.receive.later import again, status_of
from fleaglass.hub.receive.otlp import Malformed
from fleaglass.hub.receive.reception import Reception
from fleaglass.hub.refusals import Reason
from fleaglass.hub.store import Busy, Refused, Signal, Unavailable

__all__ = ["otlp_routes", "refusal"]

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
RETRY_AFTER_S: Final = 2.0
"""Where nobody can say for how long."""
_CODES: Final = {401: UNAUTHENTICATED, 403: PERMISSION_DENIED, 429: RESOURCE_EXHAUSTED, 503: UNAVAILABLE}


def otlp_routes(reception: Reception) -> list[Route]:
    """The three routes."""
    signals: tuple[Signal, ...] = ("traces", "logs", "metrics")
    return [Route(f"/v1/{signal}", _receiver(signal, reception), methods=["POST"]) for signal in signals]


def _receiver(signal: Signal, reception: Reception) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (PROTOBUF, JSON):
            reception.refusals.count("encoding", signal)
            return refusal(JSON, 415, f"Content-Type {kind!r} is not accepted; send {PROTOBUF} or {JSON}")
        try:
            body = await read(request.stream(), request.headers.get("content-encoding", ""))
        except (TooLarge, BadEncoding) as error:
            status, reason = _of_body(error)
            reception.refusals.count(reason, signal)
            return refusal(kind, status, str(error))
        try:
            await reception.take(signal, body, is_json=kind == JSON)
        except (Malformed, Refused) as error:
            return refusal(kind, 400, str(error))
        except Unavailable as error:
            return refusal(kind, 429 if isinstance(error, Busy) else 503, again(error), error.retry_after_s)
        return JSONResponse({}) if kind == JSON else Response(media_type=PROTOBUF)

    return receive


def _of_body(error: TooLarge | BadEncoding) -> tuple[int, Reason]:
    """The status of a body that could not be read, and what it is counted as."""
    if isinstance(error, TooLarge):
        return 413, "too_large"
    return 400 if error.known else 415, "encoding"


def refusal(kind: str, status: int, message: str, retry_after_s: float | None = None) -> Response:
    """An answer that takes nothing, in the form of the request, whose content type is `kind`."""
    if retry_after_s is None and status == 503:
        retry_after_s = RETRY_AFTER_S
    body = status_of(_CODES.get(status, INVALID_ARGUMENT), message, retry_after_s)
    headers = None if retry_after_s is None else {"retry-after": str(math.ceil(retry_after_s))}
    if kind.startswith(JSON):
        return JSONResponse(MessageToDict(body), status, headers)
    return Response(body.SerializeToString(), status, headers, PROTOBUF)
