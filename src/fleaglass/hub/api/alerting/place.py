"""Where a page of incidents or of messages ended: opaque to clients, checked when it comes back."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Final, Literal, NamedTuple, get_args

from fleaglass.hub.api.errors import bad_filter

__all__ = ["Order", "Place", "decode", "encode"]

Order = Literal["newest", "severity", "messages"]
"""What the list is, and how it is sorted: a place in one is none in another."""

_ORDERS: Final = get_args(Order)
_FORM: Final = struct.Struct(">BBqq")


class Place(NamedTuple):
    """The last that was shown: its rank, where there are ranks; when it happened; its id."""

    rank: int
    at_ns: int
    id: int


def encode(place: Place, order: Order) -> str:
    """The place as URL-safe text."""
    return base64.urlsafe_b64encode(_FORM.pack(_ORDERS.index(order), *place)).rstrip(b"=").decode()


def decode(text: str, order: Order) -> Place:
    """The place that `encode` wrote for the same list. Raises Problem for any other text."""
    try:
        packed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        kind, *parts = _FORM.unpack(packed)
        place = Place(*parts)
        if kind == _ORDERS.index(order) and encode(place, order) == text:
            return place
    except (UnicodeEncodeError, binascii.Error, struct.error):
        pass
    raise bad_filter("cursor", "a next_cursor of the same list", text, "Leave it out to start from the first page.")
