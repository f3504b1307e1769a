"""The tags of an event, read from what the span of the operation recorded: by the guide's matrix, service by service.

Only what is named here becomes a tag. A tag is indexed and seen by everybody who may see an issue, so no body, key or
free text is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.noise import Failure

__all__ = ["MATRIX", "tags_of"]

_MAX_CHARS: Final = 200  # the longest tag value that Sentry takes

MATRIX: Final[Mapping[str, Mapping[str, str]]] = {
    "casino": {"game": semconv.PF_GAME, "bet_size": semconv.PF_BET_SIZE, "outcome": semconv.PF_BET_OUTCOME},
    "faucet": {"claim_id": semconv.PF_CLAIM_ID},
    "escrow": {
        "escrow_id": semconv.PF_ESCROW_ID,
        "counterparty": semconv.PF_COUNTERPARTY,
        "amount": semconv.PF_AMOUNT_USD,
    },
    "trading": {
        "asset": semconv.PF_ASSET,
        "side": semconv.PF_SIDE,
        "order_id": semconv.PF_ORDER_ID,
        "fill_price": semconv.PF_FILL_PRICE,
    },
    "wallet": {"wallet_type": semconv.PF_WALLET_TYPE, "network": semconv.PF_NETWORK, "tx_hash": semconv.PF_TX_HASH},
    "domains": {"domain_name": semconv.PF_DOMAIN_NAME, "tld": semconv.PF_TLD, "auction_id": semconv.PF_AUCTION_ID},
}
"""Service → tag → attribute of the operation's span. The faucet's ``agent_id`` is a tag of every event."""


def tags_of(failure: Failure, attributes: Mapping[str, object]) -> dict[str, str]:
    """Tags that tell what failed.

    Args:
        failure: the failure.
        attributes: attributes of the operation's span; empty outside of operations.
    """
    found: dict[str, object] = {"service": failure.service}
    for tag, attribute in MATRIX.get(failure.service or "", {}).items():
        found[tag] = attributes.get(attribute)
    found |= {"trade.asset": failure.asset, "trade.order_id": failure.order_id}
    if failure.trading or failure.at_stake:
        found["trade.phase"] = failure.phase
        found["trade.error_type"] = type(failure.error).__name__ if failure.error is not None else None
    return {tag: str(value)[:_MAX_CHARS] for tag, value in found.items() if value is not None and value != ""}
