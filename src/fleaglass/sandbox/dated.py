"""The ``Date`` of every answer, by the venue's own clock: a caller may go by it, and time can be put forward."""

from __future__ import annotations

from typing import TYPE_CHECKING
from wsgiref.handlers import format_date_time

from fleaglass.sandbox.clock import SECOND_NS, Clock

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Dated"]


class Dated:
    """ASGI middleware that adds the header (RFC 9110, 6.6.1)."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        """Wrap an application; `clock` returns Unix nanoseconds."""
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, the beginning of a response with its date."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_date_time(self._clock() / SECOND_NS).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await self._app(scope, receive, dated)
