"""How an answer is put into words: amounts, ages and numbers of things, as people say them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

__all__ = ["ago", "lasting", "listed", "plural", "usd"]

_CENT: Final = Decimal("0.01")
_SECOND_NS: Final = 1_000_000_000
_UNITS: Final = ((86_400, "day"), (3600, "h"), (60, "min"))


def usd(amount: Decimal) -> str:
    """`$1,204.10`, to the cent, half to even; the exact amount stands beside it wherever it matters."""
    rounded = amount.quantize(_CENT, ROUND_HALF_EVEN)
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,}"


def lasting(duration_ns: int) -> str:
    """`12 s`, `4 min`, `3 h`, `2 days`: whole units, rounded down; below ten seconds one decimal."""
    seconds = max(0, duration_ns) // _SECOND_NS
    for size, unit in _UNITS:
        if seconds >= size:
            return plural(seconds // size, unit) if unit == "day" else f"{seconds // size} {unit}"
    if seconds < 10:
        return f"{max(0, duration_ns) / _SECOND_NS:.1f}".removesuffix(".0") + " s"
    return f"{seconds} s"


def ago(duration_ns: int) -> str:
    """`just now`, `4 min ago`."""
    return "just now" if duration_ns < 2 * _SECOND_NS else f"{lasting(duration_ns)} ago"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
