"""A witness over HTTP on this machine alone, with the standard library's server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.witness import Answer, Witness
from fleaglass.ledger.witness.judge import text_answer
from fleaglass.ledger.witness.request import MOST_BYTES

__all__ = ["witness_server"]

_PATIENCE_S: Final = 10.0


def witness_server(witness: Witness, port: int, *, takes_any: bool, say: Callable[[str], None]) -> ThreadingHTTPServer:
    """A server that listens, and has to be told to serve. Raises ``OSError``.

    Args:
        witness: who answers, to one request at a time.
        port: on the loopback address; 0 takes a free one.
        takes_any: whether a log that nobody has named is trusted when it says its key.
        say: is told of what cannot be kept.
    """
    asks = {"/add-checkpoint": witness.add_checkpoint}
    if takes_any:
        asks["/add-log"] = witness.add_log
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _PATIENCE_S

        def do_POST(self) -> None:
            answer = self._answer()
            self.send_response(answer.status)
            self.send_header("content-type", answer.content_type)
            self.send_header("content-length", str(len(answer.body)))
            if answer.status in (403, 404, 411, 413):  # the body may not have been read
                self.send_header("connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(answer.body)

        def _answer(self) -> Answer:
            ask = asks.get(self.path)
            if self.headers.get("origin"):  # no page in a browser has anything to ask here
                return text_answer(403, "a browser's page may not ask")
            if ask is None:
                return text_answer(404, "there are /add-checkpoint and, unless logs are named, /add-log")
            length = self.headers.get("content-length", "")
            if not (length.isascii() and length.isdigit()):
                return text_answer(411, "Content-Length is missing")
            if int(length[:9]) > MOST_BYTES or len(length) > 9:
                return text_answer(413, f"more than {MOST_BYTES} bytes are not read")
            body = self.rfile.read(int(length))
            try:
                with one_at_a_time:
                    return ask(body)
            except (LedgerError, OSError) as error:
                say(f"nothing was cosigned: {error}")
                return text_answer(503, "nothing can be kept here now, so nothing was cosigned")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: who asks, and how often, is nobody's news."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
