"""A TCP proxy that writes down every byte: what really left a process, and what came back.

with RecordingProxy(hub.url) as proxy:
    ... point the program at proxy.url ...
proxy.sent, proxy.received          raw bytes, all connections together
plain(proxy.sent)                   the same, and everything in it that was compressed
requests(proxy.sent)                HTTP requests: head and decompressed body
"""

from __future__ import annotations

import gzip
import re
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

__all__ = ["HttpRequest", "RecordingProxy", "plain", "requests"]

_END = b"\r\n\r\n"
_GZIP = b"\x1f\x8b\x08"


@dataclass
class _Connection:
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)


class RecordingProxy:
    """Listens on a free port of the loopback from entering to leaving, and passes everything on to one address."""

    def __init__(self, target_url: str) -> None:
        parts = urlsplit(target_url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.connections: list[_Connection] = []

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    @property
    def sent(self) -> list[bytes]:
        """What each connection carried to the target."""
        return [bytes(each.sent) for each in self.connections]

    @property
    def received(self) -> list[bytes]:
        """What each connection carried back."""
        return [bytes(each.received) for each in self.connections]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        connection = _Connection()
        self.connections.append(connection)
        with client, socket.create_connection(self._target) as target:
            for end in (client, target):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_pump, args=(target, client, connection.received), daemon=True)
            back.start()
            _pump(client, target, connection.sent)
            back.join()


def _pump(source: socket.socket, sink: socket.socket, record: bytearray) -> None:
    """Pass on until either side has enough, then tell both."""
    with suppress(OSError):
        while chunk := source.recv(65_536):
            record += chunk
            sink.sendall(chunk)
    for end, how in ((sink, socket.SHUT_WR), (source, socket.SHUT_RD)):
        with suppress(OSError):
            end.shutdown(how)


@dataclass(frozen=True)
class HttpRequest:
    """One request: its first line, its headers (names in lower case), its body without compression."""

    line: str
    headers: dict[str, str]
    body: bytes


def requests(sent: list[bytes]) -> Iterator[HttpRequest]:
    """The requests of all connections. Bodies must have a Content-Length, as those of our own clients do."""
    for stream in sent:
        while _END in stream:
            head, _, stream = stream.partition(_END)
            line, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)
            }
            length = int(headers.get("content-length", "0"))
            body, stream = stream[:length], stream[length:]
            yield HttpRequest(line, headers, gzip.decompress(body) if body.startswith(_GZIP) else body)
        assert not stream, f"a request was cut: {stream[:80]!r}"


def plain(data: bytes) -> bytes:
    """The bytes, and after them what every compressed stream in them holds, wherever it begins."""
    found = [data]
    for match in re.finditer(re.escape(_GZIP) + rb"|\x78[\x01\x5e\x9c\xda]", data):
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        with suppress(zlib.error):
            found.append(inflate.decompress(data[match.start() :]))
    return b"\n".join(found)
