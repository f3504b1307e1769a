"""A request's body, bounded: read, inflated, and never larger than the limit at any moment.

16 MiB is what one OTLP request may hold, after decompression; exporters send a hundredth of it. A bomb is stopped at
the limit, not after it.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Final

__all__ = ["LIMIT_BYTES", "BadEncoding", "TooLarge", "inflate", "read"]

LIMIT_BYTES: Final = 16 * 1024 * 1024

_GZIP: Final = 16 + zlib.MAX_WBITS
_MOST_MEMBERS: Final = 64
"""Exporters send one gzip member. Each costs a copy of what follows it, so half a million empty ones, which are within
the limit, would hold the hub for hours."""


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
    """Undo `encoding` (gzip or identity; RFC 9110 §8.4). Raises TooLarge and BadEncoding."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            return _gunzip(body, limit)
    raise BadEncoding(f"Content-Encoding {encoding!r} is not accepted; send gzip or identity", known=False)


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip stream (RFC 1952 §2.2), the output bounded while it is made."""
    out = bytearray()
    for _ in range(_MOST_MEMBERS):
        if not body:
            return bytes(out)
        member = zlib.decompressobj(_GZIP)
        try:
            out += member.decompress(body, limit + 1 - len(out))
        except zlib.error as error:
            raise BadEncoding(f"the body is not gzip: {error}", known=True) from None
        if len(out) > limit:
            raise TooLarge(f"the body is larger than {limit} bytes once decompressed")
        if not member.eof:
            raise BadEncoding("the gzip body ends too early", known=True)
        body = member.unused_data
    if body:
        raise BadEncoding(f"the gzip body has more than {_MOST_MEMBERS} members", known=True)
    return bytes(out)
