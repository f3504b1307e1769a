"""Bodies are bounded while they are read, and inflated as their header says."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.body import BadEncoding, TooLarge, inflate, read

LIMIT = 1000


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@given(st.binary(max_size=LIMIT))
def test_gzip_gives_back_what_was_sent(body: bytes) -> None:
    assert inflate(gzip.compress(body), "gzip", LIMIT) == body


@given(st.binary(max_size=200))
def test_any_bytes_as_gzip_are_inflated_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadEncoding, TooLarge):
        assert len(inflate(body, "gzip", LIMIT)) <= LIMIT


def test_two_gzip_members_are_one_body() -> None:
    assert inflate(gzip.compress(b"ab") + gzip.compress(b"cd"), "gzip") == b"abcd"


def test_more_members_than_anyone_sends_are_refused_at_once() -> None:
    """Each member costs a copy of the rest: 500,000 empty ones, 10 MB, held the hub for hours."""
    with pytest.raises(BadEncoding, match="more than 64 members") as refused:
        inflate(gzip.compress(b"") * 500_000, "gzip")
    assert refused.value.known
    assert inflate(gzip.compress(b"a") * 64, "gzip") == b"a" * 64


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_identity_leaves_the_body_alone(encoding: str) -> None:
    assert inflate(b"ab", encoding) == b"ab"


def test_an_unknown_encoding_says_what_is_accepted() -> None:
    with pytest.raises(BadEncoding, match="send gzip or identity") as refused:
        inflate(b"", "br")
    assert not refused.value.known


def test_a_truncated_gzip_body_is_refused() -> None:
    with pytest.raises(BadEncoding, match="ends too early") as refused:
        inflate(gzip.compress(b"ab" * 100)[:-9], "gzip")
    assert refused.value.known


def test_a_bomb_stops_at_the_limit_and_in_bounded_memory() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    body = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(256)) + bomb.flush()
    tracemalloc.start()
    with pytest.raises(TooLarge, match="once decompressed"):
        inflate(body, "gzip", 1 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


async def test_reading_stops_at_the_limit() -> None:
    with pytest.raises(TooLarge):
        await read(_chunks(b"a" * 600, b"b" * 600), "", LIMIT)
    assert await read(_chunks(b"a" * 600, b"b" * 400), "", LIMIT) == b"a" * 600 + b"b" * 400
