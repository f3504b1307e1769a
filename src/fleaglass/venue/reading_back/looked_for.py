"""Which operation is looked for how. What is missing cannot be looked for: transfers, swaps, claims, bids, batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fleaglass.venue.reading_back import bets, domains, escrows, orders, positions
from fleaglass.venue.reading_back.search import LookFor

__all__ = ["LOOKED_FOR", "Looking"]


@dataclass(frozen=True, slots=True)
class Looking:
    """``look_for`` looks once, in what the operation ``reads`` gives; where a profile lacks that, nothing is found."""

    reads: str
    look_for: LookFor


LOOKED_FOR: Final[Mapping[str, Looking]] = MappingProxyType(
    {
        "trading.order": Looking("trading.orders", orders.look_for_order),
        "trading.spot": Looking("trading.orders", orders.look_for_order),
        "trading.limit": Looking("trading.orders", orders.look_for_order),
        "trading.cancel": Looking("trading.orders", orders.look_for_cancelled),
        "trading.close": Looking("trading.positions", positions.look_for_closed),
        "escrow.create": Looking("escrow.list", escrows.look_for_created),
        "escrow.complete": Looking("escrow.read", escrows.look_for_changed),
        "escrow.release": Looking("escrow.read", escrows.look_for_changed),
        "escrow.dispute": Looking("escrow.read", escrows.look_for_changed),
        "casino.bet": Looking("casino.history", bets.look_for_bet),
        "domains.register": Looking("domains.list", domains.look_for_domain),
    }
)
