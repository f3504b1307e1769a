"""Ending a connection without an answer: the one thing that ASGI cannot say.

The protocol class puts the means into each request's scope; `NoAnswer` uses them in place of a response. In
front of an ASGI transport that has no connection (unit tests), the same request ends in ConnectionCut.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from enum import StrEnum
from typing import TYPE_CHECKING

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = ["ConnectionCut", "CuttableProtocol", "Ending", "NoAnswer"]

_EXTENSION = "fleaglass.sandbox.transport"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class ConnectionCut(Exception):
    """The request would have ended here, in this way."""


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol, with its transport handed to the application."""

    def on_message_begin(self) -> None:
        """Begin a request's scope as uvicorn does, and add the transport."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"transport": self.transport}}


class Ending(StrEnum):
    """How a request ends that gets no answer."""

    CLOSED = "closed without an answer"
    RESET = "reset"
    HELD = "held until the caller leaves"


class NoAnswer(Response):
    """In place of a response: close the connection, make the client's kernel see a TCP reset, or leave it waiting."""

    def __init__(self, ending: Ending) -> None:
        """Prepare to end one request."""
        super().__init__()
        self._ending = ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """End the request. Raises ConnectionCut where there is no connection to do it to."""
        extension = scope.get("extensions", {}).get(_EXTENSION)
        if extension is None:
            raise ConnectionCut(self._ending)
        transport: asyncio.Transport = extension["transport"]
        if self._ending is not Ending.HELD:
            self._cut(transport)
        try:
            await _disconnected(receive)
        except asyncio.CancelledError:  # the server stops while a caller is still waiting
            transport.abort()
            await _disconnected(receive)

    def _cut(self, transport: asyncio.Transport) -> None:
        connection = transport.get_extra_info("socket")
        if self._ending is Ending.RESET and connection is not None:
            # Lingering for zero seconds makes close() send RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()


async def _disconnected(receive: Receive) -> None:
    """Return when the connection has ended; uvicorn would answer 500 for an application that returned before."""
    while (await receive())["type"] != "http.disconnect":
        pass
