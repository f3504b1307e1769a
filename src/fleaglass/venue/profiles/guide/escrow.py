"""Escrow, by the guides."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_ESCROW: Final = same(
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
    "completed_at",
    "disputed_at",
    "released_at",
    "refunded_at",
    "released_amount_usd",
    hold_duration_s="hold_duration_seconds",
    due_at="expires_at",
)

ENDPOINTS: Final = {
    "escrow.create": Endpoint(
        method="POST",
        path="/escrow/create",
        spends=True,
        sends=same("amount_usd", "counterparty_id", "conditions", "timeout_hours", "metadata"),
        receives=_ESCROW,
    ),
    "escrow.release": Endpoint(
        method="POST",
        path="/escrow/{escrow_id}/release",
        spends=True,
        sends=same("reason"),
        receives=_ESCROW,
    ),
    "escrow.complete": Endpoint(  # ours
        method="POST", path="/escrow/{escrow_id}/complete", spends=True, receives=_ESCROW
    ),
    "escrow.dispute": Endpoint(  # ours
        method="POST",
        path="/escrow/{escrow_id}/dispute",
        spends=True,
        sends=same("reason"),
        receives=_ESCROW,
    ),
    "escrow.read": Endpoint(method="GET", path="/escrow/{escrow_id}", spends=False, receives=_ESCROW),  # ours
    "escrow.list": Endpoint(  # ours
        method="GET",
        path="/escrow",
        spends=False,
        sends=same("role", "status"),
        receives={**_ESCROW, "items": "escrows"},
    ),
}
