"""Ending a connection without an answer: the one thing that ASGI cannot say.

The protocol class puts the means into each request's scope; `NoAnswer` uses them in place of a response. In
front of an ASGI transport that has no connection (unit tests), the same request ends in ConnectionCut.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Receive, Scope, Send

__all__ = ["ConnectionCut", "CuttableProtocol", "NoAnswer"]

_EXTENSION = "fleaglass.sandbox.transport"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class ConnectionCut(Exception):
    """The connection would have been cut here."""


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol, with its transport handed to the application."""

    def on_message_begin(self) -> None:
        """Begin a request's scope as uvicorn does, and add the transport."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"transport": self.transport}}


class NoAnswer(Response):
    """In place of a response: close the connection, or with `reset` make the client's kernel see a TCP reset."""

    def __init__(self, *, reset: bool) -> None:
        """Prepare to cut one connection."""
        super().__init__()
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection. Raises ConnectionCut where there is none to cut."""
        extension = scope.get("extensions", {}).get(_EXTENSION)
        if extension is None:
            raise ConnectionCut("reset" if self._reset else "closed without an answer")
        transport: asyncio.Transport = extension["transport"]
        connection = transport.get_extra_info("socket")
        if self._reset and connection is not None:
            # Lingering for zero seconds makes close() send RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
        # uvicorn would answer 500 for an application that returns without a response: first let it see the end.
        while (await receive())["type"] != "http.disconnect":
            pass
