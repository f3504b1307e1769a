"""Orders that may still fill, so that a fill is told once, wherever it is learned of.

::

    placed, or read while it waits  ─▶ waits
    some of it filled, and told     ─▶ tell
    read when it is settled         ─▶ settle     what was told of it before, None if it was not waiting

What is read as settled without having waited was told when it was placed, or happened in an earlier life of the agent,
and a list may be full of such.
"""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from typing import Final

from fleaglass._forks import Lock

__all__ = ["OpenOrders"]

_MAX_ORDERS: Final = 4_096
_NOTHING: Final = Decimal(0)


class OpenOrders:
    """The open orders of one agent, the latest 4,096. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: OrderedDict[str, Decimal] = OrderedDict()

    def waits(self, order_id: str) -> None:
        """It is not settled."""
        with self._lock:
            self._told.setdefault(order_id, _NOTHING)
            if len(self._told) > _MAX_ORDERS:
                self._told.popitem(last=False)

    def tell(self, order_id: str, pnl_usd: Decimal) -> Decimal:
        """It is not settled, but this profit of it is told now. Returns what was told before, both in USD."""
        with self._lock:
            self.waits(order_id)
            before, self._told[order_id] = self._told[order_id], pnl_usd
            return before

    def settle(self, order_id: str) -> Decimal | None:
        """It is settled. Returns the profit that was told of it before, in USD; ``None`` if it was not waiting."""
        with self._lock:
            return self._told.pop(order_id, None)
