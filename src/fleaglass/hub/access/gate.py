"""The doorman's decision over HTTP: every request passes here, and a refusal is put in its sender's own form.

/v1/…                  a google.rpc.Status, in protobuf or JSON as the request is
/api/0/…  /api/{n}/…   {"detail": …}
/api/v1/…              {"error": {"code", "message", "hint"}}

Every 401 and 403 says `WWW-Authenticate: Bearer realm="fleaglass"`, by which an agent knows that a hub refuses it.
Events come from browsers too, whose pages are elsewhere: those paths answer with CORS headers, and the key decides.

Sources: RFC 6750 §3 (WWW-Authenticate), Fetch standard §3.2 (CORS).
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fleaglass.hub.access.credentials import Credentials, credentials
from fleaglass.hub.access.denied import Denied
from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.needs import Manner, Need, need_of
from fleaglass.hub.receive.http import refusal
from fleaglass.hub.receive.origin import is_own_origin
from fleaglass.hub.refusals import Kind, Refusals
from fleaglass.hub.state import StateError

__all__ = ["REALM", "Gate", "admit_by_envelope"]

REALM: Final = "fleaglass"
_RETRY_AFTER_S: Final = 2
_ERRORS: Final = {"unknown_token": "invalid_token", "missing_scope": "insufficient_scope"}
_OTLP: Final[dict[str, Kind]] = {"/v1/traces": "traces", "/v1/logs": "logs", "/v1/metrics": "metrics"}
_CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "retry-after, x-sentry-rate-limits, x-sentry-error",
}
_PREFLIGHT: Final = {
    **_CORS,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type, content-encoding, x-sentry-auth, authorization",
    "access-control-max-age": "3600",
}


class Gate:
    """ASGI middleware. Whoever came in is the request's `state.visitor`; a sender who did not is counted."""

    def __init__(self, app: ASGIApp, doorman: Doorman, refusals: Refusals) -> None:
        self._app = app
        self._doorman = doorman
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, need = Headers(scope=scope), need_of(scope["method"], scope["path"])
        shown = credentials(headers, scope["query_string"])
        if need.manner == "envelope":
            if scope["method"] == "OPTIONS":
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
                return
            send = _for_any_page(send)
            if shown == Credentials():  # the envelope may name a key itself: whoever reads it asks (admit_by_envelope)
                await self._app(scope, receive, send)
                return
        refusal = await _admitted(self._doorman, scope, need, shown)
        if refusal is not None and (kind := _sent(need, scope["path"])):
            self._refusals.count("unavailable" if refusal.status_code == 503 else "not_allowed", kind)
        await (refusal or self._app)(scope, receive, send)


def _sent(need: Need, path: str) -> Kind | None:
    """What a request brings, if it is telemetry."""
    if need.manner == "envelope":
        return "envelopes"
    return _OTLP.get(path)


async def admit_by_envelope(doorman: Doorman, request: Request, key: str | None) -> Response | None:
    """The refusal of a request that showed nothing but, perhaps, the key in its envelope; None if it comes in."""
    if hasattr(request.state, "visitor"):
        return None
    need = need_of(request.method, request.url.path)
    return await _admitted(doorman, request.scope, need, Credentials(key=key))


async def _admitted(doorman: Doorman, scope: Scope, need: Need, shown: Credentials) -> Response | None:
    """The refusal, or None once the visitor is in the request's state."""
    headers = Headers(scope=scope)
    address = scope["client"][0] if scope["client"] else ""
    try:
        visitor = await doorman.admit(need, shown, address, is_foreign=not is_own_origin(headers))
    except Denied as denied:
        return _answer(denied, need.manner, headers)
    except StateError:
        unknown = Denied(
            503,
            "state_unavailable",
            "the state database does not answer, so nobody can be let in",
            "Agents keep trading and recording. Try again.",
            retry_after_s=_RETRY_AFTER_S,
        )
        return _answer(unknown, need.manner, headers)
    scope.setdefault("state", {})["visitor"] = visitor
    return None


def _answer(denied: Denied, manner: Manner, request: Headers) -> Response:
    answer: Response
    if manner == "otlp":
        message = f"{denied}. {denied.hint}"
        answer = refusal(request.get("content-type", ""), denied.status, message, denied.retry_after_s or None)
    elif manner == "api":
        said = {"code": denied.code, "message": str(denied), "hint": denied.hint}
        answer = JSONResponse({"error": said}, denied.status)
    else:
        answer = JSONResponse({"detail": f"{denied}. {denied.hint}"}, denied.status)
    answer.headers["cache-control"] = "no-store"
    if denied.status in (401, 403):
        error = f', error="{_ERRORS[denied.code]}"' if denied.code in _ERRORS else ""
        answer.headers["www-authenticate"] = f'Bearer realm="{REALM}"{error}'
    if denied.retry_after_s:
        answer.headers["retry-after"] = str(denied.retry_after_s)
    return answer


def _for_any_page(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_CORS)
        await send(message)

    return with_headers
