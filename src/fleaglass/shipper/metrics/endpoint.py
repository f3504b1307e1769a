"""The address at which a Prometheus server scrapes what the shipper derives: ``GET /metrics``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from fleaglass._openmetrics import CONTENT_TYPE
from fleaglass.journal.records import Opened
from fleaglass.shipper.metrics.exposition import exposition
from fleaglass.shipper.metrics.metric import Metric

__all__ = ["Endpoint"]

_PATH: Final = "/metrics"
_PATIENCE_S: Final = 5.0


class Endpoint:
    """A server in a thread of its own. It serves what was published last, so a scrape waits for nobody.

    Args:
        host: the address to listen at.
        port: likewise; 0 for any that is free.

    Raises:
        OSError: the address is taken, or is none of this machine's.
    """

    def __init__(self, host: str, port: int) -> None:
        self._sources: Sequence[tuple[Opened, str, Sequence[Metric]]] = ()
        endpoint = self

        class Handler(_Handler):
            def content(self) -> bytes:
                return exposition(endpoint._sources)

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="fleaglass-scrape", daemon=True).start()

    def publish(self, sources: Sequence[tuple[Opened, str, Sequence[Metric]]]) -> None:
        """Serve this from now on; see ``exposition``. Nobody changes it afterwards."""
        self._sources = sources

    def close(self) -> None:
        """Serve nothing any more."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE_S

    def content(self) -> bytes:
        raise NotImplementedError

    def do_GET(self) -> None:
        is_there = self.path.partition("?")[0] == _PATH
        body = self.content() if is_there else f"Metrics are at {_PATH}.\n".encode()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", CONTENT_TYPE if is_there else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A scrape is no news."""
