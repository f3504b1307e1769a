"""What leaves is OTLP that any collector takes, and each answer is understood as the specification means it."""

import os
import socket
import time

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, TraceFlags

from fleaglass.recorder.otlp import SPANS, OtlpSender
from fleaglass.recorder.sender import Accepted, NotNow, Refused
from tests.unit.recorder.collector import collector

SPAN = ReadableSpan(
    "pf.trade.execute",
    context=SpanContext(1, 2, False, TraceFlags(3)),
    resource=Resource({"pf.agent_id": "a"}),
    start_time=1,
    end_time=2,
)


def sender(url: str, **options) -> OtlpSender:
    return OtlpSender(SPANS, f"{url}/v1/traces", headers={"x-team": "t"}, timeout_s=1.0, **options)


@pytest.mark.parametrize("compress", [False, True])
def test_a_request_is_what_a_collector_expects(compress: bool) -> None:
    with collector() as server:
        assert sender(server.url, compress=compress).send([SPAN]) == Accepted()
        ((path, headers, request),) = server.requests
    assert path == "/v1/traces"
    assert headers["Content-Type"] == "application/x-protobuf"
    assert headers["x-team"] == "t"
    assert headers.get("Content-Encoding") == ("gzip" if compress else None)
    (span,) = request.resource_spans[0].scope_spans[0].spans
    assert (span.name, span.span_id.hex()) == ("pf.trade.execute", f"{2:016x}")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((200, {}, b""), Accepted()),
        ((200, {}, b"\xff\xff not protobuf"), Accepted()),
        (
            (
                200,
                {},
                ExportTraceServiceResponse(
                    partial_success=ExportTracePartialSuccess(rejected_spans=3)
                ).SerializeToString(),
            ),
            Accepted(rejected=3),
        ),
        ((429, {"Retry-After": "2"}, b""), NotNow("HTTP 429", 2.0)),
        ((503, {"Retry-After": "Fri, 20 Nov 2026 10:00:00 GMT"}, b""), NotNow("HTTP 503")),
        ((502, {}, b""), NotNow("HTTP 502")),
        ((504, {}, b""), NotNow("HTTP 504")),
        ((500, {}, b""), Refused("HTTP 500")),
        ((400, {}, b""), Refused("HTTP 400")),
        ((401, {}, b""), Refused("HTTP 401")),
        ((413, {}, b""), Refused("HTTP 413")),
        ((307, {"Location": "http://127.0.0.1:1/"}, b""), Refused("HTTP 307")),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_an_answer_means_what_the_specification_says(answer, meaning) -> None:
    with collector() as server:
        server.answers = [answer]
        assert sender(server.url).send([SPAN]) == meaning


def test_one_connection_serves_many_requests() -> None:
    with collector() as server:
        one = sender(server.url)
        for _ in range(5):
            assert one.send([SPAN]) == Accepted()
        assert server.connections == 1


def test_a_connection_that_went_stale_is_replaced_without_a_word() -> None:
    with collector() as server:
        one = sender(server.url)
        server.hangs_up = True
        for _ in range(3):
            assert one.send([SPAN]) == Accepted()
        assert server.connections == 3
        assert len(server.requests) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_after_a_fork_the_child_has_a_connection_of_its_own() -> None:
    with collector() as server:
        one = sender(server.url)
        assert one.send([SPAN]) == Accepted()
        child = os.fork()
        if child == 0:  # pragma: no cover - in another process
            os._exit(0 if one.send([SPAN]) == Accepted() else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert one.send([SPAN]) == Accepted()
        assert server.connections == 2
        assert len(server.requests) == 3


def test_a_collector_that_is_not_there_is_not_there_now() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = sender(f"http://127.0.0.1:{port}").send([SPAN])
    assert isinstance(answer, NotNow)
    assert "refused" in answer.why


def test_a_collector_that_never_answers_costs_one_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        one = OtlpSender(SPANS, f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces", headers={}, timeout_s=0.1)
        began = time.monotonic()
        assert one.send([SPAN]) == NotNow("timed out")
        assert time.monotonic() - began < 1


def test_a_certificate_file_that_is_not_there_is_named() -> None:
    one = OtlpSender(SPANS, "https://127.0.0.1:1/v1/traces", headers={}, timeout_s=0.1, certificate="/no/such/file.pem")
    answer = one.send([SPAN])
    assert isinstance(answer, NotNow)
    assert "No such file" in answer.why


def test_credentials_in_the_address_are_not_named() -> None:
    assert sender("https://user:secret@h.example:4318").destination == "https://h.example:4318"
