"""What a collector says in the body of its answer, read from protobuf by hand. Nothing here raises.

::

    Export…ServiceResponse    1 partial_success { 1 how many it rejected   2 error_message }
    google.rpc.Status         2 message   3 details { 1 type_url   2 value }
    google.rpc.RetryInfo      1 retry_delay { 1 seconds   2 nanos }

A body that is something else says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from fleaglass.shipper.retry_after import LONGEST_S
from fleaglass.shipper.said import one_line

__all__ = ["PartialSuccess", "Status", "partial_success", "status"]

_RETRY_INFO: Final = b"/google.rpc.RetryInfo"
_FIXED_BYTES: Final = {1: 8, 5: 4}
_INT64: Final = 1 << 63


class PartialSuccess(msgspec.Struct, frozen=True):
    """``rejected`` items will never be taken; ``message`` says why, or warns."""

    rejected: int = 0
    message: str = ""


class Status(msgspec.Struct, frozen=True):
    """What went wrong, and for how long the collector wants to be left alone."""

    message: str = ""
    retry_after_s: float | None = None


def partial_success(body: bytes) -> PartialSuccess:
    """Of an ``ExportTraceServiceResponse``; those of logs and of metrics look the same."""
    rejected, message = 0, b""
    try:
        for part in _all(body, 1):
            for number, value in _fields(part):
                if number == 1 and isinstance(value, int):
                    rejected = value
                elif number == 2 and isinstance(value, bytes):
                    message = value
    except _Malformed:
        return PartialSuccess()
    return PartialSuccess(max(rejected, 0), _text(message))


def status(body: bytes) -> Status:
    """Of a ``google.rpc.Status``."""
    message, retry_after_s = b"", None
    try:
        for number, value in _fields(body):
            if number == 2 and isinstance(value, bytes):
                message = value
            elif number == 3 and isinstance(value, bytes):
                retry_after_s = _retry_delay_s(value) if retry_after_s is None else retry_after_s
    except _Malformed:
        return Status()
    return Status(_text(message), retry_after_s)


def _retry_delay_s(detail: bytes) -> float | None:
    """Of one detail of a ``Status``, if it is a ``RetryInfo``."""
    kinds, values = list(_all(detail, 1)), list(_all(detail, 2))
    if not kinds or not kinds[-1].endswith(_RETRY_INFO):
        return None
    wait_s = 0.0
    for value in values:
        for delay in _all(value, 1):
            for number, part in _fields(delay):
                if isinstance(part, int):
                    wait_s += {1: float(part), 2: part / 1e9}.get(number, 0.0)
    return min(max(wait_s, 0.0), LONGEST_S)


class _Malformed(Exception):
    """These bytes are no protobuf."""


def _all(raw: bytes, wanted: int) -> Iterator[bytes]:
    """All messages and texts of one number."""
    return (value for number, value in _fields(raw) if number == wanted and isinstance(value, bytes))


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field: a signed number of 64 bits, or bytes."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(raw, at)
            yield tag >> 3, value if value < _INT64 else value - 2 * _INT64
            continue
        if wire == 2:
            size, at = _varint(raw, at)
        elif (size := _FIXED_BYTES.get(wire, 0)) == 0:
            raise _Malformed
        if at + size > len(raw):
            raise _Malformed
        yield tag >> 3, raw[at : at + size]
        at += size


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, and where it ends."""
    value = 0
    for shift, byte in enumerate(raw[at : at + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value % (2 * _INT64), at + shift + 1
    raise _Malformed


def _text(raw: bytes) -> str:
    return one_line(raw.decode("utf-8", "replace"))
