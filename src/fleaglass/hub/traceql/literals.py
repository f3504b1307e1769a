"""Literals as they are written: text in quotes, durations, and the names of attributes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

__all__ = ["LARGEST", "BadLiteral", "duration_ns", "quoted", "unquoted", "written_duration"]

LARGEST: Final = 2**63 - 1
"""What a signed 64-bit number holds."""

_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.|$))", re.DOTALL
)
_SAID: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UNITS_NS: Final = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,  # the Greek letter, which keyboards have
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
}
_STEP: Final = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d)")


class BadLiteral(ValueError):
    """It says nothing that can be compared with."""


def unquoted(literal: str) -> str:
    """The text of "…", with Go's escapes, or of `…`, which has none. Raises BadLiteral."""
    if literal.startswith("`"):
        return literal[1:-1]
    return _ESCAPE.sub(_unescaped, literal[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    plain, byte, short, long, octal, _ = match.groups()
    if plain is not None:
        return _SAID.get(plain, plain)
    digits = byte or short or long
    number = int(digits, 16) if digits else int(octal, 8) if octal else -1
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise BadLiteral(f"{match[0]} is no character")
    return chr(number)


def quoted(text: str) -> str:
    """A literal that says `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def duration_ns(literal: str) -> int:
    """`1h30m`, `-2.5ms` in nanoseconds; what is less than one is cut off. Raises BadLiteral."""
    total = sum(Decimal(number) * _UNITS_NS[unit] for number, unit in _STEP.findall(literal))
    if total > LARGEST:
        raise BadLiteral(f"{literal[:30]} is longer than 292 years")
    return -int(total) if literal.startswith("-") else int(total)


def written_duration(ns: int) -> str:
    """A literal that says so many nanoseconds, in the largest unit that needs no fraction."""
    for unit in ("h", "m", "s", "ms", "us"):
        if ns and ns % _UNITS_NS[unit] == 0:
            return f"{ns // _UNITS_NS[unit]}{unit}"
    return f"{ns}ns"
