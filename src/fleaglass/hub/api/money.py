"""Money between doubles and Decimal: whole numbers of 10^-8 USD.

Spans carry money as doubles. A double rounded to 8 places gives the venue's decimal back exactly below 10^7 USD, so
each is rounded once, as it is read, and from there on everything is added up in integers. (The engine's own
conversion to Decimal cuts instead of rounding: it makes 0.28999999 of 0.29.)
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

__all__ = ["PLACES", "basis_points", "decimal_text", "fixed", "from_double", "from_fixed", "is_amount"]

PLACES: Final = 8
_LARGEST: Final = "1e17"
_CONTEXT: Final = Context(prec=400, rounding=ROUND_HALF_EVEN)  # the longest double has 309 digits before the point
_STEP: Final = Decimal(1).scaleb(-PLACES)


def is_amount(column: str) -> str:
    """Condition: a double is an amount, and not NaN or what no account holds."""
    return f"abs({column}) < {_LARGEST}"


def fixed(column: str) -> str:
    """SQL: a double as a whole number of 10^-8; NULL where it is no amount."""
    return f"accurateCastOrNull(round(if({is_amount(column)}, {column}, NULL) * 1e{PLACES}), 'Int128')"


def from_fixed(amount: int, places: int = PLACES) -> str:
    """The decimal text of a whole number of 10^-places."""
    return decimal_text(Decimal(int(amount)).scaleb(-places, _CONTEXT))


def from_double(value: float | None) -> str | None:
    """The decimal text of a double, rounded to 8 places; None when there is no number."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return decimal_text(Decimal(repr(value)).quantize(_STEP, context=_CONTEXT))


def basis_points(value: float | None) -> float | None:
    """A mean or median of basis points without the dust of binary fractions: six places are far below any price."""
    return None if value is None else round(value, 6)


def decimal_text(value: Decimal) -> str:
    """Plain digits without an exponent, trailing zeros or a negative zero: 12.50 is "12.5"."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
