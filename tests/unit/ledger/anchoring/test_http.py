"""One POST: what a server answers comes back, and whatever is no answer is an ``OSError`` that says why."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fleaglass.ledger.anchoring.http import Reply, post


@contextmanager
def server(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and what it was asked once it has answered; it answers one request."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                got = b""
                while not got.endswith(b"hello"):
                    got += line.recv(4096)
                asked.append(got)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/a/b?c=d", asked
        finally:
            thread.join(10)


def test_what_is_posted_arrives_and_what_is_answered_comes_back() -> None:
    with server(b"HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n7\n") as (url, asked):
        assert post(url, b"hello", {"authorization": "Bearer x"}) == Reply(409, b"7\n")
    head = asked[0].decode().lower()
    assert head.startswith("post /a/b?c=d http/1.1\r\n")
    assert "authorization: bearer x\r\n" in head


def test_a_redirect_is_an_answer_and_a_flood_is_cut() -> None:
    with server(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n") as (url, _):
        assert post(url, b"hello", {}).status == 302
    with server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000) as (url, _):
        assert len(post(url, b"hello", {}).body) == 64 * 1024


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"])
def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    with server(answer) as (url, _), pytest.raises(OSError, match=r"."):
        post(url, b"hello", {})


@pytest.mark.parametrize("url", ["ftp://h/x", "http://", "http://127.0.0.1:99999/", "http://127.0.0.1:1/x"])
def test_where_nothing_can_be_reached_is_an_error(url: str) -> None:
    with pytest.raises(OSError, match=r"."):
        post(url, b"hello", {})
