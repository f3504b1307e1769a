"""The line between a client and the sandbox in this process: it breaks as a socket would, and when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from fleaglass.sandbox.connection import ConnectionCut, Ending

__all__ = ["Line"]

_AS_CLIENTS_SEE_IT = {
    Ending.CLOSED: httpx.RemoteProtocolError("Server disconnected without sending a response."),
    Ending.RESET: httpx.ReadError("connection reset"),
    Ending.HELD: httpx.ReadTimeout("no answer"),
}


class Line(httpx.AsyncBaseTransport):
    """Carries requests to the application.

    ``held`` takes the place of a timeout: it is awaited where an answer never comes. ``instead`` is asked for each
    answer to a request that is no GET, once the application has acted on it.
    """

    def __init__(self, app: httpx.ASGITransport) -> None:
        self._app = app
        self.waiting: asyncio.Event | None = None
        """Set while a request waits for an answer that never comes; then it waits until it is cancelled."""
        self.instead: Callable[[httpx.Response], httpx.Response] | None = None
        self.before: BaseException | None = None
        """Raised by every request that is no GET, which then never gets through."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            if self.before is not None and request.method != "GET":
                if isinstance(self.before, asyncio.CancelledError):
                    await self._wait()
                raise self.before
            answer = await self._app.handle_async_request(request)
        except ConnectionCut as cut:
            if cut.args[0] is Ending.HELD and self.waiting is not None:
                await self._wait()
            raise _AS_CLIENTS_SEE_IT[cut.args[0]] from None
        return answer if self.instead is None or request.method == "GET" else self.instead(answer)

    async def _wait(self) -> None:
        assert self.waiting is not None
        self.waiting.set()
        await asyncio.Event().wait()
