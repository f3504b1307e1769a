"""Wallets, by the published code: an address on a network, whose key the agent holds and sends along to sign with.

The venue's balance is that of the network's own coin, in its units; what that is worth takes a second question.
"""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint
from fleaglass.venue.profiles.names import same

__all__ = ["COINS", "ENDPOINTS"]

COINS: Final = {
    "base": "ETH",
    "ethereum": "ETH",
    "solana": "SOL",
    "bitcoin": "BTC",
    "tron": "TRX",
    "monero": "XMR",
}

_SWAP: Final = same("amount", asset="from_token", to_asset="to_token", network="from_chain", to_network="to_chain")
_SWAPPED: Final = same(
    "swap_id",
    "status",
    "tx_hash",
    received="output.amount",
    quoted="output.expected_amount",
    fee_usd="fee.amount_usd",
    deposit_address="deposit.address",
    deposit_amount="deposit.amount",
)
_AMOUNT: Final = frozenset({"amount"})

ENDPOINTS: Final = {
    "wallet.balance": Endpoint(
        method="GET",
        path="/wallet/balance/{wallet_id}",
        spends=False,
        sends={"network": "chain"},
        receives={"symbol": "balance.native.symbol", "amount": "balance.native.amount", "network": "chain"},
    ),
    "wallet.price": Endpoint(
        method="GET",
        path="/wallet/price",
        spends=False,
        sends={"asset": "symbol"},
        receives=same("price_usd"),
    ),
    "wallet.send": Endpoint(
        method="POST",
        path="/wallet/send",
        spends=True,
        sends=same("amount", "to", "private_key", "token", network="chain"),
        texts=_AMOUNT,
        receives=same("tx_hash", network="chain", wallet_id="from"),
    ),
    "wallet.quote": Endpoint(
        method="GET",
        path="/wallet/swap/quote",
        spends=False,
        sends=_SWAP,
        texts=_AMOUNT,
        receives={"received": "quote.toAmount"},
    ),
    "wallet.swap": Endpoint(
        method="POST",
        path="/wallet/swap",
        spends=True,
        sends={**_SWAP, "to": "to_address"},
        texts=_AMOUNT,
        receives=_SWAPPED,
    ),
    "wallet.swap_status": Endpoint(method="GET", path="/wallet/swap/status/{swap_id}", spends=False, receives=_SWAPPED),
}
