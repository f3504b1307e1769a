"""How a price moves: a seeded random walk in log price that wanders between regimes. Pure: state in, state out.

One step stands for one minute of market life. In every step

    return = σ · (drift + vol · z) − pull · (distance from the start price)

where drift and vol belong to the current regime and z is a standard normal draw. Rising and falling regimes drift by a
quarter of σ a step, for about 90 steps: enough that a momentum signal has something to find. The calm and the
turbulent regime change the volatility; implied volatility follows it late and with shocks of its own, so that
it parts from realised volatility at times, which is what a volatility signal looks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleaglass.sandbox.draws import normals, uniforms
from fleaglass.sandbox.market.assets import Asset
from fleaglass.sandbox.money import UNIT

__all__ = [
    "MAX_STEP",
    "REGIMES",
    "STEPS_PER_YEAR",
    "PathState",
    "Regime",
    "advance",
    "begin",
    "price_of",
    "realized_vol",
]


@dataclass(frozen=True, slots=True)
class Regime:
    """A mood of the market: `drift` in σ per step, `vol` as a multiple of σ."""

    name: str
    drift: float
    vol: float


REGIMES = (
    Regime("calm", 0.0, 0.6),
    Regime("rising", 0.25, 0.9),
    Regime("falling", -0.25, 0.9),
    Regime("turbulent", 0.0, 1.9),
)

STEPS_PER_YEAR = 365 * 24 * 60
MAX_STEP = 0.03
"""No step moves the log price further than this, so that a short is liquidated before it can owe more than it holds."""

_SWITCH_CHANCE = 1 / 90
_PULL = 0.0004
_RV_DECAY = 0.97
_IV_SPEED = 0.04
_IV_SHOCK = 0.015
_IV_PREMIUM = 1.04
_IV_FLOOR = 0.05


@dataclass(frozen=True, slots=True)
class PathState:
    """Where one asset's path stands. The price itself is `price_of`."""

    step: int
    log_price: float
    regime: int
    variance: float
    """Exponentially weighted mean of squared step returns."""
    implied: float
    """Implied volatility per year."""


def begin(asset: Asset) -> PathState:
    """Return the state before the first step."""
    variance = asset.annual_vol**2 / STEPS_PER_YEAR
    return PathState(0, math.log(asset.start_price / UNIT), 0, variance, asset.annual_vol)


def advance(asset: Asset, seed: int, state: PathState) -> PathState:
    """Return the state one step later; the same for the same seed, asset and state."""
    step = state.step + 1
    first, second, switch, _ = uniforms(seed, "price", asset.symbol, step)
    price_shock, implied_shock = normals(first, second)
    # Below the threshold `switch` is itself uniform, so one draw says both whether to change and to which regime.
    switches = switch < _SWITCH_CHANCE
    regime = int(switch / _SWITCH_CHANCE * len(REGIMES)) if switches else state.regime
    change = _step_return(asset, state.log_price, REGIMES[regime], price_shock)
    return PathState(
        step=step,
        log_price=state.log_price + change,
        regime=regime,
        variance=_RV_DECAY * state.variance + (1 - _RV_DECAY) * change * change,
        implied=_next_implied(asset, state.implied, REGIMES[regime], implied_shock),
    )


def price_of(asset: Asset, state: PathState) -> int:
    """Return the price in units, on the asset's tick."""
    ticks = round(math.exp(state.log_price) * UNIT / asset.tick)
    return max(1, ticks) * asset.tick


def realized_vol(state: PathState) -> float:
    """Return realised volatility per year, the last half hour or so counting most."""
    return math.sqrt(state.variance * STEPS_PER_YEAR)


def _step_return(asset: Asset, log_price: float, regime: Regime, shock: float) -> float:
    sigma = asset.annual_vol / math.sqrt(STEPS_PER_YEAR)
    pull = _PULL * (log_price - math.log(asset.start_price / UNIT))
    return max(-MAX_STEP, min(MAX_STEP, sigma * (regime.drift + regime.vol * shock) - pull))


def _next_implied(asset: Asset, implied: float, regime: Regime, shock: float) -> float:
    target = _IV_PREMIUM * asset.annual_vol * regime.vol
    return max(_IV_FLOOR, implied + _IV_SPEED * (target - implied) + _IV_SHOCK * asset.annual_vol * shock)
