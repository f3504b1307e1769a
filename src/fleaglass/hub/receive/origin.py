"""Only the hub's own name: what a browser sends on behalf of another site is refused.

A page elsewhere can post to 127.0.0.1, and with DNS rebinding can even read from it; in both cases the browser tells
whom it believes to be talking to (Host) and for whom it speaks (Origin).

Source: RFC 9110 §7.2 (Host), RFC 6454 §7 (Origin).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OwnOrigin"]

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1")


class OwnOrigin:
    """ASGI middleware: 403 unless Host names the hub, and Origin, when there is one, is that same address."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = LOOPBACK_NAMES) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or (reason := self._refusal(Headers(scope=scope))) is None:
            await self._app(scope, receive, send)
            return
        error = {"code": "foreign_origin", "message": reason, "hint": "Use the address that the hub printed."}
        await JSONResponse({"error": error}, 403)(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if _hostname(host) not in self._names:
            return f"Host {host[:80]!r} is not the hub's"
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return f"Origin {origin[:80]!r} is not the hub's"
        return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
