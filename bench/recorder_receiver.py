"""Takes OTLP over HTTP and Sentry envelopes in a process of its own, and says how many different spans came.

    python bench/recorder_receiver.py

It prints its address, tells at GET / what came, and ends with its standard input.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

seen: set[bytes] = set()
envelopes = [0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path.endswith("/v1/traces"):
            request = ExportTraceServiceRequest.FromString(body)
            seen.update(
                span.trace_id + span.span_id
                for resource in request.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            )
        elif self.path.endswith("/envelope/"):
            envelopes[0] += 1
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer(json.dumps({"spans": len(seen), "envelopes": envelopes[0]}).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
