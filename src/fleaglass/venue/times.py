"""Moments, as the services write them: RFC 3339, or seconds or milliseconds since 1970."""

from __future__ import annotations

import datetime as dt
from typing import Final

from fleaglass.venue.money import optional_decimal

__all__ = ["instant"]

_LATEST_SECONDS: Final = 32_503_680_000  # the year 3000; greater numbers are milliseconds


def instant(value: object) -> dt.datetime | None:
    """A moment with its zone (UTC where none is said); ``None`` for anything else."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
    number = optional_decimal(value)
    try:
        if number is not None:
            return dt.datetime.fromtimestamp(float(number / 1000 if number > _LATEST_SECONDS else number), dt.UTC)
        return instant(dt.datetime.fromisoformat(value)) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError, ArithmeticError):
        return None
