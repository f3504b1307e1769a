"""A venue that repeats every secret it knows: in error codes and messages, in fields of its answers, in half an HTML
page. It answers each request with the next secret, in one of several ways.

    with indiscreet_venue(["pf_live_…", …]) as url: …
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["indiscreet_venue"]


def _answers(secrets: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Status and body, for ever."""
    for secret in itertools.cycle(secrets):
        said = {"message": f"not with {secret}", "detail": {"api_key": secret}}
        yield 400, json.dumps({**said, "code": "INVALID_REQUEST", "error": "invalid_request"})
        yield 400, json.dumps({**said, "code": secret, "error": f"mnemonic {secret} is not valid"})
        yield 401, json.dumps({**said, "code": f"KEY {secret}", "error": f"bad key: {secret}"})
        yield 500, f"<html><body>Internal error near {secret}"
        fields = (
            "order_id",
            "status",
            "asset",
            "side",
            "position_id",
            "escrow_id",
            "bet_id",
            "game",
            "domain",
        )
        yield 200, json.dumps({**dict.fromkeys(fields, secret), "won": True, "quantity": secret, **said})
        yield 200, json.dumps({**said, "mnemonic": secret, "private_key": secret, "assets": {secret: {"usd_value": 1}}})


@contextmanager
def indiscreet_venue(secrets: Sequence[str]) -> Iterator[str]:
    """A block with such a venue on the loopback; gives its address."""
    answers, lock = _answers(secrets), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body leave apart, and the second would wait 40 ms for an ACK

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                status, text = next(answers)
            content = text.replace(
                "not with", f"{self.headers.get('Authorization')} {body.decode()!r} not with"
            ).encode()
            if status == 200:
                content = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
