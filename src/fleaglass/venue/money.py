"""Money and quantities: Decimal, exact, or not known."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

__all__ = ["Number", "amount", "optional_decimal", "slippage_bps"]

Number: TypeAlias = Decimal | int | float | str
"""What an agent may pass for an amount. A float is taken for the shortest decimal that means it."""

_BPS: Final = Decimal(10_000)
_SLIPPAGE_STEP: Final = Decimal("0.0001")


def amount(name: str, value: Number) -> Decimal:
    """An amount that an agent passes. ``ValueError`` unless it is a finite number above zero."""
    number = optional_decimal(value)
    if number is None or number <= 0:
        raise ValueError(f"{name} must be a number above 0, got {value!r}")
    return number


def optional_decimal(value: object) -> Decimal | None:
    """A finite number as Decimal; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except (InvalidOperation, ValueError):  # an int of more digits than Python is willing to print
        return None
    return number if number.is_finite() else None


def slippage_bps(side: str, fill_price: Decimal | None, expected_price: Decimal | None) -> Decimal | None:
    """How much worse the fill was than expected, in basis points, to four places.

    Positive is against the agent on either side: a buy above, a sell below the expected price. Negative is price
    improvement. ``None`` when it is not defined: a price is not known, or the expected one is not above zero.
    """
    if fill_price is None or expected_price is None or expected_price <= 0:
        return None
    try:
        worse = fill_price - expected_price if side == "buy" else expected_price - fill_price
        return (worse / expected_price * _BPS).quantize(_SLIPPAGE_STEP)
    except ArithmeticError:  # beyond what the decimal context can hold: such a number is no slippage
        return None
