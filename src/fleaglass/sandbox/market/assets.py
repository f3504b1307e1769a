"""The assets that the sandbox trades, as data."""

from __future__ import annotations

from dataclasses import dataclass

from fleaglass.sandbox.money import UNIT

__all__ = ["ASSETS", "Asset"]


@dataclass(frozen=True, slots=True)
class Asset:
    """One tradable asset against USD."""

    symbol: str
    start_price: int
    """Where the price begins and is slowly pulled back to, in units."""
    tick: int
    """The smallest difference between two prices, in units."""
    annual_vol: float
    """Long-run volatility per year: 0.55 is 55 %."""
    half_spread_bps: float
    """What crossing the book costs whatever the size."""
    impact_bps: float
    """Further slippage of an order worth a million USD; it grows with the square root of the order's value."""


_ALL = (
    Asset("BTC", 68_000 * UNIT, UNIT // 10, 0.55, 0.6, 12.0),
    Asset("ETH", 3_500 * UNIT, UNIT // 100, 0.70, 0.9, 18.0),
    Asset("SOL", 160 * UNIT, UNIT // 1000, 0.95, 1.6, 35.0),
)

ASSETS = {asset.symbol: asset for asset in _ALL}
"""By symbol, as callers write it."""
