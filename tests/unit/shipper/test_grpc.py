"""A gRPC collector gets what it expects, and each of its status codes is understood as the specification means it."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from fleaglass.journal import OtlpDestination
from fleaglass.journal.records import Log, Opened, SpanEnded
from fleaglass.shipper import Accepted, Batch, NotNow, Refused
from fleaglass.shipper.encode import spans
from fleaglass.shipper.grpc import GrpcSender
from fleaglass.shipper.outlets import make_outlet, sender_to
from tests.unit.shipper.odd_server import odd_server

OPENED = Opened("a", {}, 1, "0.1.0", {"pf.agent_id": "a"})
SPAN = SpanEnded(b"t" * 16, b"s" * 8, b"", "pf.trade.execute", 1, 1, 2, {})
REQUEST = spans(OPENED, {}, [SPAN])
KEY = "hcaik_0123456789"


@dataclass
class Server:
    """What it met, and what it answers: bytes, or a status."""

    port: int = 0
    calls: list[tuple[str, dict[str, Any], bytes]] = field(default_factory=list)
    answer: bytes | tuple[grpc.StatusCode, str, bytes] = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def server() -> Iterator[Server]:
    """A collector that takes any method."""
    state = Server()

    class Any_(grpc.GenericRpcHandler):
        def service(self, details: Any) -> Any:
            def export(body: bytes, context: Any) -> bytes:
                state.calls.append((details.method, dict(details.invocation_metadata), body))
                if isinstance(state.answer, bytes):
                    return state.answer
                code, said, more = state.answer
                if more:
                    context.set_trailing_metadata((("grpc-status-details-bin", more),))
                context.abort(code, said)
                raise AssertionError

            return grpc.unary_unary_rpc_method_handler(export)

    running = grpc.server(ThreadPoolExecutor(2), handlers=(Any_(),), options=(("grpc.so_reuseport", 0),))
    state.port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    try:
        yield state
    finally:
        running.stop(0).wait()


@pytest.fixture
def collector() -> Iterator[Server]:
    with server() as state:
        yield state


@pytest.fixture
def send(collector: Server) -> Iterator[Callable[[], object]]:
    one = GrpcSender(collector.url, "traces", headers={"X-Team": "t", "x-honeycomb-team": KEY}, timeout_s=5.0)
    yield lambda: one.send(REQUEST)
    one.close()


def wait(seconds: int) -> bytes:
    detail = AnyMessage()
    detail.Pack(RetryInfo(retry_delay=Duration(seconds=seconds)))
    return Status(details=[detail]).SerializeToString()


@pytest.mark.parametrize("compress", [False, True])
def test_a_request_is_what_a_collector_expects(collector: Server, compress: bool) -> None:
    destination = OtlpDestination(
        name="c", traces=collector.url, protocol="grpc", headers={"X-Team": "t"}, compress=compress
    )
    assert make_outlet(destination, "traces").send(Batch("b", OPENED, {}, [SPAN])) == Accepted()
    ((method, metadata, body),) = collector.calls
    assert method == "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    assert metadata["x-team"] == "t"
    assert metadata["user-agent"].startswith("fleaglass")
    (span,) = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    assert (span.name, span.span_id) == ("pf.trade.execute", b"s" * 8)


def test_log_records_go_to_their_own_service(collector: Server) -> None:
    destination = OtlpDestination(name="c", logs=collector.url, protocol="grpc")
    line = Log(1, 1, 9, "INFO", "hello", "agent", {})
    assert make_outlet(destination, "logs").send(Batch("b", OPENED, {}, [line])) == Accepted()
    assert [method for method, _, _ in collector.calls] == ["/opentelemetry.proto.collector.logs.v1.LogsService/Export"]


@pytest.mark.parametrize(
    ("code", "more", "meaning"),
    [
        (grpc.StatusCode.CANCELLED, b"", NotNow("gRPC CANCELLED: said")),
        (grpc.StatusCode.DEADLINE_EXCEEDED, b"", NotNow("gRPC DEADLINE_EXCEEDED: said")),
        (grpc.StatusCode.ABORTED, b"", NotNow("gRPC ABORTED: said")),
        (grpc.StatusCode.OUT_OF_RANGE, b"", NotNow("gRPC OUT_OF_RANGE: said")),
        (grpc.StatusCode.UNAVAILABLE, b"", NotNow("gRPC UNAVAILABLE: said")),
        (grpc.StatusCode.UNAVAILABLE, wait(7), NotNow("gRPC UNAVAILABLE: said", 7.0)),
        (grpc.StatusCode.UNAVAILABLE, b"\xff no protobuf", NotNow("gRPC UNAVAILABLE: said")),
        (grpc.StatusCode.DATA_LOSS, b"", NotNow("gRPC DATA_LOSS: said")),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, wait(3), NotNow("gRPC RESOURCE_EXHAUSTED: said", 3.0)),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, b"", Refused("gRPC RESOURCE_EXHAUSTED: said")),
        (grpc.StatusCode.UNAUTHENTICATED, b"", Refused("gRPC UNAUTHENTICATED: said")),
        (grpc.StatusCode.PERMISSION_DENIED, b"", Refused("gRPC PERMISSION_DENIED: said")),
        (grpc.StatusCode.INVALID_ARGUMENT, b"", Refused("gRPC INVALID_ARGUMENT: said")),
        (grpc.StatusCode.UNIMPLEMENTED, b"", Refused("gRPC UNIMPLEMENTED: said")),
        (grpc.StatusCode.INTERNAL, b"", Refused("gRPC INTERNAL: said")),
    ],
)
def test_a_status_code_means_what_the_specification_says(
    collector: Server, send: Callable[[], object], code: grpc.StatusCode, more: bytes, meaning: object
) -> None:
    collector.answer = (code, "said", more)
    assert send() == meaning


def test_what_is_too_large_may_be_taken_in_parts(collector: Server, send: Callable[[], object]) -> None:
    said = "Received message larger than max (5000000 vs. 4194304)"
    collector.answer = (grpc.StatusCode.RESOURCE_EXHAUSTED, said, b"")
    assert send() == Refused(f"gRPC RESOURCE_EXHAUSTED: {said}", too_large=True)


def test_partial_success_is_read(collector: Server, send: Callable[[], object]) -> None:
    partial = ExportTracePartialSuccess(rejected_spans=3, error_message=f"{KEY} is\nout of quota")
    collector.answer = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
    assert send() == Accepted(3, "[secret] is out of quota")


def test_a_key_that_a_collector_repeats_is_not_told(collector: Server, send: Callable[[], object]) -> None:
    collector.answer = (grpc.StatusCode.UNAUTHENTICATED, f"unknown key {KEY}", b"")
    assert send() == Refused("gRPC UNAUTHENTICATED: unknown key [secret]")


def test_one_that_is_not_there_is_tried_again_and_found_when_it_is_back() -> None:
    with server() as first:
        one = GrpcSender(first.url, "traces", headers={}, timeout_s=5.0)
        assert one.send(REQUEST) == Accepted()
    assert isinstance(one.send(REQUEST), NotNow)
    assert isinstance(one.send(REQUEST), NotNow)
    one.close()


def test_a_server_that_never_answers_is_waited_for_no_longer_than_asked() -> None:
    with odd_server(lambda state, connection: state.over.wait() and None) as odd:
        one = GrpcSender(f"http://127.0.0.1:{odd.port}", "traces", headers={}, timeout_s=0.2)
        assert isinstance(one.send(REQUEST), NotNow)
        one.close()


def test_an_http_port_is_not_now() -> None:
    with odd_server(lambda state, connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as odd:
        one = GrpcSender(f"http://127.0.0.1:{odd.port}", "traces", headers={}, timeout_s=2.0)
        assert isinstance(one.send(REQUEST), NotNow)
        one.close()


def test_a_header_that_cannot_be_sent_is_not_repeated(collector: Server) -> None:
    one = GrpcSender(collector.url, "traces", headers={"x-team": f"{KEY}\n"}, timeout_s=2.0)
    answer = one.send(REQUEST)
    assert not isinstance(answer, Accepted)
    assert KEY not in answer.why


def test_a_certificate_that_is_not_there_is_named() -> None:
    one = GrpcSender("https://127.0.0.1:1", "traces", headers={}, timeout_s=1.0, certificate="/nowhere.pem")
    assert one.send(REQUEST) == NotNow("certificate /nowhere.pem: No such file or directory")


@pytest.mark.parametrize("address", ["", "127.0.0.1:4317", "ftp://h", "http://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        GrpcSender(address, "traces", headers={}, timeout_s=1.0)


def test_without_grpcio_nothing_is_lost_and_the_next_step_is_said(
    monkeypatch: pytest.MonkeyPatch, collector: Server
) -> None:
    usual = builtins.__import__

    def missing(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "fleaglass.shipper.grpc":
            raise ModuleNotFoundError("No module named 'grpc'", name="grpc")
        return usual(name, *arguments, **named)

    one = sender_to(OtlpDestination(name="c", traces=collector.url, protocol="grpc"), "traces")
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", missing)
        answer = one.send(REQUEST)
    assert isinstance(answer, NotNow)
    assert "pip install 'fleaglass[grpc]'" in answer.why
    assert one.send(REQUEST) == Accepted()
