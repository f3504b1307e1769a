"""Each classic mistake is one line that names it and says what to do, against a server that behaves as it does then."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from fleaglass.destinations import PRESETS, places
from fleaglass.journal import OtlpDestination
from fleaglass.settings import Settings
from fleaglass.shipper.check import examine, examine_sentry
from fleaglass.shipper.check.answers import denied
from fleaglass.shipper.check.mistakes import unreachable
from tests.unit.shipper.check.desk import MANNER, answering, certificate, examined, last, tls_server, trouble
from tests.unit.shipper.odd_server import OddServer, odd_server
from tests.unit.shipper.test_grpc import server as grpc_server

KEY = "hcaik_0123456789"
REJECTED = ExportTraceServiceResponse(
    partial_success=ExportTracePartialSuccess(rejected_spans=1, error_message=f"{KEY} has no quota left")
).SerializeToString()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def base(server: OddServer, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{server.port}"


# Addresses, ports and protocols ------------------------------------------------------------------------------------


def test_nothing_listens() -> None:
    port = free_port()
    step, says, next_step = trouble(examined({"jaeger": f"http://127.0.0.1:{port}"}))
    assert (step, says) == ("reachable", f"nothing listens on 127.0.0.1:{port}")
    assert next_step.startswith("start it")


def test_there_is_no_such_host() -> None:
    step, says, next_step = trouble(examined({"tempo": "http://tempo.invalid:4318"}))
    assert (step, says) == ("reachable", "there is no host tempo.invalid")
    assert "region" in next_step


def test_http_to_the_port_for_grpc() -> None:
    with grpc_server() as server:
        found = examined({"jaeger": server.url})
    step, says, next_step = trouble(found)
    assert (step, says) == ("accepted", "it speaks gRPC, and was spoken to over HTTP")
    assert next_step == "use port 4318, or set the protocol to grpc"


def test_grpc_to_the_port_for_http() -> None:
    with odd_server(lambda _, connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        found = examined({"jaeger": {"endpoint": base(server), "protocol": "grpc"}})
    assert trouble(found) == (
        "accepted",
        "it speaks HTTP, and was spoken to over gRPC",
        "use port 4317, or set the protocol to http/protobuf",
    )


def test_the_path_is_there_twice() -> None:
    with odd_server(answering("404 Not Found")) as server:
        found = examined({"jaeger": f"{base(server)}/v1/traces/v1/traces"})
    assert trouble(found) == (
        "accepted",
        "HTTP 404 at /v1/traces/v1/traces: the path is there twice",
        "set the endpoint without /v1/traces",
    )


def test_the_path_is_missing() -> None:
    """OpenTelemetry's variable for traces is used as it is."""
    with odd_server(answering("404 Not Found")) as server:
        (place,) = places(Settings.load({}, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": base(server)}))
        found = examine(place, MANNER)
    assert trouble(found) == (
        "accepted",
        "HTTP 404 at /: the path for traces is missing",
        "end OTEL_EXPORTER_OTLP_TRACES_ENDPOINT in /v1/traces",
    )


def test_nothing_takes_otlp_at_the_path() -> None:
    with odd_server(answering("404 Not Found")) as server:
        _, says, next_step = trouble(examined({"otlp": f"{base(server)}/otel"}))
    assert says == "HTTP 404 at /otel/v1/traces: nothing takes OTLP there"
    assert next_step.startswith("check what is before /v1/traces")


@pytest.mark.parametrize("port", [14268, 14250, 9411])
def test_a_port_of_the_past(port: int) -> None:
    mistake = unreachable(ConnectionRefusedError(), f"http://jaeger:{port}", has_proxy=False)
    assert "which was" in mistake.says
    assert "port 4318 for http/protobuf, 4317 for grpc" in mistake.next


def test_a_firewall_and_a_proxy_that_is_not_used() -> None:
    mistake = unreachable(TimeoutError(), "https://api.honeycomb.io", has_proxy=True)
    assert mistake.says == "api.honeycomb.io does not answer on port 443"
    assert "HTTPS_PROXY is set, and the shipper connects directly" in mistake.next
    here = unreachable(ConnectionRefusedError(), "http://127.0.0.1:4318", has_proxy=True)
    assert "PROXY" not in here.next


def test_a_server_that_never_answers() -> None:
    with odd_server(lambda state, _: state.over.wait() and None) as server:
        found = examined({"jaeger": base(server)}, manner=MANNER._replace(timeout_s=0.2))
    assert trouble(found)[:2] == ("accepted", "it takes the connection and does not answer")


def test_a_server_that_hangs_up() -> None:
    with odd_server(lambda state, connection: connection.recv(1) and None) as server:
        found = examined({"jaeger": base(server)})
    assert trouble(found)[1] == "it hangs up, or answers something that is not HTTP"


# TLS ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_https_to_a_server_without_tls(protocol: str) -> None:
    with odd_server(lambda _, connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        found = examined({"jaeger": {"endpoint": base(server, "https"), "protocol": protocol}})
    assert trouble(found) == (
        "reachable",
        "it speaks without TLS, and the endpoint begins with https://",
        "write http:// in the endpoint",
    )


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_http_to_a_server_with_tls(protocol: str, tmp_path: Path) -> None:
    with tls_server(certificate(tmp_path), answering("200 OK")) as server:
        found = examined({"jaeger": {"endpoint": base(server), "protocol": protocol}})
    assert trouble(found) == (
        "accepted",
        "it speaks TLS, and the endpoint begins with http://",
        "write https:// in the endpoint",
    )


def test_a_web_server_that_notices_http_on_its_tls_port() -> None:
    with odd_server(answering("400 Bad Request", b"Client sent an HTTP request to an HTTPS server.\n")) as server:
        assert trouble(examined({"jaeger": base(server)}))[2] == "write https:// in the endpoint"


def test_a_ca_of_ones_own(tmp_path: Path) -> None:
    files = certificate(tmp_path)
    with tls_server(files, answering("200 OK")) as server:
        found = examined({"jaeger": base(server, "https")})
        step, says, next_step = trouble(found)
        assert (step, says[:37]) == ("reachable", "its certificate is from somebody unkn")
        assert next_step == "for a CA of your own set OTEL_EXPORTER_OTLP_CERTIFICATE to its file"
        found = examined({"jaeger": base(server, "https")}, {"OTEL_EXPORTER_OTLP_CERTIFICATE": str(files[0])})
        assert found.is_well


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    files = certificate(tmp_path, name="DNS:jaeger.example")
    with tls_server(files, answering("200 OK")) as server:
        found = examined({"jaeger": base(server, "https")}, {"OTEL_EXPORTER_OTLP_CERTIFICATE": str(files[0])})
    assert trouble(found)[2] == "use the name that is in the certificate"


@pytest.mark.parametrize("why", ["certificate has expired", "certificate is not yet valid"])
def test_a_certificate_that_is_not_good_now_makes_one_look_at_the_clock(why: str) -> None:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_message = why
    assert "clock" in unreachable(error, "https://h", has_proxy=False).next


def test_a_certificate_file_that_is_not_there() -> None:
    found = examined({"jaeger": "https://127.0.0.1:1"}, {"OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere.pem"})
    assert trouble(found)[1:] == (
        "the certificate /nowhere.pem cannot be read: No such file or directory",
        "correct its path",
    )


# Keys --------------------------------------------------------------------------------------------------------------


def test_there_is_no_key() -> None:
    assert trouble(examined({"honeycomb": {}})) == (
        "settings",
        "it has no key",
        "set HONEYCOMB_API_KEY, or honeycomb_key in fleaglass.toml",
    )


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_wrong_key_or_a_key_of_another_region(status: str) -> None:
    with odd_server(answering(status, f'{{"error":"unknown API key {KEY}"}}'.encode())) as server:
        step, says, next_step = trouble(examined({"honeycomb": base(server)}, {"HONEYCOMB_API_KEY": KEY}))
    assert (step, says[:8]) == ("authenticated", f"HTTP {status[:3]}")
    assert KEY not in says
    assert next_step.startswith("check the key in HONEYCOMB_API_KEY; for a key of the EU instance")


def test_datadogs_refusal_makes_one_look_at_the_site() -> None:
    with odd_server(answering("403 Forbidden")) as server:
        assert "set DD_SITE" in trouble(examined({"datadog": base(server)}, {"DD_API_KEY": KEY}))[2]


def test_the_key_is_in_the_wrong_header() -> None:
    destination = OtlpDestination(
        name="otlp", traces="https://api.honeycomb.io/v1/traces", headers={"authorization": KEY}
    )
    mistake = denied("HTTP 401", PRESETS["otlp"], destination)
    assert "Honeycomb looks for its key in the header x-honeycomb-team, which is not sent" in mistake.says
    assert mistake.next.startswith("name the preset honeycomb")


HUBS = {"WWW_Authenticate": 'Bearer realm="fleaglass"', "Content_Type": "application/json"}
MAKE = "FLEAGLASS_HUB_TOKEN to what `fleaglass hub token create NAME --scope ingest` prints on the hub's machine"


@pytest.mark.parametrize(
    ("destination", "next_step"),
    [("hub", f"set {MAKE}"), ("otlp", f"it is a hub: set FLEAGLASS_HUB to its address, and {MAKE}")],
)
@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_hub_asks_for_a_token(destination: str, next_step: str, status: str) -> None:
    with odd_server(answering(status, b'{"message": "this hub asks for a token"}', **HUBS)) as server:
        found = examined({destination: {"endpoint": base(server)}})
    says = f'HTTP {status[:3]}: {{"message": "this hub asks for a token"}}'
    assert trouble(found) == ("authenticated", says, next_step)


def test_a_dataset_is_missing() -> None:
    with odd_server(answering("401 Unauthorized", b"missing 'x-honeycomb-dataset' header")) as server:
        assert trouble(examined({"honeycomb": base(server)}, {"HONEYCOMB_API_KEY": KEY}))[2] == (
            "a Classic key needs a dataset: set `dataset` of the destination"
        )


def test_somebody_asks_for_a_password() -> None:
    with odd_server(answering("401 Unauthorized")) as server:
        assert trouble(examined({"tempo": base(server)}))[2].startswith("it asks for a key, or a password")
        named = {"tempo": {"endpoint": base(server), "headers": {"X-Scope-OrgID": "a"}}}
        assert trouble(examined(named))[2] == "check the headers that are sent: X-Scope-OrgID"


def test_grpc_does_not_know_the_key() -> None:
    with grpc_server() as server:
        server.answer = (grpc.StatusCode.UNAUTHENTICATED, f"missing header, not {KEY}", b"")
        found = examined({"honeycomb": {"endpoint": server.url, "protocol": "grpc"}}, {"HONEYCOMB_API_KEY": KEY})
    step, says, next_step = trouble(found)
    assert (step, says) == ("authenticated", "gRPC UNAUTHENTICATED: missing header, not [secret]")
    assert "HONEYCOMB_API_KEY" in next_step


# Answers that look well and are not -----------------------------------------------------------------------------------


def test_a_login_page_instead_of_otlp() -> None:
    with odd_server(answering("200 OK", b"<html>log in", Content_Type="text/html")) as server:
        step, says, next_step = trouble(examined({"jaeger": base(server)}))
    assert (step, says) == ("accepted", "HTTP 200 with a web page: this is a login page, or an address for people")
    assert "set the endpoint" in next_step


@pytest.mark.parametrize(
    ("location", "next_step"),
    [
        ("https://h.example/v1/traces", "write https:// in the endpoint"),
        ("https://sso.example/login?to=x", "the proxy that asks people to log in must let OTLP through"),
        (
            "http://h.example/otlp/v1/traces",
            "set the endpoint to http://h.example/otlp; a redirect loses what is sent",
        ),
    ],
)
def test_a_redirect_loses_the_batch(location: str, next_step: str) -> None:
    with odd_server(answering("301 Moved Permanently", Location=location)) as server:
        found = trouble(examined({"jaeger": base(server)}))
    assert found[2] == next_step
    assert location.split("?")[0] in found[1]


def test_a_partial_success_that_rejects_the_span() -> None:
    with odd_server(answering("200 OK", REJECTED)) as server:
        found = examined({"honeycomb": base(server)}, {"HONEYCOMB_API_KEY": KEY})
    assert trouble(found)[1] == "HTTP 200, and the span was rejected: [secret] has no quota left"


def test_a_partial_success_that_rejects_the_span_over_grpc() -> None:
    with grpc_server() as server:
        server.answer = REJECTED
        found = examined({"tempo": {"endpoint": server.url, "protocol": "grpc"}})
    assert trouble(found)[1].startswith("OK, and the span was rejected")


@pytest.mark.parametrize(
    ("status", "says", "next_step"),
    [
        ("407 Proxy Authentication Required", "a proxy in between asks for a password", "send to a collector"),
        ("413 Content Too Large", "HTTP 413 for a single span", "a proxy before it limits bodies"),
        ("415 Unsupported Media Type", "HTTP 415: it does not take this content", "it must take protobuf"),
        ("429 Too Many Requests", "HTTP 429: it is over its limit", "wait, or raise"),
        ("503 Service Unavailable", "HTTP 503: the server, or a proxy before it, fails", "see its log"),
        ("400 Bad Request", "HTTP 400", "see the server's log"),
    ],
)
def test_other_refusals(status: str, says: str, next_step: str) -> None:
    with odd_server(answering(status)) as server:
        found = trouble(examined({"jaeger": base(server)}))
    assert found[1].startswith(says)
    assert found[2].startswith(next_step)


@pytest.mark.parametrize(
    ("code", "next_step"),
    [
        (grpc.StatusCode.UNIMPLEMENTED, "see whether it has a pipeline for traces"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "wait, or raise the limit there"),
        (grpc.StatusCode.UNAVAILABLE, "see its log; gRPC is usually on port 4317"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "check that port 4317 is its gRPC port"),
        (grpc.StatusCode.INVALID_ARGUMENT, "see the server's log for what it did not like"),
    ],
)
def test_other_refusals_over_grpc(code: grpc.StatusCode, next_step: str) -> None:
    with grpc_server() as server:
        server.answer = (code, "said", b"")
        found = examined({"tempo": {"endpoint": server.url, "protocol": "grpc"}})
    assert trouble(found)[2] == next_step


def test_a_clock_that_is_far_off_is_a_warning() -> None:
    with odd_server(answering("200 OK", Date="Thu, 20 Nov 2025 10:00:00 GMT")) as server:
        found = examined({"honeycomb": base(server)}, {"HONEYCOMB_API_KEY": KEY})
    assert found.is_well
    (warning,) = [finding for finding in found.findings if finding.outcome == "warning"]
    assert (warning.step, warning.next) == ("clock", "let NTP set it")
    assert "ahead of the server's" in warning.says


def test_where_nobody_can_be_asked_it_is_accepted_and_not_read_back() -> None:
    with odd_server(answering("200 OK")) as server:
        found = examined({"honeycomb": base(server)}, {"HONEYCOMB_API_KEY": KEY})
    assert found.is_well
    assert (last(found).step, last(found).outcome) == ("read back", "unknown")
    assert last(found).says.startswith("accepted, not read back")


# Sentry ------------------------------------------------------------------------------------------------------------


def test_a_dsn_that_works() -> None:
    with odd_server(answering("200 OK", b"{}")) as server:
        found = examine_sentry(f"http://key0123456@127.0.0.1:{server.port}/7", MANNER)
    assert found.is_well
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/7/envelope/ ")
    assert b"sentry_key=key0123456, sentry_version=7" in head
    assert body == b"{}\n"


@pytest.mark.parametrize(
    ("status", "says", "next_step"),
    [
        ("404 Not Found", "HTTP 404 at /api/7/envelope/: there is no such project", "copy the DSN"),
        ("403 Forbidden", "HTTP 403", "check the key in the DSN"),
    ],
)
def test_a_dsn_that_does_not(status: str, says: str, next_step: str) -> None:
    with odd_server(answering(status)) as server:
        found = trouble(examine_sentry(f"http://key0123456@127.0.0.1:{server.port}/7", MANNER))
    assert found[1] == says
    assert found[2].startswith(next_step)


def test_a_dsn_that_is_none() -> None:
    assert trouble(examine_sentry("https://h/1", MANNER))[1] == "the DSN has no public key before the @"
