"""A backend that is unwell until it is told to be well: KIND FOLDER.

It takes OTLP over HTTP and Sentry envelopes at one port, OTLP over gRPC at another, and prints both. The first line of
standard input makes it well; its end ends it. What it said that it has is in FOLDER/arrived-WAY, in the order in which
it came; what came more than once is in FOLDER/again-WAY.
"""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from outages_ids import Ids

KINDS = {
    "refused": "nobody listens",
    "silent": "it accepts, and neither reads nor answers",
    "slow": "it takes half a second for each request",
    "429": "it asks to be left alone for 5 s",
    "503": "it says that it is not available",
    "half-closing": "it accepts, reads, and closes without an answer",
    "burst": "it is well, and 50,000 spans come at once",
}
SLOW_S = 0.5
RETRY_AFTER_S = 5
HOST = "127.0.0.1"


class Backend:
    """What it has, and how it is."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.is_well = kind == "burst"
        self._folder = folder
        self._lock = threading.Lock()
        self._files: dict[str, Ids] = {}
        self._read: dict[str, set[bytes]] = defaultdict(set)
        self._said: dict[str, set[bytes]] = defaultdict(set)

    @property
    def trouble(self) -> str:
        """The kind, while it is unwell."""
        return "" if self.is_well else self.kind

    def take(self, way: str, ids: list[bytes], *, says_so: bool = True) -> None:
        with self._lock:
            self._file(f"again-{way}").add(id_ for id_ in ids if id_ in self._read[way])
            self._read[way].update(ids)
            if says_so:
                self._file(f"arrived-{way}").add(id_ for id_ in ids if id_ not in self._said[way])
                self._said[way].update(ids)

    def _file(self, name: str) -> Ids:
        if name not in self._files:
            self._files[name] = Ids(self._folder / name)
        return self._files[name]


class Door:
    """A port that has no server behind it."""

    def __init__(self, kind: str) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        if kind != "refused":
            self._socket.listen(4_096)
        if kind == "half-closing":
            threading.Thread(target=self._hang_up, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _hang_up(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                with caller, suppress(ConnectionError):
                    caller.recv(1 << 16)


def start_http(backend: Backend, port: int = 0) -> int:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            way, ids = what_is_in(self.path, body)
            trouble = backend.trouble
            if trouble == "half-closing":
                backend.take(way, ids, says_so=False)
                self.close_connection = True
            elif trouble in ("429", "503"):
                self.answer(int(trouble))
            else:
                time.sleep(SLOW_S if trouble == "slow" else 0)
                backend.take(way, ids)
                self.answer(200)

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if status == 429:
                self.send_header("Retry-After", str(RETRY_AFTER_S))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def start_grpc(backend: Backend, port: int = 0) -> int:
    def export(request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:
        trouble = backend.trouble
        if trouble == "429":
            context.set_trailing_metadata((("grpc-status-details-bin", later()),))
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many requests")
        if trouble == "503":
            context.abort(grpc.StatusCode.UNAVAILABLE, "not available")
        time.sleep(SLOW_S if trouble == "slow" else 0)
        backend.take("grpc", ids_in(request))
        return ExportTraceServiceResponse()

    method = grpc.unary_unary_rpc_method_handler(
        export, ExportTraceServiceRequest.FromString, ExportTraceServiceResponse.SerializeToString
    )
    service = "opentelemetry.proto.collector.trace.v1.TraceService"
    handlers = (grpc.method_handlers_generic_handler(service, {"Export": method}),)
    server = grpc.server(ThreadPoolExecutor(4), handlers=handlers, options=(("grpc.so_reuseport", 0),))
    found: int = server.add_insecure_port(f"{HOST}:{port}")
    server.start()
    threading.Thread(target=server.wait_for_termination, daemon=True).start()
    return found


def later() -> bytes:
    detail = AnyMessage()
    detail.Pack(RetryInfo(retry_delay=Duration(seconds=RETRY_AFTER_S)))
    return bytes(Status(details=[detail]).SerializeToString())


def what_is_in(path: str, body: bytes) -> tuple[str, list[bytes]]:
    if path.endswith("/v1/traces"):
        return "http", ids_in(ExportTraceServiceRequest.FromString(body))
    if path.endswith("/envelope/"):
        head, about, item = body.split(b"\n", 2)
        if json.loads(about)["type"] == "event":
            trace = json.loads(item)["contexts"]["trace"]["trace_id"]
            return "sentry", [bytes.fromhex(trace) + bytes.fromhex(json.loads(head)["event_id"])[:8]]
    return "others", []


def ids_in(request: ExportTraceServiceRequest) -> list[bytes]:
    return [
        span.trace_id + span.span_id
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    backend = Backend(kind, folder)
    doors = {"refused": ("http", "grpc"), "silent": ("http", "grpc"), "half-closing": ("grpc",)}
    closed = {name: Door(kind) for name in doors.get(kind, ())}
    starts = {"http": start_http, "grpc": start_grpc}
    ports = {name: closed[name].port if name in closed else start(backend) for name, start in starts.items()}
    print(ports["http"], ports["grpc"], flush=True)
    sys.stdin.readline()
    backend.is_well = True
    for name, door in closed.items():
        door.close()
        starts[name](backend, ports[name])
    sys.stdin.read()


if __name__ == "__main__":
    main()
