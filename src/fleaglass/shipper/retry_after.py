"""How long a server asks to be left alone: the two forms of ``Retry-After`` (RFC 9110, 10.2.3)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["LONGEST_S", "retry_after_s", "seconds"]

LONGEST_S: Final = 86_400.0
"""Nobody is left alone for longer than a day, whatever is asked."""


def retry_after_s(headers: Mapping[str, str], now_s: Callable[[], float] = time.time) -> float | None:
    """Seconds, from now; ``None`` if the server does not say, or not so that it can be understood.

    Args:
        headers: of the answer, names in lower case. A moment is held against its ``date``, since clocks differ.
        now_s: Unix seconds, where there is no such header.
    """
    said = headers.get("retry-after", "")
    if (wait_s := seconds(said)) is not None:
        return wait_s
    until_s = _unix_s(said)
    if until_s is None:
        return None
    here_s = _unix_s(headers.get("date", ""))
    return min(max(until_s - (now_s() if here_s is None else here_s), 0.0), LONGEST_S)


def seconds(text: str) -> float | None:
    """A number of seconds, as headers write it."""
    digits = text.strip()
    return min(float(digits), LONGEST_S) if digits.isdecimal() else None


def _unix_s(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
