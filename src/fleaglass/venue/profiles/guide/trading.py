"""Trading, by the guides."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_ORDER: Final = same(
    "order_id",
    "asset",
    "side",
    "order_type",
    "quantity",
    "limit_price",
    "filled_quantity",
    "fill_price",
    "expected_price",
    "fee_usd",
    "realized_pnl_usd",
    "reason",
    "created_at",
    state="status",
)

_PLACE: Final = Endpoint(
    method="POST",
    path="/trading/order",
    spends=True,
    sends=same("asset", "side", "quantity", "order_type", "limit_price"),
    receives=_ORDER,
)

ENDPOINTS: Final = {
    "trading.order": _PLACE,
    "trading.limit": _PLACE,  # ours
    # The Sentry integration guide's form of a market order.
    "trading.spot": Endpoint(
        method="POST",
        path="/orders/spot",
        spends=True,
        sends=same("asset", "quantity", side="direction"),
        receives=_ORDER,
    ),
    "trading.poll": Endpoint(method="GET", path="/trading/order/{order_id}", spends=False, receives=_ORDER),  # ours
    "trading.cancel": Endpoint(method="DELETE", path="/trading/order/{order_id}", spends=True, receives=_ORDER),  # ours
    "trading.orders": Endpoint(  # ours
        method="GET",
        path="/trading/orders",
        spends=False,
        sends=same("since"),
        receives={**_ORDER, "items": "orders"},
    ),
    "trading.positions": Endpoint(  # ours
        method="GET",
        path="/trading/positions",
        spends=False,
        receives=same(
            "position_id",
            "asset",
            "side",
            "quantity",
            "entry_price",
            "mark_price",
            "unrealized_pnl_usd",
            items="positions",
        ),
    ),
    "trading.close": Endpoint(  # ours
        method="POST",
        path="/trading/position/close",
        spends=True,
        sends=same("asset", "position_id"),
        receives=same(
            "position_id",
            "order_id",
            "asset",
            "side",
            "quantity",
            "entry_price",
            "exit_price",
            "expected_price",
            "realized_pnl_usd",
            "fee_usd",
        ),
    ),
    "trading.market": Endpoint(  # ours
        method="GET",
        path="/markets/{asset}",
        spends=False,
        receives=same(
            "asset",
            "price",
            "timestamp",
            "implied_vol",
            "realized_vol",
            "history",
            "implied_vol_history",
            "realized_vol_history",
        ),
    ),
}
