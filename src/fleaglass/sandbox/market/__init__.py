"""Prices: which assets there are, how each moves, and where each stands now."""

from fleaglass.sandbox.market.assets import ASSETS, Asset
from fleaglass.sandbox.market.market import Market, Quote

__all__ = ["ASSETS", "Asset", "Market", "Quote"]
