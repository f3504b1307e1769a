"""A collector gets what it expects, and each of its answers is understood as the specification means it."""

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from fleaglass.journal.records import Opened, SpanEnded
from fleaglass.shipper.answer import Accepted, NotNow, Refused
from fleaglass.shipper.encode import spans
from fleaglass.shipper.otlp import OtlpSender
from tests.unit.recorder.collector import collector

SPAN = SpanEnded(b"t" * 16, b"s" * 8, b"", "pf.trade.execute", 1, 1, 2, {})
REQUEST = spans(Opened("a", {}, 1, "0.1.0", {"pf.agent_id": "a"}), {}, [SPAN])
PROTOBUF = {"Content-Type": "application/x-protobuf"}
KEY = "hcaik_0123456789"


def sender(url: str, **options) -> OtlpSender:
    headers = {"x-team": "t", "x-honeycomb-team": KEY, "Authorization": "Basic dXNlcjpwYXNz=="}
    return OtlpSender(f"{url}/v1/traces", headers=headers, timeout_s=1.0, **options)


def partial(rejected: int, message: str = "") -> bytes:
    success = ExportTracePartialSuccess(rejected_spans=rejected, error_message=message)
    return ExportTraceServiceResponse(partial_success=success).SerializeToString()


def status(message: str, wait_s: int | None = None) -> bytes:
    said = Status(message=message)
    if wait_s is not None:
        detail = AnyMessage()
        detail.Pack(RetryInfo(retry_delay=Duration(seconds=wait_s)))
        said.details.append(detail)
    return said.SerializeToString()


@pytest.mark.parametrize("compress", [False, True])
def test_a_request_is_what_a_collector_expects(compress: bool) -> None:
    with collector() as server:
        assert sender(server.url, compress=compress).send(REQUEST) == Accepted()
        ((path, headers, request),) = server.requests
    assert path == "/v1/traces"
    assert headers["Content-Type"] == "application/x-protobuf"
    assert headers["x-team"] == "t"
    assert headers.get("Content-Encoding") == ("gzip" if compress else None)
    (span,) = request.resource_spans[0].scope_spans[0].spans
    assert (span.name, span.span_id) == ("pf.trade.execute", b"s" * 8)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((200, {}, b""), Accepted()),
        ((200, {}, b"\xff\xff not protobuf"), Accepted()),
        ((200, {}, partial(3)), Accepted(3)),
        ((200, {}, partial(3, "too\nold")), Accepted(3, "too old")),
        ((200, {}, partial(0, "use a newer one")), Accepted(0, "use a newer one")),
        ((202, {}, b""), Accepted()),
        ((429, {"Retry-After": "2"}, b""), NotNow("HTTP 429", 2.0)),
        ((429, PROTOBUF, status("quota", 7)), NotNow("HTTP 429: quota", 7.0)),
        ((429, {**PROTOBUF, "Retry-After": "2"}, status("quota", 7)), NotNow("HTTP 429: quota", 2.0)),
        ((503, {"Retry-After": "Thu, 20 Nov 2025 10:00:00 GMT"}, b""), NotNow("HTTP 503", 0.0)),
        ((503, {"Retry-After": "later"}, b""), NotNow("HTTP 503")),
        ((502, {}, b""), NotNow("HTTP 502")),
        ((504, {}, b""), NotNow("HTTP 504")),
        ((500, {}, b""), Refused("HTTP 500")),
        ((400, PROTOBUF, status("span_id is too short")), Refused("HTTP 400: span_id is too short")),
        ((400, {"Content-Type": "text/html"}, b"<html>"), Refused("HTTP 400")),
        ((401, {}, b""), Refused("HTTP 401")),
        ((401, {"WWW-Authenticate": 'Bearer realm="fleaglass"'}, b""), NotNow("HTTP 401")),
        ((403, {"WWW-Authenticate": 'Bearer realm="fleaglass", error="insufficient_scope"'}, b""), NotNow("HTTP 403")),
        ((403, {"WWW-Authenticate": 'Bearer realm="other"'}, b""), Refused("HTTP 403")),
        ((413, {}, b""), Refused("HTTP 413", too_large=True)),
        ((307, {"Location": "http://127.0.0.1:1/"}, b""), Refused("HTTP 307")),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_an_answer_means_what_the_specification_says(answer, meaning) -> None:
    with collector() as server:
        server.answers = [answer]
        assert sender(server.url).send(REQUEST) == meaning


def test_a_key_that_a_collector_repeats_is_not_told() -> None:
    with collector() as server:
        server.answers = [(401, PROTOBUF, status(f"unknown key {KEY}, user dXNlcjpwYXNz"))]
        assert sender(server.url).send(REQUEST) == Refused("HTTP 401: unknown key [secret], user [secret]")
        server.answers = [(200, {}, partial(1, f"{KEY} is out of quota"))]
        assert sender(server.url).send(REQUEST) == Accepted(1, "[secret] is out of quota")


def test_one_connection_serves_many_requests() -> None:
    with collector() as server:
        one = sender(server.url)
        for _ in range(5):
            assert one.send(REQUEST) == Accepted()
        assert server.connections == 1
        one.close()
        assert one.send(REQUEST) == Accepted()
        assert server.connections == 2


def test_a_collector_that_is_not_there_is_not_there_now() -> None:
    assert isinstance(sender("http://127.0.0.1:1").send(REQUEST), NotNow)


def test_credentials_in_the_address_are_not_named() -> None:
    assert sender("https://user:secret@h.example:4318").destination == "https://h.example:4318"
