"""A stand-in for the release part of Sentry's REST API, on loopback: keeps what it is told, and answers like it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from tests.support.openapi import body_faults, sentry_document

__all__ = ["FakeSentryApi", "Request", "sentry_api"]

TOKEN = "sntrys_canary_0123456789abcdef"
ORG = "acme"
PREFIX = f"/api/0/organizations/{ORG}"


@dataclass(frozen=True)
class Request:
    """One request, as it came."""

    method: str
    path: str
    body: Any


@dataclass
class FakeSentryApi:
    """What the server knows, and what it was asked."""

    url: str = ""
    token: str = TOKEN
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)
    repositories: list[dict[str, Any]] | None = None
    """None for a server that has no such thing."""
    previous: dict[str, Any] | None = None
    answers: list[tuple[int, Any]] = field(default_factory=list)
    """Answers to give instead, in order."""
    requests: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What Sentry's own description of its API has against the requests."""

    def answer(self, request: Request, authorization: str | None) -> tuple[int, Any]:
        """Status and body."""
        self.requests.append(request)
        document = sentry_document()
        if document is not None and request.body is not None:
            faults = body_faults(document, request.method, request.path, request.body)
            self.faults += [f"{request.method} {request.path}: {fault}" for fault in faults]
        if self.answers:
            return self.answers.pop(0)
        if authorization != f"Bearer {self.token}":
            return 401, {"detail": "Invalid token"}
        if not request.path.startswith(f"{PREFIX}/"):
            return 404, {"detail": "The requested resource does not exist"}
        return self._organization(request, request.path.removeprefix(PREFIX))

    def _organization(self, request: Request, path: str) -> tuple[int, Any]:
        if path == "/repos/":
            return (404, {"detail": "not here"}) if self.repositories is None else (200, self.repositories)
        if path == "/releases/" and request.method == "POST":
            return self._create(request.body)
        found = re.fullmatch(r"/releases/([^/]+)/(.*)", path)
        if not found:
            return 404, {"detail": "The requested resource does not exist"}
        version, rest = unquote(found[1]), found[2]
        if rest == "previous-with-commits/":
            return 200, self.previous or {}
        release = self.releases.get(version)
        if release is None:
            return 404, {"detail": "The requested resource does not exist"}
        if rest == "deploys/" and request.method == "POST":
            release.setdefault("deploys", []).append(request.body)
            return 201, {"id": "1", "name": None, "url": None, **request.body}
        if rest == "" and request.method == "PUT":
            release.update(request.body)
            return 200, release
        return 405, {"detail": "not allowed"}

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        known = body["version"] in self.releases
        release = self.releases.setdefault(body["version"], {"dateCreated": "2026-11-20T10:00:00Z", **body})
        return (208 if known else 201), release


@contextmanager
def sentry_api() -> Iterator[FakeSentryApi]:
    """A block with a server; ``url`` says where. At its end, no request may have broken Sentry's own description."""
    state = FakeSentryApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, json.loads(raw) if raw else None)
            status, body = state.answer(request, self.headers.get("Authorization"))
            text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = handle_any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not state.faults, "requests that Sentry's own description does not allow:\n  " + "\n  ".join(state.faults)
