"""An operation's own fields, read with the care that an answer gets: a watched program may have sent anything."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe.operation import Fields

__all__ = ["number", "text"]


def text(fields: Fields, name: str) -> str | None:
    """A field that is a non-empty string."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def number(fields: Fields, name: str) -> Decimal | None:
    """A field that is a finite number, or a string holding one."""
    return optional_decimal(fields.get(name))
