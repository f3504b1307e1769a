"""Sentry's clients: POST /api/{project}/envelope/ and, for old ones, /store/.

    413 too large   415 unknown encoding   400 not an envelope, or an item that is not JSON   403 wrong key
    404 no such project   429 + Retry-After + X-Sentry-Rate-Limits too much waits, or was sent   200 it is on disk

What is read here is only what an answer needs; all else is the digest's (hub/intake). The gate (access/gate.py) has let
the sender in, unless that showed nothing: then the key in the envelope decides.

Source: Sentry's envelope endpoint and rate limits, as its clients use them.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleaglass.hub.intake import Full, Queue
from fleaglass.hub.receive.body import BadEncoding, TooLarge, read
from fleaglass.hub.receive.envelope import Envelope, parse_envelope
from fleaglass.hub.receive.large import LARGE
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.receive.sentry_auth import BadAuth, claim_of
from fleaglass.hub.refusals import Reason, Refusals

__all__ = ["sentry_routes"]

LIMIT_BYTES: Final = 40 * 1024 * 1024
"""One envelope after decompression: attachments come with their event."""
READ_BYTES: Final = 5 * 1024 * 1024
"""The items of one envelope that are no attachments, together. What comes behind them waits until they are read, which
takes two seconds if all of it looks like secrets. Clients send an event of some kilobytes, or spans by the thousand."""
RETRY_AFTER_S: Final = 5

_JSON_ITEMS: Final = frozenset({"event", "transaction", "session", "sessions", "check_in"})
_LARGE_BYTES: Final = 256 * 1024
_LATER: Final = {"retry-after": str(RETRY_AFTER_S)}
_LIMITED: Final = {**_LATER, "x-sentry-rate-limits": f"{RETRY_AFTER_S}::organization:backlog"}

Admit = Callable[[Request, str | None], Awaitable[Response | None]]
"""Whether the sender of a request may send, by the key that its envelope names if it showed nothing else: the refusal,
or None."""


def sentry_routes(
    queue: Queue, admit: Admit, refusals: Refusals, quota: Quota, now_ns: Callable[[], int] = time.time_ns
) -> list[Route]:
    """The routes of both endpoints; `quota` is of envelopes, for each project."""

    async def receive(request: Request) -> Response:
        try:
            return await _take(request)
        except (TooLarge, BadEncoding, Malformed, BadAuth) as error:
            status, reason = _status(error)
            refusals.count(reason, "envelopes", _agent(request))
            return _refusal(status, str(error))
        except Full as error:
            refusals.count("busy", "envelopes", _agent(request))
            return _refusal(429, f"send it again later: {error}", _LIMITED)
        except sqlite3.Error as error:
            refusals.count("unavailable", "envelopes", _agent(request))
            return _refusal(503, f"nothing was kept, send it again: {error}", _LATER)

    async def _take(request: Request) -> Response:
        body = await read(request.stream(), request.headers.get("content-encoding", ""), LIMIT_BYTES)
        if request.url.path.rstrip("/").endswith("/store"):
            body = _enveloped(body)
        envelope = await _parse(body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        claim = claim_of(request.path_params["project"], headers, request.query_params, envelope.dsn)
        if (refusal := await admit(request, claim.key)) is not None:
            refusals.count("unavailable" if refusal.status_code == 503 else "not_allowed", "envelopes", _agent(request))
            return refusal
        if wait_s := quota.wait_s(str(claim.project)):
            refusals.count("quota", "envelopes", _agent(request))
            return _over_quota(claim.project, quota, wait_s)
        quota.spend(str(claim.project), 1)
        await queue.put(claim.project, now_ns(), body)
        event_id = envelope.event_id or _id_in(envelope)
        return JSONResponse({"id": event_id} if event_id else {})

    paths = ("envelope", "store")
    return [
        Route(f"/api/{{project}}/{path}{slash}", receive, methods=["POST"]) for path in paths for slash in ("/", "")
    ]


async def _parse(body: bytes) -> Envelope:
    if len(body) > _LARGE_BYTES:
        return await asyncio.get_running_loop().run_in_executor(LARGE, _checked, body)
    return _checked(body)


def _checked(body: bytes) -> Envelope:
    """An envelope whose items can be read later. Raises Malformed and TooLarge."""
    envelope = parse_envelope(body)
    size = sum(len(item.payload) for item in envelope.items if item.type != "attachment")
    if size > READ_BYTES:
        raise TooLarge(f"the envelope's items have {size} bytes, and at most {READ_BYTES} without its attachments")
    for count, item in enumerate(envelope.items, start=1):
        if item.type in _JSON_ITEMS:
            object_of(item.payload, f"item {count} ({item.type})")
    return envelope


def _enveloped(event: bytes) -> bytes:
    """What an old client sends is an event alone."""
    return b'{}\n{"type":"event","length":%d}\n%s\n' % (len(event), event)


def _id_in(envelope: Envelope) -> str | None:
    """The id of the event in an envelope that does not name it."""
    for item in envelope.items:
        if item.type in ("event", "transaction"):
            found: Any = object_of(item.payload, "the event").get("event_id")
            return found if isinstance(found, str) else None
    return None


def _status(error: Exception) -> tuple[int, Reason]:
    if isinstance(error, TooLarge):
        return 413, "too_large"
    if isinstance(error, BadEncoding):
        return 400 if error.known else 415, "encoding"
    return 400, "not_allowed" if isinstance(error, BadAuth) else "malformed"


def _agent(request: Request) -> str:
    """Whose an envelope is, as far as its address says: a project's."""
    number = request.path_params["project"]
    return f"project {number}" if number.isascii() and number.isdigit() and len(number) < 10 else ""


def _over_quota(project: int, quota: Quota, wait_s: float) -> Response:
    seconds = math.ceil(wait_s)
    headers = {"retry-after": str(seconds), "x-sentry-rate-limits": f"{seconds}::project:quota"}
    return _refusal(
        429, f"project {project} sends more than {quota.per_s:g} envelopes/s (--quota-events-per-s)", headers
    )


def _refusal(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    more = {"x-sentry-error": detail.encode("ascii", "replace").decode()[:200], **(headers or {})}
    return JSONResponse({"detail": detail}, status, more)
