"""What orders are called by the published code: long and short, for at most so many USD."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox.faces.live.fields import Fields
from fleaglass.sandbox.faces.live.refusal import Refused

__all__ = ["MOST_USD", "long_or_short", "required_side"]

MOST_USD = Decimal(10_000)
"""The largest order, in USD."""

_SIDES = {"long": "buy", "short": "sell"}


def required_side(asked: Fields) -> str:
    """Return buy or sell for the `side` of a request. Raises Refused invalid_side."""
    side = asked.get("side")
    if not isinstance(side, str) or side not in _SIDES:
        raise Refused(400, "invalid_side", "side must be long or short")
    return _SIDES[side]


def long_or_short(side: str) -> str:
    """Return what buy or sell is called."""
    return "long" if side == "buy" else "short"
