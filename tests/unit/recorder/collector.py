"""A collector on loopback: takes OTLP requests and answers as it is told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

__all__ = ["Collector", "collector"]


@dataclass
class Collector:
    """What arrived, and what to answer: (status, headers, body) per request of spans, the last one for good."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], ExportTraceServiceRequest]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(200, {}, b"")])
    hold: threading.Event = field(default_factory=threading.Event)
    others: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and body of what is no request of spans; always taken."""
    connections: int = 0
    hangs_up: bool = False
    """Whether it closes each connection after one answer without having said so."""

    @property
    def span_ids(self) -> list[str]:
        """Ids of all spans that came in requests that were answered with 200."""
        return [
            span.span_id.hex()
            for _, _, request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collector() -> Iterator[Collector]:
    """A block with a collector; ``url`` says where."""
    state = Collector()
    state.hold.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            state.hold.wait()
            if self.path.endswith(("/v1/metrics", "/v1/logs")):
                state.others.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, headers, answer = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            if status == 200:
                state.requests.append((self.path, dict(self.headers), ExportTraceServiceRequest.FromString(body)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)
            self.close_connection = self.close_connection or state.hangs_up

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
        state.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
