"""Moments, as the services and HTTP write them, and lengths of time, as an agent passes them."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Final

from fleaglass.venue.money import optional_decimal

__all__ = ["certain_instant", "http_date", "instant", "seconds"]

_LATEST_SECONDS: Final = 32_503_680_000  # the year 3000; greater numbers are milliseconds


def instant(value: object) -> dt.datetime | None:
    """A moment with its zone (UTC where none is said); ``None`` for anything else.

    The services write RFC 3339, or seconds or milliseconds since 1970.
    """
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
    number = optional_decimal(value)
    try:
        if number is not None:
            return dt.datetime.fromtimestamp(float(number / 1000 if number > _LATEST_SECONDS else number), dt.UTC)
        return instant(dt.datetime.fromisoformat(value)) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError, ArithmeticError):
        return None


def certain_instant(value: object) -> dt.datetime | None:
    """A moment, unless it is written without a zone: that is UTC with most services, and cannot be relied on."""
    found = instant(value)
    if isinstance(value, str) and optional_decimal(value) is None and found is not None:
        return found if dt.datetime.fromisoformat(value).tzinfo is not None else None
    return found


def http_date(text: str | None) -> dt.datetime | None:
    """A moment in a header (RFC 9110, 5.6.7); ``None`` for anything else, and where no zone is said."""
    try:
        moment = None if text is None else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def seconds(name: str, value: object, *, zero: bool = True) -> float:
    """A length of time that an agent passes. ``ValueError`` unless it is a finite number of seconds, not below 0.

    Args:
        name: what it is called.
        value: what was passed.
        zero: whether 0 is one.
    """
    number = optional_decimal(value)
    if number is None or number < 0 or (number == 0 and not zero):
        raise ValueError(f"{name} must be a number of seconds{'' if zero else ' above 0'}, got {value!r}")
    return float(number)
