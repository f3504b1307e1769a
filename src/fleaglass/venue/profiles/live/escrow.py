"""Escrow, by the published code. It drops metadata, shows an escrow to everybody, and lists none."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_ESCROW: Final = same(
    "escrow_id",
    "status",
    "amount_usd",
    "creator_id",
    "counterparty_id",
    "timeout_hours",
    "created_at",
    "completed_at",
    "disputed_at",
    "released_at",
    "refunded_at",
    conditions="description",
    due_at="auto_release_at",
    fee_usd="commission_usd",
)
_CHANGED: Final = {**_ESCROW, "fee_usd": "commission", "released_amount_usd": "amount_released"}

ENDPOINTS: Final = {
    "escrow.create": Endpoint(
        method="POST",
        path="/escrow/create",
        spends=True,
        sends=same("amount_usd", "timeout_hours", conditions="description", counterparty_id="counterparty_agent_id"),
        receives=_ESCROW,
    ),
    "escrow.release": Endpoint(
        method="POST", path="/escrow/release/{escrow_id}", spends=True, sends=same("reason"), receives=_CHANGED
    ),
    "escrow.complete": Endpoint(method="POST", path="/escrow/complete/{escrow_id}", spends=True, receives=_CHANGED),
    "escrow.dispute": Endpoint(
        method="POST", path="/escrow/dispute/{escrow_id}", spends=True, sends=same("reason"), receives=_CHANGED
    ),
    "escrow.read": Endpoint(method="GET", path="/escrow/{escrow_id}", spends=False, receives=_ESCROW),
}
