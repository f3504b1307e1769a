"""Money and quantities: Decimal, exact, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Final, TypeAlias

__all__ = ["Number", "amount", "difference", "optional_decimal", "product", "quotient", "slippage_bps", "total"]

Number: TypeAlias = Decimal | int | float | str
"""What an agent may pass for an amount. A float is taken for the shortest decimal that means it."""

_BPS: Final = Decimal(10_000)
_SLIPPAGE_STEP: Final = Decimal("0.0001")
_QUANTITY_STEP: Final = Decimal("0.00000001")
_EXACT: Final = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Rather no sum than a rounded one."""


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


def quotient(value: Decimal | None, by: Decimal | None) -> Decimal | None:
    """One amount divided by another, to eight places; ``None`` unless both are known and the divisor is above zero."""
    if value is None or by is None or by <= 0:
        return None
    try:
        return (value / by).quantize(_QUANTITY_STEP)
    except ArithmeticError:
        return None


def difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """One amount less another, exactly; ``None`` unless both are known."""
    return None if one is None or other is None else total((one, other.copy_negate()))


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, exactly; 0 of nothing, ``None`` when any of the amounts is not known or too large to be money."""
    result = Decimal(0)
    try:
        for one in amounts:
            if one is None:
                return None
            result = _EXACT.add(result, one)
    except ArithmeticError:
        return None
    return result


def product(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """One number times another, exactly; ``None`` unless both are known."""
    if one is None or other is None:
        return None
    try:
        return _EXACT.multiply(one, other)
    except ArithmeticError:
        return None
