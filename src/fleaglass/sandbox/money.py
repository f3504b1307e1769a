"""Exact amounts: every sum of money, quantity and price is an integer count of 1e-8 units.

Integers cannot drift, so a ledger that balances today balances after a million postings. Decimals appear
only at the edge, where JSON comes in or goes out.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

__all__ = ["LIMIT", "UNIT", "average_price", "divide", "from_units", "notional", "scale_bps", "to_units", "trade_fee"]

UNIT = 10**8
"""Units in one: 1 USD, 1 BTC and a price of 1 USD are all 100,000,000."""

LIMIT = Decimal(10) ** 9
"""No single amount, quantity or price that a caller sends may exceed this (SQLite integers end at 9.2e10 × UNIT)."""

_PRICE_STEP = UNIT // 10_000

_FEE_TENTHS_OF_BPS = 55
"""3.5 bps to the exchange and 2 bps of the free tier, the fee scale of the venue's published service."""


def divide(numerator: int, denominator: int) -> int:
    """Return `numerator / denominator` as an integer, halves to even. Raises ZeroDivisionError."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder - denominator
    return quotient + 1 if twice > 0 or (twice == 0 and quotient % 2) else quotient


def to_units(amount: Decimal) -> int:
    """Return a Decimal as units, digits beyond the eighth cut off (never rounded up into money one lacks)."""
    return int(amount.scaleb(8).to_integral_value(rounding=ROUND_DOWN))


def from_units(units: int) -> Decimal:
    """Return units as a Decimal without trailing zeros or exponent: 150000000 → Decimal("1.5")."""
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), UNIT)
    return Decimal(f"{sign}{whole}.{part:08d}".rstrip("0").rstrip("."))


def notional(quantity: int, price: int) -> int:
    """Return the USD value, in units, of a quantity at a price (both in units)."""
    return divide(quantity * price, UNIT)


def average_price(value: int, quantity: int) -> int:
    """Return the price, in units, at which a quantity was worth `value`, to a hundredth of a cent.

    A value is rounded to a unit, so what division gives beyond that is noise and would make 66307.4 look like
    66307.40000108.
    """
    return divide(value * UNIT, quantity * _PRICE_STEP) * _PRICE_STEP


def trade_fee(value: int) -> int:
    """Return the fee in units for a trade worth `value` units: 5.5 bps."""
    return divide(value * _FEE_TENTHS_OF_BPS, 100_000)


def scale_bps(price: int, bps: float) -> int:
    """Return `price` moved by a signed number of basis points, to the nearest unit."""
    return price + divide(price * round(bps * 10_000), 100_000_000)
