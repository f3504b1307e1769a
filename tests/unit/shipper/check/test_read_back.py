"""A span counts as kept when the backend shows it again."""

from __future__ import annotations

import itertools
import json
import socket
from importlib.metadata import PackageNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fleaglass.destinations import PRESETS
from fleaglass.journal import OtlpDestination
from fleaglass.shipper.check import Examination, Finding, leftovers
from fleaglass.shipper.check.answers import findings_of
from fleaglass.shipper.check.read_back import read_back
from fleaglass.shipper.check.span import NAME, test_request
from fleaglass.shipper.line import Reply
from tests.unit.shipper.check.desk import answering, examined, last
from tests.unit.shipper.odd_server import OddServer, odd_server, take

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
STATUS = {"version": "0.1.0", "started_ns": "1", "store": {"backend": "chdb", "path": "x"}, "spans": 7}


def ask(server: OddServer, *, patience_s: float = 0.0) -> Finding:
    steps = itertools.count()
    return read_back(
        f"http://127.0.0.1:{server.port}/api/traces/{{trace_id}}",
        TRACE_ID,
        OtlpDestination(name="tempo", headers={"X-Scope-OrgID": "team"}),
        patience_s=patience_s,
        timeout_s=3.0,
        now_s=lambda: float(next(steps)),
        sleep=lambda _: None,
    )


def serving(*answers: bytes):
    """A server whose answers to GET come in turn, the last one again and again."""
    left = list(answers)

    def behave(state: OddServer, connection: socket.socket) -> None:
        came = b""
        while True:
            while b"\r\n\r\n" not in came:
                if not (more := connection.recv(65_536)):
                    return
                came += more
            state.requests.append(came)
            came = b""
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave


def http(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


FOUND = http("200 OK", json.dumps({"spans": [{"name": NAME}]}).encode())


def test_a_span_that_shows_up_later_is_waited_for() -> None:
    with odd_server(serving(http("404 Not Found"), http("200 OK", b"{}"), FOUND)) as server:
        found = ask(server, patience_s=30.0)
    assert (found.outcome, found.says) == ("yes", f"http://127.0.0.1:{server.port}/api/traces/{TRACE_ID}")
    assert len(server.requests) == 3
    assert b"x-scope-orgid: team" in server.requests[0].lower()


def test_an_address_with_braces_of_its_own_is_asked_as_it_is() -> None:
    with odd_server(serving(FOUND)) as server:
        query = f"http://127.0.0.1:{server.port}/{{tenant}}/{{trace_id}}"
        found = read_back(query, TRACE_ID, OtlpDestination(name="tempo"), patience_s=0.0, timeout_s=5.0)
    assert found.outcome == "yes"


def test_one_that_never_shows_up_was_lost_after_it_was_accepted() -> None:
    with odd_server(serving(http("404 Not Found"))) as server:
        found = ask(server)
    assert found.outcome == "no"
    assert "accepted, and not there" in found.says
    assert "sample, drop or limit" in found.next


@pytest.mark.parametrize("answer", [http("401 Unauthorized"), http("502 Bad Gateway"), b"nonsense\r\n\r\n"])
def test_who_does_not_answer_is_no_proof_of_a_loss(answer: bytes) -> None:
    with odd_server(serving(answer)) as server:
        found = ask(server)
    assert (found.outcome, found.says[:23]) == ("unknown", "accepted, not read back")
    assert "set `query`" in found.next


def hub(status: bytes):
    """Takes spans, and answers questions as a hub, whose status is this, does."""

    def behave(state: OddServer, connection: socket.socket) -> None:
        first = connection.recv(5, socket.MSG_PEEK)
        if first.startswith(b"POST"):
            take(state, connection)
            connection.sendall(http("200 OK"))
        else:
            asked = connection.recv(65_536)
            connection.sendall(http("200 OK", status) if b"/status" in asked else FOUND)

    return behave


def examined_hub(status: object) -> Examination:
    with odd_server(hub(json.dumps(status).encode())) as server:
        return examined({"hub": f"http://127.0.0.1:{server.port}"})


def test_a_hub_is_asked_who_it_is() -> None:
    found = examined_hub(STATUS)
    assert found.is_well
    assert [finding.step for finding in found.findings] == [
        "reachable",
        "authenticated",
        "accepted",
        "is a hub",
        "read back",
    ]
    assert found.findings[3].says == "Fleaglass 0.1.0, 7 spans; it takes no Sentry envelopes"


@pytest.mark.parametrize("status", [{}, [], {"version": "0.1.0"}, {"status": "ok"}])
def test_somebody_else_is_no_hub(status: object) -> None:
    found = examined_hub(status)
    assert not found.is_well
    assert [finding.step for finding in found.findings if finding.outcome == "no"] == ["is a hub"]


def test_the_test_span_says_what_it_is() -> None:
    request = ExportTraceServiceRequest.FromString(
        test_request("svc", "0.1.0", trace_id=b"t" * 16, span_id=b"s" * 8, now_ns=2_000_000)
    )
    (span,) = request.resource_spans[0].scope_spans[0].spans
    assert (span.name, span.trace_id, span.end_time_unix_nano - span.start_time_unix_nano) == (
        "fleaglass.doctor",
        b"t" * 16,
        1_000_000,
    )
    resource = {each.key: each.value.string_value for each in request.resource_spans[0].resource.attributes}
    assert resource == {"service.name": "svc", "pf.agent_id": "fleaglass.doctor"}


def test_a_package_of_the_past_is_named() -> None:
    def version(name: str) -> str:
        if name == "opentelemetry-exporter-jaeger":
            return "1.21.0"
        raise PackageNotFoundError(name)

    (remark,) = leftovers(version)
    assert remark.startswith("opentelemetry-exporter-jaeger is installed and was retired")
    assert leftovers() == []


@given(body=st.binary(max_size=200), status=st.sampled_from(["200 OK", "301 X", "400 X", "401 X", "418 X", "500 X"]))
def test_whatever_a_server_answers_there_is_a_finding(body: bytes, status: str) -> None:
    for kind in ("application/x-protobuf", "text/html", "text/plain"):
        reply = Reply(int(status[:3]), {"content-type": kind, "location": body.decode("latin-1")}, body)
        destination = OtlpDestination(name="d", traces="http://h/v1/traces")
        assert list(findings_of(reply, PRESETS["otlp"], destination))


def test_a_query_api_that_is_not_there_is_no_failure() -> None:
    with odd_server(answering("200 OK")) as server:
        found = examined({"jaeger": {"endpoint": f"http://127.0.0.1:{server.port}", "query": "http://127.0.0.1:1"}})
    assert last(found).outcome == "unknown"
