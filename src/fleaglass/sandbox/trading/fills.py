"""How a market order will fill: in which parts, after what delay, at what price. Pure, drawn from the seed.

Slippage is signed: a buy usually pays a little more than the price it saw (spread, plus impact growing with the
square root of the order's value), and noise sometimes makes it better. Some orders fill within the request, most a few
hundred milliseconds later, and some first in part, so that a confirmation poll has something to wait for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleaglass.sandbox.clock import MILLISECOND_NS
from fleaglass.sandbox.draws import normals, uniforms
from fleaglass.sandbox.market.assets import Asset
from fleaglass.sandbox.money import UNIT, notional, scale_bps

__all__ = ["INSTANT", "FillStyle", "Part", "plan_fill", "slipped_price"]

_NOISE_BPS = 1.2
_BEST_BPS, _WORST_BPS = -25.0, 100.0
_MILLION_USD = 1_000_000 * UNIT


@dataclass(frozen=True, slots=True)
class FillStyle:
    """Shares of market orders, as fractions of one; the rest fills whole after a delay."""

    at_once: float = 0.3
    in_parts: float = 0.2
    least_delay_ns: int = 80 * MILLISECOND_NS
    most_delay_ns: int = 450 * MILLISECOND_NS


INSTANT = FillStyle(at_once=1.0, in_parts=0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a fill: `delay_ns` after the order was accepted, quantity and price in units."""

    delay_ns: int
    quantity: int
    price: int


def plan_fill(
    asset: Asset, side: str, quantity: int, mid: int, style: FillStyle, seed: int, labels: tuple[object, ...]
) -> list[Part]:
    """Return the parts, earliest first, whose quantities add up to `quantity` (units). `labels` name the draw."""
    kind, delay, share, _ = uniforms(seed, "fill", *labels)
    delay_ns = style.least_delay_ns + int(delay * (style.most_delay_ns - style.least_delay_ns))
    price = slipped_price(asset, side, quantity, mid, seed, (*labels, 0))
    if kind < style.at_once:
        return [Part(0, quantity, price)]
    first = int(quantity * (0.3 + 0.4 * share))
    if kind < style.at_once + style.in_parts and 0 < first < quantity:
        rest = slipped_price(asset, side, quantity, mid, seed, (*labels, 1))
        return [Part(0, first, price), Part(delay_ns, quantity - first, rest)]
    return [Part(delay_ns, quantity, price)]


def slipped_price(asset: Asset, side: str, quantity: int, mid: int, seed: int, labels: tuple[object, ...]) -> int:
    """Return the price in units, on the asset's tick, that an order of this size gets when the market is at `mid`."""
    first, second, _, _ = uniforms(seed, "slippage", *labels)
    impact = asset.impact_bps * math.sqrt(notional(quantity, mid) / _MILLION_USD)
    bps = max(_BEST_BPS, min(_WORST_BPS, asset.half_spread_bps + impact + _NOISE_BPS * normals(first, second)[0]))
    price = scale_bps(mid, bps if side == "buy" else -bps)
    return max(asset.tick, round(price / asset.tick) * asset.tick)
