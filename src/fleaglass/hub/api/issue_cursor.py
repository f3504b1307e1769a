"""Where a page of issues or of events ended: opaque to clients, checked when it comes back."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Final, Literal, NamedTuple, get_args

from fleaglass.hub.api.errors import bad_filter

__all__ = ["EventCursor", "IssueCursor", "Sort", "decode", "decode_event", "encode", "encode_event"]

Sort = Literal["last_seen", "first_seen", "events", "users", "priority"]

_SORTS: Final[tuple[str, ...]] = get_args(Sort)
_ISSUE: Final = struct.Struct(">Bqq")
_EVENT: Final = struct.Struct(">Bq16s")
_EVENTS: Final = 100  # in place of a sort


class IssueCursor(NamedTuple):
    """The last issue shown: what it is sorted by, and its id, which tells issues of the same value apart."""

    value: int
    issue: int


class EventCursor(NamedTuple):
    """The last event shown."""

    time_ns: int
    event_id: str


def encode(cursor: IssueCursor, sort: Sort) -> str:
    """The cursor as URL-safe text."""
    return _text(_ISSUE.pack(_SORTS.index(sort), *cursor))


def decode(text: str, sort: Sort) -> IssueCursor:
    """The cursor that `encode` wrote for the same sort. Raises Problem for any other text."""
    try:
        kind, value, issue = _ISSUE.unpack(_bytes(text))
    except (UnicodeEncodeError, binascii.Error, struct.error):
        raise _refused(text) from None
    if kind != _SORTS.index(sort) or encode(IssueCursor(value, issue), sort) != text:
        raise _refused(text)
    return IssueCursor(value, issue)


def encode_event(cursor: EventCursor) -> str:
    """The cursor as URL-safe text."""
    return _text(_EVENT.pack(_EVENTS, cursor.time_ns, bytes.fromhex(cursor.event_id)))


def decode_event(text: str) -> EventCursor:
    """The cursor that `encode_event` wrote. Raises Problem for any other text."""
    try:
        kind, time_ns, event_id = _EVENT.unpack(_bytes(text))
    except (UnicodeEncodeError, binascii.Error, struct.error):
        raise _refused(text) from None
    found = EventCursor(time_ns, event_id.hex())
    if kind != _EVENTS or encode_event(found) != text:
        raise _refused(text)
    return found


def _text(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _refused(text: str) -> Exception:
    return bad_filter("cursor", "a next_cursor of the same list", text, "Leave it out to start from the first page.")
