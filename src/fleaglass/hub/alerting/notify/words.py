"""Figures and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

__all__ = ["clock", "figure", "lasting", "one_line", "timestamp"]

_SECOND_NS: Final = 1_000_000_000


def figure(value: float, unit: str) -> str:
    """A value in a rule's unit: ``2,345 ms``, ``7.4 %``, ``12.30 USD``, ``95 s``, ``12.1 times``, ``3``."""
    match unit:
        case "ratio":
            return f"{_number(value * 100)} %"
        case "usd":
            return f"{value:,.2f} USD"
        case "count":
            return _number(value)
        case _:
            return f"{_number(value)} {unit}".strip()


def lasting(duration_ns: int) -> str:
    """How long: ``45 s``, ``12 min``, ``3 h 5 min``, ``2 d 4 h``; the two greatest units, rounded down."""
    seconds = max(duration_ns, 0) // _SECOND_NS
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86_400
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    first = next(at for at, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)


def clock(at_ns: int) -> str:
    """A moment, Unix nanoseconds: ``2026-11-30 13:51:32 UTC``."""
    return f"{datetime.fromtimestamp(at_ns // _SECOND_NS, UTC):%Y-%m-%d %H:%M:%S} UTC"


def timestamp(at_ns: int) -> str:
    """The same as machines read it: ``2026-11-30T13:51:32Z`` (RFC 3339)."""
    return f"{datetime.fromtimestamp(at_ns // _SECOND_NS, UTC):%Y-%m-%dT%H:%M:%SZ}"


def one_line(text: str, most: int) -> str:
    """A text in one line of at most so many characters, without any that are not printed."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.3g}"
