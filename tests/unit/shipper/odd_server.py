"""A server on loopback that speaks HTTP as badly as a test wants it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

__all__ = ["OK", "OddServer", "odd_server", "take"]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class OddServer:
    """What it met."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    """Heads and bodies of requests that came whole."""
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, for behaviour that goes on for ever."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/traces"


@contextmanager
def odd_server(behave: Callable[[OddServer, socket.socket], None]) -> Iterator[OddServer]:
    """A block with a server; ``behave`` gets each connection, in a thread of its own, and may fail."""
    state = OddServer()
    served: list[tuple[threading.Thread, socket.socket]] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behave(state, connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                state.connections += 1
                thread = threading.Thread(target=serve, args=(connection,), daemon=True)
                served.append((thread, connection))
                thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        state.port = listening.getsockname()[1]
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield state
        finally:
            state.over.set()
            listening.shutdown(socket.SHUT_RDWR)
    for thread, connection in served:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def take(state: OddServer, connection: socket.socket) -> bool:
    """Read one request; whether there was one."""
    came = b""
    while b"\r\n\r\n" not in came:
        if not (more := connection.recv(65_536)):
            return False
        came += more
    head, _, body = came.partition(b"\r\n\r\n")
    (length,) = (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        if not (more := connection.recv(65_536)):
            return False
        body += more
    state.requests.append(head + b"\r\n\r\n" + body)
    return True
