"""Points and ranges in time, as a query string says them.

range=1h                     the last hour, and whatever a fast clock has stamped since
from=…  to=…                 RFC 3339, or Unix nanoseconds; either may be left out
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.parameters import Given, Parameter, text

__all__ = [
    "ALL_TIME",
    "EARLIEST_NS",
    "LATEST_NS",
    "SECOND_NS",
    "TIME_PARAMETERS",
    "TimeRange",
    "closed_range",
    "parse_range",
    "parse_time",
]

EARLIEST_NS: Final = 0
LATEST_NS: Final = 2**63 - 1
"""The last nanosecond that a signed 64-bit number can say, in the year 2262."""

SECOND_NS: Final = 1_000_000_000
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_RANGE: Final = re.compile(r"([0-9]{1,9})([smhdw])")
_RFC_3339: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)

_TIME_SCHEMA: Final = {"type": "string", "examples": ["2026-11-20T14:00:00Z", "1795183200000000000"]}
TIME_PARAMETERS: Final = (
    Parameter(
        "range",
        "How far to look back from now: a number and s, m, h, d or w. Not together with from or to.",
        {"type": "string", "pattern": "^[0-9]+[smhdw]$", "examples": ["15m", "1h", "7d"]},
    ),
    Parameter("from", "The earliest time, RFC 3339 or Unix nanoseconds; it is included.", _TIME_SCHEMA),
    Parameter("to", "The end of the time range, RFC 3339 or Unix nanoseconds; it is not included.", _TIME_SCHEMA),
)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `from_ns`, included, to `to_ns`, not included, in Unix nanoseconds."""

    from_ns: int = EARLIEST_NS
    to_ns: int = LATEST_NS


ALL_TIME: Final = TimeRange()


def parse_range(found: Given, now_ns: int) -> TimeRange:
    """The range that was asked for, or all of time. Raises Problem when it is malformed, empty or said twice."""
    back, start, end = (text(found, name) for name in ("range", "from", "to"))
    if back is not None:
        if start is not None or end is not None:
            hint = "Use range alone to follow the present, or from and to for a fixed range."
            raise Problem(400, "bad_filter", f"range must be given without from and to, got {back[:100]!r}", hint)
        return TimeRange(max(EARLIEST_NS, now_ns - _parse_span(back)))
    found_range = TimeRange(
        EARLIEST_NS if start is None else parse_time("from", start),
        LATEST_NS if end is None else parse_time("to", end),
    )
    if found_range.from_ns >= found_range.to_ns:
        raise bad_filter("to", "later than from", end or "", f"from is {start or '1970-01-01T00:00:00Z'}.")
    return found_range


def closed_range(found: Given, now_ns: int, default_ns: int) -> TimeRange:
    """The range that was asked for, with two ends: the last `default_ns` where no start is named. Raises Problem."""
    asked = parse_range(found, now_ns)
    to_ns = now_ns if asked.to_ns == LATEST_NS else asked.to_ns
    begins = text(found, "range") is not None or text(found, "from") is not None
    from_ns = asked.from_ns if begins else to_ns - default_ns
    return TimeRange(min(max(EARLIEST_NS, from_ns), to_ns - 1), to_ns)


def parse_time(name: str, value: str) -> int:
    """Unix nanoseconds. Raises Problem when `value` is neither RFC 3339 nor nanoseconds from 1970 to 2262."""
    if value.isascii() and value.isdigit():
        found = int(value) if len(value) <= 19 else LATEST_NS + 1
    else:
        found = _parse_rfc_3339(name, value)
    if EARLIEST_NS <= found <= LATEST_NS:
        return found
    raise bad_filter(name, "a time between the years 1970 and 2262", value, _TIME_HINT)


_TIME_HINT: Final = "Examples: 2026-11-20T14:00:00Z, 2026-11-20T15:00:00%2B01:00, 1795183200000000000."


def _parse_rfc_3339(name: str, value: str) -> int:
    match = _RFC_3339.fullmatch(value)
    problem = bad_filter(name, "an RFC 3339 time or Unix nanoseconds", value, _TIME_HINT)
    if match is None:
        raise problem
    day, clock, fraction, offset = match.groups()
    try:  # Python's times end at microseconds, so the fraction is added by hand
        moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        raise problem from None
    whole = moment - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = whole.days * 86_400 + whole.seconds
    return seconds * SECOND_NS + int((fraction or "").ljust(9, "0"))


def _parse_span(value: str) -> int:
    match = _RANGE.fullmatch(value)
    if match is None or int(match[1]) == 0:
        raise bad_filter("range", "a number and one of s, m, h, d, w", value, "Examples: 15m, 1h, 7d.")
    return int(match[1]) * _UNITS[match[2]] * SECOND_NS
