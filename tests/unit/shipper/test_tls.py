"""Over TLS: nothing is said to a server that nobody vouches for, and what is wrong is said with its next step."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
import trustme

from fleaglass.destinations.dsn import Dsn
from fleaglass.journal import OtlpDestination
from fleaglass.journal.records import Envelope, Opened, SpanEnded
from fleaglass.shipper import Accepted, NotNow
from fleaglass.shipper.encode import spans
from fleaglass.shipper.grpc import GrpcSender
from fleaglass.shipper.line import Reply
from fleaglass.shipper.outlets import sender_to
from fleaglass.shipper.post import Post
from fleaglass.shipper.sentry import EnvelopeSender
from tests.unit.shipper.odd_server import OK, OddServer, odd_server, take

KEY = "0" * 32
OPENED = Opened("a", {}, 1, "0.1.0", {"pf.agent_id": "a"})
REQUEST = spans(OPENED, {}, [SpanEnded(b"t" * 16, b"s" * 8, b"", "pf.trade.execute", 1, 1, 2, {})])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    """A file with the authority's certificate."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def over_tls(authority: trustme.CA, name: str = "127.0.0.1") -> Callable[[OddServer, socket.socket], None]:
    """A server that answers well, with a certificate for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)

    def behave(state: OddServer, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            while take(state, secured):
                secured.sendall(OK)

    return behave


def post(server: OddServer, **options: str) -> Post:
    return Post(f"https://127.0.0.1:{server.port}/v1/traces", headers={"x-key": KEY}, timeout_s=5.0, **options)


def test_requests_go_over_one_connection_to_a_server_that_the_given_file_vouches_for(
    authority: trustme.CA, trusted: str
) -> None:
    with odd_server(over_tls(authority)) as server:
        to = post(server, certificate=trusted)
        assert [to(b"one"), to(b"two")] == [Reply(200, {"content-length": "0"}, b"")] * 2
        to.close()
    assert [request.rpartition(b"\r\n\r\n")[2] for request in server.requests] == [b"one", b"two"]
    assert server.connections == 1


@pytest.mark.parametrize("name", ["somebody.example", "127.0.0.2"])
def test_a_certificate_of_somebody_else_gets_nothing(authority: trustme.CA, trusted: str, name: str) -> None:
    with odd_server(over_tls(authority, name)) as server:
        answer = post(server, certificate=trusted)(b"secret")
    assert isinstance(answer, NotNow)
    assert "certificate is not valid for '127.0.0.1'" in answer.why
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(authority: trustme.CA) -> None:
    with odd_server(over_tls(authority)) as server:
        answer = post(server)(b"secret")
    assert isinstance(answer, NotNow)
    assert "unable to get local issuer certificate" in answer.why
    assert server.requests == []


def test_a_file_that_is_replaced_counts_from_the_next_connection_on(authority: trustme.CA, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    with odd_server(over_tls(authority)) as server:
        to = post(server, certificate=str(path))
        assert isinstance(to(b"one"), NotNow)
        authority.cert_pem.write_to_path(path)
        assert isinstance(to(b"two"), Reply)
        to.close()


@pytest.mark.parametrize("content", [None, "no certificate at all"])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with odd_server(lambda *_: None) as server:
        answer = post(server, certificate=str(path))(b"x")
    assert isinstance(answer, NotNow)
    assert str(path) in answer.why


def test_a_server_that_speaks_no_tls_gets_nothing() -> None:
    def plain(state: OddServer, connection: socket.socket) -> None:
        state.requests.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with odd_server(plain) as server:
        answer = post(server)(b"secret")
    assert isinstance(answer, NotNow)
    assert KEY.encode() not in server.requests[0]


def test_a_server_that_hangs_up_in_the_handshake_is_tried_again_later() -> None:
    with odd_server(lambda _, connection: connection.close()) as server:
        assert isinstance(post(server)(b"x"), NotNow)


def test_envelopes_go_to_a_server_that_the_system_vouches_for(
    authority: trustme.CA, trusted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DSN names no file. OpenSSL's own variable adds to what the system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", trusted)
    with odd_server(over_tls(authority)) as server:
        dsn = Dsn.parse(f"https://{KEY}@127.0.0.1:{server.port}/1")
        answer = EnvelopeSender(dsn, version="0.1.0", timeout_s=5.0).send(Envelope("error", b'{"event_id":"1"}'))
    assert isinstance(answer, Accepted)
    assert server.requests[0].startswith(b"POST /api/1/envelope/ HTTP/1.1")


def test_grpc_goes_to_a_server_that_the_given_file_vouches_for_and_to_no_other(
    authority: trustme.CA, trusted: str
) -> None:
    issued = authority.issue_cert("localhost")
    credentials = grpc.ssl_server_credentials(
        [(issued.private_key_pem.bytes(), b"".join(each.bytes() for each in issued.cert_chain_pems))]
    )
    calls: list[str] = []

    class Any_(grpc.GenericRpcHandler):
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            calls.append(details.method)
            return grpc.unary_unary_rpc_method_handler(lambda body, _: b"")

    collector = grpc.server(ThreadPoolExecutor(2), handlers=[Any_()])
    port = collector.add_secure_port("localhost:0", credentials)
    collector.start()
    try:
        address = f"https://localhost:{port}"
        strange = GrpcSender(address, "traces", headers={}, timeout_s=5.0).send(REQUEST)
        assert isinstance(strange, NotNow)
        assert calls == []
        known = OtlpDestination(name="c", traces=address, protocol="grpc", certificate=trusted)
        assert sender_to(known, "traces").send(REQUEST) == Accepted()
        assert calls == ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"]
    finally:
        collector.stop(0)
