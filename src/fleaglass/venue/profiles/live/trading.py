"""Trading, by the published code: Hyperliquid perpetuals, sized in USD.

A market order is filled by the time it is answered, so there is no order to ask for; the history tells what happened.
"""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_SIDES: Final = {"side": {"long": "buy", "short": "sell"}}

_FILL: Final = same(
    "position_id", "order_id", "side", "size_usd", asset="coin", fill_price="entry_price", fee_usd="fee", state="status"
)
_LIMIT: Final = same(
    "order_id",
    "side",
    "size_usd",
    "limit_price",
    "fill_price",
    "created_at",
    asset="coin",
    state="status",
    pending="pending",
    filled="filled",
    cancelled="cancelled",
)

ENDPOINTS: Final = {
    "trading.order": Endpoint(
        method="POST",
        path="/trade/open",
        spends=True,
        sends=same("side", "size_usd", "leverage", asset="coin"),
        receives=_FILL,
        values=_SIDES,
    ),
    "trading.limit": Endpoint(
        method="POST",
        path="/trade/limit",
        spends=True,
        sends=same("side", "size_usd", "limit_price", "leverage", asset="coin"),
        receives=_LIMIT,
        values=_SIDES,
    ),
    "trading.limits": Endpoint(method="GET", path="/trade/limit-orders", spends=False, receives=_LIMIT, values=_SIDES),
    "trading.cancel": Endpoint(
        method="DELETE", path="/trade/limit-orders/{order_id}", spends=True, receives=_LIMIT, values=_SIDES
    ),
    "trading.orders": Endpoint(
        method="GET",
        path="/trade/history",
        spends=False,
        receives=same(
            "side",
            asset="coin",
            order_id="orderId",
            order_type="orderType",
            size_usd="sizeUsd",
            fill_price="price",
            fee_usd="fee",
            realized_pnl_usd="realizedPnl",
            created_at="createdAt",
            executed="trades",
        ),
        values=_SIDES,
    ),
    "trading.positions": Endpoint(
        method="GET",
        path="/trade/positions",
        spends=False,
        receives=same(
            "position_id",
            "side",
            "size_usd",
            "entry_price",
            asset="coin",
            mark_price="current_price",
            unrealized_pnl_usd="unrealized_pnl",
            items="positions",
        ),
    ),
    "trading.close": Endpoint(
        method="POST",
        path="/trade/close",
        spends=True,
        sends=same("position_id"),
        receives=same(
            "position_id",
            "order_id",
            "side",
            "size_usd",
            "entry_price",
            "exit_price",
            asset="coin",
            realized_pnl_usd="pnl",
            fee_usd="fee",
        ),
    ),
    "trading.market": Endpoint(
        method="GET",
        path="/markets/{asset}",
        spends=False,
        receives=same("price", "timestamp", asset="coin"),
    ),
}
