"""Attributes as a message's ``repeated KeyValue``, which is where most of the bytes are.

::

    KeyValue    1 key        2 AnyValue
    AnyValue    1 string     2 bool     3 int     4 double     5 array     6 map     7 bytes
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fleaglass.shipper.encode.kept import Kept
from fleaglass.shipper.encode.wire import U64, field, text, utf8, varint

__all__ = ["any_value", "attributes"]

_DEEPEST: Final = 16
_TOO_DEEP: Final = "…"
_INT64: Final = 1 << 63
_OFTEN_THE_SAME: Final = frozenset({str, int, bool})

_double: Final = struct.Struct("<d").pack


def attributes(tag: bytes, values: Mapping[str, Any]) -> bytes:
    """All of them, each as a field of its own.

    Args:
        tag: of the field that holds them.
        values: by name.
    """
    if not values:
        return b""
    found = [
        _whole[kind, name, value]
        if (kind := type(value)) in _OFTEN_THE_SAME
        else _before_double[name] + _double(value)
        if kind is float
        else _key_value(name, any_value(value))
        for name, value in values.items()
    ]
    return tag + tag.join(found)


def any_value(value: Any, depth: int = 0) -> bytes:
    """An ``AnyValue``, without its length. What OTLP has no type for is told as text."""
    if isinstance(value, str):
        return field(b"\x0a", utf8(value))
    if isinstance(value, bool):
        return b"\x10\x01" if value else b"\x10\x00"
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return b"\x18" + varint(value & U64)
    if isinstance(value, float):
        return b"\x21" + _double(value)
    if isinstance(value, bytes):
        return field(b"\x3a", value)
    if value is None:
        return b""
    if isinstance(value, Sequence | Mapping):
        return _nested(value, depth + 1)
    return field(b"\x0a", utf8(str(value)))


def _nested(value: Sequence[Any] | Mapping[Any, Any], depth: int) -> bytes:
    if depth > _DEEPEST:
        return field(b"\x0a", utf8(_TOO_DEEP))
    if isinstance(value, Mapping):
        pairs = (_key_value(str(name), any_value(member, depth)) for name, member in value.items())
        return field(b"\x32", b"".join(b"\x0a" + pair for pair in pairs))
    return field(b"\x2a", b"".join(field(b"\x0a", any_value(member, depth)) for member in value))


def _key_value(name: str, value: bytes) -> bytes:
    """A ``KeyValue`` with its length; ``value`` is an ``AnyValue`` without."""
    return field(b"", field(_names[name], value))


def _name(name: str) -> bytes:
    """A ``KeyValue`` up to the length of its value."""
    return text(b"\x0a", name) + b"\x12"


def _of(known: tuple[type, str, Any]) -> bytes:
    """A ``KeyValue``, with its length. The type is there because 1 and True are equal."""
    _, name, value = known
    return _key_value(name, any_value(value))


def _up_to_double(name: str) -> bytes:
    """A ``KeyValue`` of a double, with its length, up to the double's 8 bytes."""
    return _key_value(name, any_value(0.0))[:-8]


_names: Final = Kept(_name)
_whole: Final = Kept(_of)
_before_double: Final = Kept(_up_to_double)
