"""Bodies are bounded while they are read, and inflated as their header says."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.body import BadEncoding, TooLarge, inflate, read

LIMIT = 1000


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def streamed_zstd(body: bytes) -> bytes:
    """Without the size of its content, as a client that streams sends it."""
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(body) + stream.flush()


ENCODERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
    ("zstd", streamed_zstd),
]
each_encoding = pytest.mark.parametrize(("encoding", "encode"), ENCODERS)


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@each_encoding
@given(body=st.binary(max_size=LIMIT))
def test_a_body_comes_back_as_it_was_sent(encoding: str, encode: Callable[[bytes], bytes], body: bytes) -> None:
    assert inflate(encode(body), encoding, LIMIT) == body


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_inflated_or_refused(encoding: str, body: bytes) -> None:
    with contextlib.suppress(BadEncoding, TooLarge):
        assert len(inflate(body, encoding, LIMIT)) <= LIMIT


@each_encoding
@given(data=st.data())
def test_a_truncated_body_is_refused(encoding: str, encode: Callable[[bytes], bytes], data: st.DataObject) -> None:
    body = encode(b"ab" * 100)
    with pytest.raises(BadEncoding) as refused:
        inflate(body[: data.draw(st.integers(1, len(body) - 1))], encoding)
    assert refused.value.known


@each_encoding
def test_a_body_of_just_the_limit_is_taken(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    assert inflate(encode(b"a" * LIMIT), encoding, LIMIT) == b"a" * LIMIT
    with pytest.raises(TooLarge, match="once decompressed"):
        inflate(encode(b"a" * (LIMIT + 1)), encoding, LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_nothing_is_nothing_in_every_encoding(encoding: str) -> None:
    assert inflate(b"", encoding) == b""


@pytest.mark.parametrize(("encoding", "encode"), [("deflate", zlib.compress), ("br", brotli.compress)])
def test_what_follows_a_stream_is_refused(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadEncoding):
        inflate(encode(b"ab") + b"xx", encoding)


def test_two_zstd_frames_are_one_body() -> None:
    assert inflate(zstandard.compress(b"ab") + streamed_zstd(b"cd"), "zstd") == b"abcd"


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
    with pytest.raises(BadEncoding, match="send gzip, deflate, br, zstd or identity") as refused:
        inflate(b"", "compress")
    assert not refused.value.known


def bomb(encoding: str) -> bytes:
    """256 MiB of zeros."""
    if encoding == "br":
        return bytes(brotli.compress(bytes(1 << 28), quality=3))
    if encoding == "zstd":
        stream = zstandard.ZstdCompressor().compressobj()
    else:
        stream = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    return b"".join(stream.compress(bytes(1 << 20)) for _ in range(256)) + stream.flush()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_stops_at_the_limit_and_in_bounded_memory(encoding: str) -> None:
    body = bomb(encoding)
    tracemalloc.start()
    with pytest.raises(TooLarge, match="once decompressed"):
        inflate(body, encoding, 1 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 << 20


async def test_reading_stops_at_the_limit() -> None:
    with pytest.raises(TooLarge):
        await read(_chunks(b"a" * 600, b"b" * 600), "", LIMIT)
    assert await read(_chunks(b"a" * 600, b"b" * 400), "", LIMIT) == b"a" * 600 + b"b" * 400
