"""One connection, and an end to every request whatever the server does."""

import gzip
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.shipper.answer import NotNow
from fleaglass.shipper.line import Reply
from fleaglass.shipper.post import Post
from tests.unit.recorder.collector import collector
from tests.unit.shipper.odd_server import OK, OddServer, odd_server, take

OPEN_FILES = Path("/proc/self/fd")


def post(url: str, **options) -> Post:
    return Post(url, **{"headers": {"x-team": "t"}, "timeout_s": 5.0, **options})


def well(state: OddServer, connection: socket.socket) -> None:
    while take(state, connection):
        connection.sendall(OK)


@pytest.mark.parametrize("compress", [False, True])
def test_a_request_has_what_a_server_needs(compress: bool) -> None:
    with odd_server(well) as server:
        reply = post(f"{server.url}?a=b", compress=compress, headers={"x-team": "Grüße"})(b"body")
    assert reply == Reply(200, {"content-length": "0"}, b"")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    encoding = [b"Content-Encoding: gzip"] if compress else []
    assert head.split(b"\r\n") == [
        b"POST /v1/traces?a=b HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}".encode(),
        b"Content-Length: %d" % len(body),
        b"Accept-Encoding: identity",
        *encoding,
        b"User-Agent: fleaglass",
        "x-team: Grüße".encode("latin-1"),
    ]
    assert (gzip.decompress(body) if compress else body) == b"body"


def test_the_same_request_is_the_same_bytes_whenever_it_is_sent_again() -> None:
    with odd_server(well) as server:
        for _ in range(2):
            post(server.url, compress=True)(b"body")
    first, second = server.requests
    assert first == second
    _, _, body = first.partition(b"\r\n\r\n")
    assert body[4:8] == bytes(4), "gzip's header has the time"


def test_an_address_without_a_path_is_the_root() -> None:
    with odd_server(well) as server:
        post(f"http://127.0.0.1:{server.port}")(b"")
    assert server.requests[0].startswith(b"POST / HTTP/1.1\r\n")


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with odd_server(well) as server:
        assert isinstance(post(server.url)(b""), Reply)


def test_one_connection_serves_many_requests() -> None:
    with odd_server(well) as server:
        one = post(server.url)
        for _ in range(5):
            assert isinstance(one(b"x"), Reply)
    assert (server.connections, len(server.requests)) == (1, 5)


def test_a_connection_that_was_closed_by_us_is_opened_again() -> None:
    with odd_server(well) as server:
        one = post(server.url)
        for _ in range(2):
            assert isinstance(one(b"x"), Reply)
            one.close()
    assert (server.connections, len(server.requests)) == (2, 2)


def test_a_connection_that_went_stale_is_replaced_without_a_word() -> None:
    with collector() as server:
        one = post(f"{server.url}/v1/traces")
        server.hangs_up = True
        for _ in range(3):
            assert isinstance(one(b""), Reply)
        assert server.connections == len(server.requests) == 3


def test_a_server_that_half_closes_after_each_answer_gets_each_request_once() -> None:
    """It would still take what comes on the old connection, and never answer it."""

    half_closed = threading.Event()

    def behave(state: OddServer, connection: socket.socket) -> None:
        take(state, connection)
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_WR)
        half_closed.set()
        take(state, connection)

    with odd_server(behave) as server:
        one = post(server.url)
        for number in range(3):
            assert isinstance(one(b"%d" % number), Reply)
            assert half_closed.wait(5)
            half_closed.clear()
    assert [request[-1:] for request in server.requests] == [b"0", b"1", b"2"]


def test_a_server_that_half_closes_instead_of_answering_is_not_there_now() -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_WR)
        take(state, connection)

    with odd_server(behave) as server:
        one = post(server.url)
        for _ in range(2):
            assert one(b"x") == NotNow("Remote end closed connection without response")
    assert server.connections == 2


def test_a_server_that_dies_while_it_has_a_request_is_asked_once_more() -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        take(state, connection)
        if len(state.requests) != 2:
            connection.sendall(OK)
            take(state, connection)

    with odd_server(behave) as server:
        one = post(server.url)
        assert isinstance(one(b"1"), Reply)
        assert isinstance(one(b"2"), Reply)
    assert [request[-1:] for request in server.requests] == [b"1", b"2", b"2"]


@pytest.mark.parametrize(
    "begin",
    [b"", b"HTTP/1.1 200 OK\r\n", OK.replace(b" 0", b" 99999"), OK.replace(b"Content-Length: 0", b"a: b")],
    ids=["head", "headers", "body", "body without an end"],
)
def test_an_answer_that_trickles_in_for_ever_costs_one_timeout(begin: bytes) -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        take(state, connection)
        connection.sendall(begin)
        while not state.over.wait(0.02):
            connection.sendall(b"x")

    with odd_server(behave) as server:
        assert post(server.url, timeout_s=0.15)(b"x") == NotNow("timed out")


def test_a_server_that_never_reads_costs_one_timeout() -> None:
    def behave(state: OddServer, _: socket.socket) -> None:
        state.over.wait()

    with odd_server(behave) as server:
        assert post(server.url, timeout_s=0.1)(bytes(50_000_000)) == NotNow("timed out")


def test_a_server_that_never_answers_costs_one_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = post(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.1)
        assert one(b"x") == NotNow("timed out")


def test_a_server_that_refuses_a_large_request_before_it_is_there_is_heard() -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        connection.recv(10)
        connection.sendall(OK.replace(b"200 OK", b"413 No"))

    with odd_server(behave) as server:
        reply = post(server.url)(bytes(50_000_000))
    assert isinstance(reply, Reply)
    assert reply.status == 413


def test_an_answer_is_read_up_to_a_bound() -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        take(state, connection)
        connection.sendall(b"HTTP/1.1 400 No\r\nContent-Length: 99999999\r\n\r\n" + bytes(2_000_000))

    with odd_server(behave) as server:
        one = post(server.url)
        for _ in range(2):
            reply = one(b"x")
            assert isinstance(reply, Reply)
            assert len(reply.body) == 1 << 20
    assert server.connections == 2


def test_an_answer_in_chunks_is_read_and_the_connection_kept() -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        while take(state, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    with odd_server(behave) as server:
        one = post(server.url)
        for _ in range(2):
            reply = one(b"x")
            assert isinstance(reply, Reply)
            assert reply.body == b"abcde"
    assert server.connections == 1


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=80)
    | st.binary(max_size=80).map(lambda more: b"HTTP/1.1 200 OK\r\n" + more)
    | st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000,
            b"\x00\x00\x18\x04\x00\x00\x00\x00\x00",
        ]
    )
)
def test_whatever_comes_back_is_an_answer_or_none(answer: bytes) -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        take(state, connection)
        connection.sendall(answer)

    with odd_server(behave) as server:
        reply = post(server.url, timeout_s=2)(b"x")
    assert isinstance(reply, Reply) or reply.why.isprintable()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_server_that_is_not_there_is_not_there_now() -> None:
    answer = post(f"http://127.0.0.1:{free_port()}/")(b"x")
    assert isinstance(answer, NotNow)
    assert "refused" in answer.why


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="this system does not list open files")
@pytest.mark.parametrize("way", ["refused", "no TLS", "no such host", "hangs up", "silent"])
def test_a_server_that_is_away_costs_no_file_descriptors(way: str) -> None:
    def behave(state: OddServer, connection: socket.socket) -> None:
        if way == "silent":
            state.over.wait()
        connection.recv(1)

    with odd_server(behave) as server:
        url = {
            "refused": f"http://127.0.0.1:{free_port()}/",
            "no TLS": server.url.replace("http:", "https:"),
            "no such host": "http://no..such..host/",
        }.get(way, server.url)
        one = post(url, timeout_s=0.02 if way == "silent" else 5)
        before = len(os.listdir(OPEN_FILES))
        for _ in range(20):
            assert isinstance(one(b"x"), NotNow)
        # Those of the server, which is in the same process, close when it has noticed.
        end = time.monotonic() + 5
        while way != "silent" and len(os.listdir(OPEN_FILES)) > before and time.monotonic() < end:
            time.sleep(0.01)
        ours = len(os.listdir(OPEN_FILES)) - (server.connections if way == "silent" else 0)
    assert ours <= before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_after_a_fork_the_child_has_a_connection_of_its_own() -> None:
    with odd_server(well) as server:
        one = post(server.url)
        assert isinstance(one(b"x"), Reply)
        child = os.fork()
        if child == 0:  # pragma: no cover - in another process
            os._exit(0 if isinstance(one(b"x"), Reply) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert isinstance(one(b"x"), Reply)
    assert (server.connections, len(server.requests)) == (2, 3)


def test_a_certificate_file_that_is_not_there_is_named() -> None:
    answer = post("https://127.0.0.1:1/", certificate="/no/such/file.pem")(b"x")
    assert answer == NotNow("certificate /no/such/file.pem: No such file or directory")


def test_credentials_in_the_address_are_not_named() -> None:
    assert post("https://user:secret@h.example:4318").destination == "https://h.example:4318"


@pytest.mark.parametrize(
    ("headers", "named"),
    [({"x-team": "secret\r\nx-admin: 1"}, "x-team"), ({"x-team": "secret…"}, "x-team"), ({"x team": "s"}, "x team")],
)
def test_a_header_that_cannot_be_sent_is_named_and_its_value_is_not(headers: dict[str, str], named: str) -> None:
    with odd_server(well) as server:
        answer = post(server.url, headers=headers)(b"x")
    assert answer == NotNow(f"the header {named!r} or its value has characters that a header cannot have")
    assert not server.connections


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a b", "http://höst.example/", "http://h:x/", "h:1/v1", "ftp://h/"])
def test_an_address_that_cannot_be_posted_to_is_said(url: str) -> None:
    answer = post(url)(b"x")
    assert isinstance(answer, NotNow)
    assert answer.why
