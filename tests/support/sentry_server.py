"""A Sentry server on the loopback that keeps what it is sent: raw bytes, envelopes, and their items by type.

    with SentryServer() as server:
        agent = fleaglass.init("a", dsn=server.dsn, release="a@1")
        ...
        agent.flush()
        (event,) = server.events

Envelopes are read by sentry_sdk, not by code of ours.
"""

import gzip
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import brotli
from sentry_sdk.envelope import Envelope, Item

__all__ = ["KEY", "SentryServer"]

KEY = "0123456789abcdef0123456789abcdef"


# Sentry's SDK sends brotli where that is installed.
_INFLATE: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class SentryServer:
    """Listens on a free port from entering to leaving."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Mapping[str, str], bytes]] = []
        """Path, headers (names in lower case) and decompressed body of each request."""
        self.envelopes: list[Envelope] = []
        """Those of requests that were answered with 200."""
        self.answers: list[tuple[int, Mapping[str, str]]] = []
        """Status and headers of the next answers; 200 when there are none."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def dsn(self) -> str:
        return self.url.replace("://", f"://{KEY}@") + "/7"

    @property
    def raw(self) -> bytes:
        """Everything that came, decompressed."""
        return b"".join(body for _, _, body in self.requests)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [item.payload.json for item in self._items("event") if item.payload.json is not None]

    @property
    def sessions(self) -> list[dict[str, Any]]:
        return [item.payload.json for item in self._items("session") if item.payload.json is not None]

    @property
    def check_ins(self) -> list[dict[str, Any]]:
        return [item.payload.json for item in self._items("check_in") if item.payload.json is not None]

    def _items(self, kind: str) -> Iterator[Item]:
        return (item for envelope in list(self.envelopes) for item in envelope.items if item.type == kind)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        self.requests.append((path, headers, body))
        status, more = self.answers.pop(0) if self.answers else (200, {})
        if status == 200:
            envelope = Envelope.deserialize_from(io.BytesIO(body))
            for item in envelope.items:
                item.payload.json = item.payload.json or _json(item)
            self.envelopes.append(envelope)
        return status, more


def _json(item: Item) -> Any:
    import json

    return json.loads(item.get_bytes())


def _handler(server: SentryServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body leave apart, and the second would wait 40 ms for an ACK

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = _INFLATE[self.headers.get("Content-Encoding", "")](body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = server.take(self.path, headers, body)
            answer = b"{}"
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Silence."""

    return Handler
