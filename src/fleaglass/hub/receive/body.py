"""A request's body, bounded: read, inflated, and never larger than the limit at any moment.

16 MiB is what one request may hold, after decompression; clients send a hundredth of it. A bomb is stopped at the
limit, not after it.

    identity   gzip (many members)   deflate (with zlib's header or without)   br   zstd (many frames)

Sources: RFC 9110 §8.4 (content codings), RFC 7932 (br), RFC 8878 and RFC 9659 (zstd, its window over HTTP).
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Callable
from types import MappingProxyType
from typing import Final

import brotli
import zstandard

__all__ = ["LIMIT_BYTES", "BadEncoding", "TooLarge", "inflate", "read"]

LIMIT_BYTES: Final = 16 * 1024 * 1024

_GZIP: Final = 16 + zlib.MAX_WBITS
_MOST_MEMBERS: Final = 64
"""Exporters send one gzip member. Each costs a copy of what follows it, so half a million empty ones, which are within
the limit, would hold the hub for hours."""
_WINDOW_BYTES: Final = 8 * 1024 * 1024
"""The most that a zstd sender may make us keep (RFC 9659 §3)."""


class TooLarge(Exception):
    """The body passes the limit (HTTP 413)."""


class BadEncoding(Exception):
    """The content encoding is not one of ours (HTTP 415), or its bytes do not follow it (HTTP 400)."""

    def __init__(self, message: str, *, known: bool) -> None:
        super().__init__(message)
        self.known = known


async def read(chunks: AsyncIterable[bytes], encoding: str, limit: int = LIMIT_BYTES) -> bytes:
    """The body of a request as its sender meant it, `encoding` being its Content-Encoding header.

    Raises TooLarge and BadEncoding.
    """
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the body is larger than {limit} bytes")
        parts.append(chunk)
    return inflate(b"".join(parts), encoding, limit)


def inflate(body: bytes, encoding: str, limit: int = LIMIT_BYTES) -> bytes:
    """Undo `encoding`, one of those above. Raises TooLarge and BadEncoding."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in _DECODERS:
        raise BadEncoding(
            f"Content-Encoding {encoding!r} is not accepted; send gzip, deflate, br, zstd or identity", known=False
        )
    return _DECODERS[name](body, limit)


def _members(body: bytes, limit: int, kind: str, one: Callable[[bytes, int], tuple[bytes, bytes]]) -> bytes:
    """All members of a stream; `one` gives the first one's output, of at most so many bytes, and what follows it."""
    out = bytearray()
    for _ in range(_MOST_MEMBERS):
        if not body:
            return bytes(out)
        inflated, body = one(body, limit - len(out))
        out += inflated
    if body:
        raise BadEncoding(f"the {kind} body has more than {_MOST_MEMBERS} members", known=True)
    return bytes(out)


def _gunzip(body: bytes, limit: int) -> bytes:
    return _members(body, limit, "gzip", lambda rest, room: _unzip(rest, room, "gzip", _GZIP))


def _unzip(body: bytes, room: int, kind: str, window_bits: int) -> tuple[bytes, bytes]:
    """One zlib, gzip or raw deflate stream, and what follows it."""
    stream = zlib.decompressobj(window_bits)
    try:
        out = stream.decompress(body, room + 1)
    except zlib.error as error:
        raise _not(kind, error) from None
    if len(out) > room:
        raise _too_large()
    if not stream.eof:
        raise _ends_early(kind)
    return out, stream.unused_data


def _undeflate(body: bytes, limit: int) -> bytes:
    """With zlib's header, as the RFC says, or without, as some clients send it."""
    if not body:
        return b""
    kind = zlib.MAX_WBITS if _has_zlib_header(body) else -zlib.MAX_WBITS
    out, rest = _unzip(body, limit, "deflate", kind)
    if rest:
        raise BadEncoding(f"{len(rest)} bytes follow the deflate stream", known=True)
    return out


def _has_zlib_header(body: bytes) -> bool:
    """RFC 1950 §2.2. A raw stream that begins so would be a stored block of an odd length, which no encoder makes."""
    return body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _unbrotli(body: bytes, limit: int) -> bytes:
    if not body:
        return b""
    stream = brotli.Decompressor()
    out = bytearray()
    try:
        given = body
        while not stream.is_finished():
            more = stream.process(given, output_buffer_limit=limit + 1 - len(out))
            out += more
            if len(out) > limit:
                raise _too_large()
            if not more and stream.can_accept_more_data() and not stream.is_finished():
                raise _ends_early("br")
            given = b""
    except brotli.error as error:
        raise _not("br", error) from None
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    return _members(body, limit, "zstd", _unzstd_frame)


def _unzstd_frame(body: bytes, room: int) -> tuple[bytes, bytes]:
    """One frame, and what follows it.

    Only the reader bounds its output, and only the object tells whether the frame was complete: so the frame is read
    twice, the second time knowing that it is small.
    """
    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
    try:
        if len(decoder.stream_reader(body).read(room + 1)) > room:
            raise _too_large()
        frame = decoder.decompressobj()
        out = frame.decompress(body)
    except zstandard.ZstdError as error:
        raise _not("zstd", error) from None
    if not frame.eof:
        raise _ends_early("zstd")
    return out, frame.unused_data


def _too_large() -> TooLarge:
    return TooLarge("the body is larger than the limit once decompressed")


def _ends_early(kind: str) -> BadEncoding:
    return BadEncoding(f"the {kind} body ends too early", known=True)


def _not(kind: str, error: Exception) -> BadEncoding:
    return BadEncoding(f"the body is not {kind}: {error}", known=True)


_DECODERS: Final = MappingProxyType(
    {
        "gzip": _gunzip,
        "x-gzip": _gunzip,
        "deflate": _undeflate,
        "br": _unbrotli,
        "zstd": _unzstd,
    }
)
