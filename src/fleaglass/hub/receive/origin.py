"""Only the hub's own names: what a browser sends on behalf of another site is refused.

A page elsewhere can post to 127.0.0.1, and with DNS rebinding can even read from it; in both cases the browser tells
whom it believes to be talking to (Host) and for whom it speaks (Origin). Rebinding needs a name, so an IP address as
Host is harmless: a hub beyond loopback, which cannot know all its addresses, answers to any.

Events are what pages elsewhere may send, /api/{project}/…: there the key decides, and not the Origin.

Source: RFC 9110 §7.2 (Host), RFC 6454 §7 (Origin).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OwnOrigin", "is_own_origin"]

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1")

_EVENTS: Final = re.compile(r"/api/[1-9][0-9]*/.*", re.DOTALL)


class OwnOrigin:
    """ASGI middleware: 403 unless Host names the hub, and Origin, when there is one, is an address of the hub's.

    Args:
        app: what it stands before.
        public: further addresses of the hub, such as https://hub.example.
        by_number: whether any IP address names it.
    """

    def __init__(self, app: ASGIApp, public: Collection[str] = (), *, by_number: bool = False) -> None:
        self._app = app
        self._public = frozenset(public)
        self._names = frozenset(LOOPBACK_NAMES) | {_hostname(urlsplit(address).netloc) for address in public}
        self._by_number = by_number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or (refusal := self._refusal(Headers(scope=scope), scope["path"])) is None:
            await self._app(scope, receive, send)
            return
        message, hint = refusal
        error = {"code": "foreign_origin", "message": message, "hint": hint}
        await JSONResponse({"error": error}, 403)(scope, receive, send)

    def _refusal(self, headers: Headers, path: str) -> tuple[str, str] | None:
        host = headers.get("host", "")
        name = _hostname(host)
        if name not in self._names and not (self._by_number and _is_number(name)):
            hint = "Use the address that the hub printed, or start it with --public-url and this one."
            return f"Host {host[:80]!r} is not the hub's", hint
        if _EVENTS.fullmatch(path) or is_own_origin(headers) or headers["origin"].lower() in self._public:
            return None
        return f"Origin {headers['origin'][:80]!r} is not the hub's", "Use the address that the hub printed."


def is_own_origin(headers: Headers) -> bool:
    """Whether nobody's page sends this, or one that came from the address that it sends to."""
    origin, host = headers.get("origin"), headers.get("host", "").lower()
    return origin is None or origin.lower() in (f"http://{host}", f"https://{host}")


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_number(name: str | None) -> bool:
    try:
        return ipaddress.ip_address(name or "") is not None
    except ValueError:
        return False
