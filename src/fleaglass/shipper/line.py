"""One open connection, on which every exchange ends in time.

A socket's own timeout begins anew with each byte, so a server that sends one a second would hold a thread for ever.
Here all steps of an exchange share one deadline.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

import msgspec

__all__ = ["CLOSED", "Deadline", "Line", "Reply"]

CLOSED: Final = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""What is raised when the other side has closed the connection."""

_MAX_ANSWER_BYTES: Final = 1 << 20

_Place: TypeAlias = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


class Reply(msgspec.Struct, frozen=True):
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Deadline:
    """So many seconds from now."""

    def __init__(self, timeout_s: float) -> None:
        self._end_s = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds until then, more than none. Raises ``TimeoutError``."""
        if (left_s := self._end_s - time.monotonic()) > 0:
            return left_s
        raise TimeoutError("timed out")


class Line:
    """A connection. What goes wrong on it is an ``OSError`` or an ``http.client.HTTPException``."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.is_over = False
        """Whether the last exchange was the last one: so it was agreed, or it did not come to its end."""

    @classmethod
    def open(cls, host: str, port: int, context: ssl.SSLContext | None, deadline: Deadline) -> Line:
        """Connect, with TLS if there is a context for it. Nothing stays open if that fails."""
        connected = _connect(host, port, deadline)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.settimeout(deadline.left_s())
            return cls(context.wrap_socket(connected, server_hostname=host) if context is not None else connected)
        except BaseException:
            connected.close()
            raise

    def is_quiet(self) -> bool:
        """Whether nothing came in meanwhile: the other side has closed neither all of it nor its half."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def ask(self, request: bytes, deadline: Deadline) -> Reply:
        """One exchange.

        Args:
            request: head and body.
            deadline: for all of it.
        """
        self.is_over = True
        with suppress(*CLOSED):  # a server that does not want all of it answers early, and closes
            self._send(request, deadline)
        response = http.client.HTTPResponse(_Incoming(self._socket, deadline), method="POST")  # type: ignore[arg-type]
        with response:
            response.begin()
            body = response.read(_MAX_ANSWER_BYTES)
            self.is_over = response.will_close or not response.isclosed()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, headers, body)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _send(self, request: bytes, deadline: Deadline) -> None:
        left = memoryview(request)
        while left:
            self._socket.settimeout(deadline.left_s())
            left = left[self._socket.send(left) :]


class _Incoming(io.RawIOBase):
    """What comes in before the deadline; the parser of answers takes it for the socket."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left_s())
        return self._socket.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Itself, as the parser wants it."""
        return io.BufferedReader(self)


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """To the first of the host's addresses that answers; one that does not leaves the others their share of time."""
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for left in range(len(places), 1, -1):
        with suppress(OSError):
            return _connect_to(places[-left], deadline.left_s() / left)
    return _connect_to(places[-1], deadline.left_s())


def _connect_to(place: _Place, timeout_s: float) -> socket.socket:
    family, kind, protocol, _, address = place
    connected = socket.socket(family, kind, protocol)
    try:
        connected.settimeout(timeout_s)
        connected.connect(address)
    except BaseException:
        connected.close()
        raise
    return connected
