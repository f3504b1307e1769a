"""Answers as JSON: amounts are numbers with their exact decimal text, times RFC 3339 in UTC, absent values null."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from fleaglass.sandbox.clock import SECOND_NS, rfc3339
from fleaglass.sandbox.money import from_units

__all__ = ["View", "encode", "instant", "optional", "seconds"]

View = dict[str, object]
_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(view: Mapping[str, object]) -> bytes:
    """Return the JSON text of a view."""
    return _encoder.encode(view)


def optional(units: int | None) -> Decimal | None:
    """Return units as a number, None for none."""
    return None if units is None else from_units(units)


def instant(at_ns: int | None) -> str | None:
    """Return an instant as text, None for none."""
    return None if at_ns is None else rfc3339(at_ns)


def seconds(duration_ns: int) -> Decimal:
    """Return a duration in seconds, exact to the microsecond."""
    return round(Decimal(duration_ns) / SECOND_NS, 6).normalize()
