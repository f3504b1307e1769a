"""Protobuf's wire format, as far as OTLP needs it.

::

    a field      tag (number << 3 | wire type), then by wire type
       0         a varint: 7 bits a byte, the lowest first
       1, 5      8 or 4 bytes, little-endian
       2         length as a varint, and so many bytes: texts, ids, messages

A field that has its default (zero, empty) is left out, except where presence itself says something.
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["U32", "U64", "blob", "field", "fixed32", "fixed64", "message", "number", "text", "utf8", "varint"]

U32: Final = 0xFFFF_FFFF
U64: Final = 0xFFFF_FFFF_FFFF_FFFF

_four: Final = struct.Struct("<I").pack
_eight: Final = struct.Struct("<Q").pack


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


# Nearly all lengths and counts are small, and a look into a table takes a tenth of the time.
_MANY: Final = 2_048
_SMALL: Final = tuple(map(_varint, range(_MANY)))


def varint(value: int) -> bytes:
    """A number that is not negative."""
    return _SMALL[value] if value < _MANY else _varint(value)


def utf8(value: str) -> bytes:
    """UTF-8; what has none, a lone surrogate, becomes a question mark."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def field(tag: bytes, content: bytes) -> bytes:
    """A field of bytes or a message, also an empty one."""
    size = len(content)
    return tag + (_SMALL[size] if size < _MANY else _varint(size)) + content


def message(tag: bytes, parts: list[bytes]) -> list[bytes]:
    """A field of a message, in parts that are yet to be joined: a large one is then copied once."""
    return [tag, varint(sum(map(len, parts))), *parts]


def blob(tag: bytes, content: bytes) -> bytes:
    """A field of bytes, left out if empty."""
    return field(tag, content) if content else b""


def text(tag: bytes, value: str) -> bytes:
    """A field of text, left out if empty."""
    return field(tag, utf8(value)) if value else b""


def number(tag: bytes, value: int) -> bytes:
    """A field of a varint, left out if zero; a negative number is its two's complement of 64 bits."""
    return tag + varint(value & U64) if value else b""


def fixed32(tag: bytes, value: int) -> bytes:
    """A field of 4 bytes, left out if zero."""
    return tag + _four(value & U32) if value & U32 else b""


def fixed64(tag: bytes, value: int) -> bytes:
    """A field of 8 bytes, left out if zero."""
    return tag + _eight(value & U64) if value & U64 else b""
