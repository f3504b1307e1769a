"""Wallets, by the guides."""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["ENDPOINTS"]

_SWAP: Final = same("amount", asset="from", to_asset="to")

ENDPOINTS: Final = {
    "wallet.balance": Endpoint(
        method="GET",
        path="/wallet/{wallet_id}/balance",
        spends=False,
        receives=same("assets"),
    ),
    "wallet.send": Endpoint(  # ours
        method="POST",
        path="/wallet/{wallet_id}/send",
        spends=True,
        sends=same("asset", "amount", "to"),
        receives=same("tx_hash", "network", "asset"),
    ),
    "wallet.quote": Endpoint(  # ours
        method="GET",
        path="/wallet/{wallet_id}/quote",
        spends=False,
        sends=_SWAP,
        receives={"received": "quote"},
    ),
    "wallet.swap": Endpoint(  # ours
        method="POST",
        path="/wallet/{wallet_id}/swap",
        spends=True,
        sends=_SWAP,
        receives=same("swap_id", "tx_hash", "network", "received", "status", "fee_usd", quoted="quote"),
    ),
}
