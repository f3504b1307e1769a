r"""A Sentry envelope: a line of JSON, then items, each a line of JSON and its payload.

    {"event_id": "9ec7…", "sent_at": "…", "dsn": "…", "trace": {…}}\n
    {"type": "event", "length": 41}\n
    41 bytes, whatever they are\n
    {"type": "session"}\n
    bytes up to the end of the line, or of the envelope\n

Items of any type are given back as they were sent: what is not known is for the caller to count.

Source: Sentry's envelope format, as its clients write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import HEX32, hex_digits
from fleaglass.hub.receive.times import moment_ns

__all__ = ["MOST_ITEMS", "Envelope", "Item", "parse_envelope"]

MOST_ITEMS: Final = 1_000
"""Clients put one to three into an envelope."""
_MOST_HEADER_BYTES: Final = 64 * 1024


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item. `type` is "" when its header names none; `headers` are all of it."""

    type: str
    headers: Mapping[str, Any]
    payload: bytes


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One envelope.

    Attributes:
        event_id: 32 lower-case hex digits; None when it names none.
        dsn: None when the key is told elsewhere.
        sent_ns: the client's clock when it was sent, Unix nanoseconds.
        trace: what the client says of the trace that it was sent in.
    """

    event_id: str | None = None
    dsn: str | None = None
    sent_ns: int | None = None
    trace: Mapping[str, Any] = {}
    items: tuple[Item, ...] = ()


def parse_envelope(body: bytes) -> Envelope:
    """The envelope in a body, inflated. Raises Malformed, which names the item and the byte where it went wrong."""
    line, at = _line(body, 0, "the envelope's header")
    header = object_of(line, "the envelope's header (byte 0)")
    items: list[Item] = []
    while at < len(body):
        line, payload_at = _line(body, at, f"the header of item {len(items) + 1}")
        if not line.strip():  # blank lines between items, and at the end
            at = payload_at
            continue
        if len(items) == MOST_ITEMS:
            raise Malformed(f"the envelope has more than {MOST_ITEMS} items (byte {at})")
        item, at = _item(body, line, at, payload_at, len(items) + 1)
        items.append(item)
    event_id, dsn, trace = (header.get(name) for name in ("event_id", "dsn", "trace"))
    return Envelope(
        event_id=hex_digits(event_id, HEX32) or None,
        dsn=dsn if isinstance(dsn, str) else None,
        sent_ns=moment_ns(header.get("sent_at")),
        trace=trace if isinstance(trace, dict) else {},
        items=tuple(items),
    )


def _line(body: bytes, start: int, what: str) -> tuple[bytes, int]:
    """The line from a byte on, without its end, and where the next one begins."""
    end = body.find(b"\n", start)
    end = len(body) if end < 0 else end
    if end - start > _MOST_HEADER_BYTES:
        raise Malformed(f"{what} (byte {start}) is longer than {_MOST_HEADER_BYTES} bytes")
    return body[start:end], end + 1


def _item(body: bytes, line: bytes, at: int, payload_at: int, count: int) -> tuple[Item, int]:
    """Item `count`, whose header line begins at byte `at`, and where the next one's begins."""
    header = object_of(line, f"the header of item {count} (byte {at})")
    length = header.get("length")
    if length is None:
        end = body.find(b"\n", payload_at)
        end = len(body) if end < 0 else end
    elif isinstance(length, int) and not isinstance(length, bool) and length >= 0:
        end = payload_at + length
        if end > len(body):
            left = max(0, len(body) - payload_at)
            raise Malformed(f"item {count} (byte {at}) says that it has {length} bytes, but {left} are left")
        if end < len(body) and body[end : end + 1] != b"\n":
            raise Malformed(f"item {count} (byte {at}) does not end after {length} bytes, as it says")
    else:
        raise Malformed(f"item {count} (byte {at}): length must be a number of bytes, not {str(length)[:40]!r}")
    kind = header.get("type")
    item = Item(type=kind if isinstance(kind, str) else "", headers=header, payload=body[payload_at:end])
    return item, end + 1
