"""OTLP over HTTP: POST /v1/traces, /v1/logs, /v1/metrics; protobuf and JSON, in the encodings of body.py.

    415 unknown content type or encoding   413 over 16 MiB   400 not OTLP   503 + Retry-After the store cannot take it
    401 403 429 from the gate, in the same form

An error's body is a google.rpc.Status in the request's own format, as the OTLP specification asks; 200 means that
every row is on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from google.protobuf.json_format import MessageToDict
from google.rpc.code_pb2 import (
    INVALID_ARGUMENT,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNAUTHENTICATED,
    UNAVAILABLE,
)
from google.rpc.status_pb2 import Status
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleaglass.hub.receive.body import BadEncoding, TooLarge, read
from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.receive.otlp_json import parse_json
from fleaglass.hub.store import Batch, Refused, Signal, Store, Unavailable

__all__ = ["otlp_routes", "refusal"]

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
RETRY_AFTER_S: Final = 2
_CODES: Final = {401: UNAUTHENTICATED, 403: PERMISSION_DENIED, 429: RESOURCE_EXHAUSTED, 503: UNAVAILABLE}

_LARGE_BYTES: Final = 1024 * 1024  # checked off the event loop, which a body of this size would hold for milliseconds

_LARGE: Final = ThreadPoolExecutor(1, thread_name_prefix="fleaglass-parser")
"""One thread: the interpreter parses one body at a time anyhow, and parsed, a body of empty messages takes thirty times
its size."""


def otlp_routes(store: Store, rejected: Callable[[int], None]) -> list[Route]:
    """The three routes; `rejected` is told of every request that was turned away for its content."""
    signals: tuple[Signal, ...] = ("traces", "logs", "metrics")
    return [Route(f"/v1/{signal}", _receiver(signal, store, rejected), methods=["POST"]) for signal in signals]


def _receiver(
    signal: Signal, store: Store, rejected: Callable[[int], None]
) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (PROTOBUF, JSON):
            rejected(1)
            return refusal(JSON, 415, f"Content-Type {kind!r} is not accepted; send {PROTOBUF} or {JSON}")
        try:
            body = await read(request.stream(), request.headers.get("content-encoding", ""))
            await store.submit(await _parse(signal, kind, body))
        except (TooLarge, BadEncoding, Malformed, Refused) as error:
            rejected(1)
            return refusal(kind, _status(error), str(error))
        except Unavailable as error:
            return refusal(kind, 503, f"nothing of this request was acknowledged, send it again: {error}")
        except ClientDisconnect:
            return Response(status_code=499)
        return JSONResponse({}) if kind == JSON else Response(media_type=PROTOBUF)

    return receive


async def _parse(signal: Signal, kind: str, body: bytes) -> Batch:
    reader = parse_json if kind == JSON else parse
    if len(body) > _LARGE_BYTES:
        return await asyncio.get_running_loop().run_in_executor(_LARGE, reader, signal, body)
    return reader(signal, body)


def _status(error: Exception) -> int:
    if isinstance(error, TooLarge):
        return 413
    return 415 if isinstance(error, BadEncoding) and not error.known else 400


def refusal(kind: str, status: int, message: str) -> Response:
    """An answer that takes nothing, in the form of the request, whose content type is `kind`."""
    body = Status(code=_CODES.get(status, INVALID_ARGUMENT), message=message)
    headers = {"retry-after": str(RETRY_AFTER_S)} if status == 503 else None
    if kind.startswith(JSON):
        return JSONResponse(MessageToDict(body), status, headers)
    return Response(body.SerializeToString(), status, headers, PROTOBUF)
