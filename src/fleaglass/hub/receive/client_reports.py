"""`client_report` items: what a client had to throw away, and why. It is how an owner learns that something is missing.

    {"timestamp": …, "discarded_events": [{"reason": "queue_overflow", "category": "error", "quantity": 3}]}

Source: Sentry's client report payload.
"""

from __future__ import annotations

from typing import Final

import msgspec

from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.strictly import label_in, whole_in

__all__ = ["Discarded", "discarded_in"]

_MOST: Final = 1_000


class Discarded(msgspec.Struct, frozen=True):
    """So many of a category (`error`, `transaction`, `log_item` …), for one reason (`network_error` …)."""

    category: str
    reason: str
    quantity: int


def discarded_in(payload: bytes) -> tuple[Discarded, ...]:
    """What a report says. Raises Malformed, which names the field."""
    sent = object_of(payload, "the client report").get("discarded_events", [])
    if not isinstance(sent, list) or len(sent) > _MOST:
        raise Malformed(f"the client report: discarded_events must be a list of at most {_MOST}")
    found = []
    for count, one in enumerate(sent, 1):
        what = f"the client report: discarded_events {count}"
        if not isinstance(one, dict):
            raise Malformed(f"{what} must be an object")
        quantity = whole_in(one, "quantity", what, 0, 0, 2**31 - 1)
        found.append(Discarded(label_in(one, "category", what), label_in(one, "reason", what), quantity))
    return tuple(found)
