"""The profile ``guide``: Purple Flea as the two integration guides document it.

One host and one key for all services. The guides show how to place an order, create and release an escrow and read a
balance; everything they leave open is completed in their style and marked ``ours``.
"""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint, Profile

__all__ = ["GUIDE"]


def _same(*names: str, **others: str) -> dict[str, str]:
    """Fields that are called what we call them, and those that are not."""
    return {**{name: name for name in names}, **others}


_ORDER: Final = _same(
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
    "reason",
    state="status",
)

_ESCROW: Final = _same(
    "escrow_id",
    "status",
    "amount_usd",
    "fee_usd",
    "creator_id",
    "counterparty_id",
    "conditions",
    "timeout_hours",
    "metadata",
    "created_at",
    "released_amount_usd",
    hold_duration_s="hold_duration_seconds",
)


GUIDE: Final = Profile(
    name="guide",
    base_url="https://api.purpleflea.com/v1",
    error_code="code",
    error_message="message",
    escrow_fee_pct=1.0,
    order_states={
        "open": "open",
        "partially_filled": "partially_filled",
        "filled": "filled",
        "cancelled": "cancelled",
        "rejected": "rejected",
    },
    endpoints={
        "trading.order": Endpoint(
            method="POST",
            path="/trading/order",
            spends=True,
            sends=_same("asset", "side", "quantity", "order_type", "limit_price"),
            receives=_ORDER,
        ),
        # The Sentry integration guide's form of a market order.
        "trading.spot": Endpoint(
            method="POST",
            path="/orders/spot",
            spends=True,
            sends=_same("asset", "quantity", side="direction"),
            receives=_ORDER,
        ),
        "trading.poll": Endpoint(method="GET", path="/trading/order/{order_id}", spends=False, receives=_ORDER),  # ours
        "trading.cancel": Endpoint(  # ours
            method="DELETE", path="/trading/order/{order_id}", spends=True, receives=_ORDER
        ),
        "trading.orders": Endpoint(  # ours
            method="GET",
            path="/trading/orders",
            spends=False,
            sends=_same("since"),
            receives={**_ORDER, "items": "orders"},
        ),
        "trading.positions": Endpoint(  # ours
            method="GET",
            path="/trading/positions",
            spends=False,
            receives=_same(
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
            sends=_same("asset", "position_id"),
            receives=_same(
                "position_id",
                "order_id",
                "asset",
                "side",
                "quantity",
                "entry_price",
                "exit_price",
                "realized_pnl_usd",
                "fee_usd",
            ),
        ),
        "trading.market": Endpoint(  # ours
            method="GET",
            path="/markets/{asset}",
            spends=False,
            receives=_same(
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
        "escrow.create": Endpoint(
            method="POST",
            path="/escrow/create",
            spends=True,
            sends=_same("amount_usd", "counterparty_id", "conditions", "timeout_hours", "metadata"),
            receives=_ESCROW,
        ),
        "escrow.release": Endpoint(
            method="POST",
            path="/escrow/{escrow_id}/release",
            spends=True,
            sends=_same("reason"),
            receives=_ESCROW,
        ),
        "escrow.complete": Endpoint(  # ours
            method="POST", path="/escrow/{escrow_id}/complete", spends=True, receives=_ESCROW
        ),
        "escrow.dispute": Endpoint(  # ours
            method="POST",
            path="/escrow/{escrow_id}/dispute",
            spends=True,
            sends=_same("reason"),
            receives=_ESCROW,
        ),
        "escrow.read": Endpoint(method="GET", path="/escrow/{escrow_id}", spends=False, receives=_ESCROW),  # ours
        "escrow.list": Endpoint(  # ours
            method="GET",
            path="/escrow",
            spends=False,
            sends=_same("role", "status"),
            receives={**_ESCROW, "items": "escrows"},
        ),
        "wallet.balance": Endpoint(
            method="GET",
            path="/wallet/{wallet_id}/balance",
            spends=False,
            receives=_same("assets"),
        ),
    },
)
