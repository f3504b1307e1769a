"""Where a page of traces ended: opaque to clients, checked when it comes back.

It names the last trace shown, not an offset, so traces that arrive meanwhile neither shift nor repeat a page.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Final, NamedTuple

from fleaglass.hub.api.errors import bad_filter

__all__ = ["Cursor", "decode", "encode"]

_VERSION: Final = 1
_FORM: Final = struct.Struct(">Bq16s")


class Cursor(NamedTuple):
    """A place in the list: newest first by start, traces of the same start by id."""

    start_ns: int
    trace_id: bytes


def encode(cursor: Cursor) -> str:
    """The cursor as URL-safe text."""
    return base64.urlsafe_b64encode(_FORM.pack(_VERSION, *cursor)).rstrip(b"=").decode()


def decode(value: str) -> Cursor:
    """The cursor that `encode` wrote. Raises Problem for any other text."""
    try:
        packed = base64.b64decode(value.encode("ascii") + b"=" * (-len(value) % 4), altchars=b"-_", validate=True)
        version, start_ns, trace_id = _FORM.unpack(packed)
        found = Cursor(start_ns, trace_id)
        if version == _VERSION and start_ns > -(2**63) and encode(found) == value:  # it is negated in the query
            return found
    except (UnicodeEncodeError, binascii.Error, struct.error):
        pass
    raise bad_filter("cursor", "a next_cursor of this hub", value, "Leave it out to start from the newest.")
