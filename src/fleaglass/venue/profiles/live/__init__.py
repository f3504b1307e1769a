"""The profile ``live``: Purple Flea as the services' published code has it.

Six hosts, and a key each; escrow takes the casino's. Trading is perpetual futures: an order is a position opened for an
amount of USD, long or short, and filled by the time it is answered.
"""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint, Profile, ServiceProfile
from fleaglass.venue.profiles.live import casino, domains, escrow, faucet, trading, wallet

__all__ = ["LIVE"]


def _service(base_url: str, endpoints: dict[str, Endpoint], **more: str | bool | None) -> ServiceProfile:
    return ServiceProfile(base_url=base_url, endpoints=endpoints, error_code="error", **more)  # type: ignore[arg-type]


LIVE: Final = Profile(
    name="live",
    services={
        "casino": _service("https://casino.purpleflea.com/api/v1", casino.ENDPOINTS),
        "faucet": _service("https://faucet.purpleflea.com", faucet.ENDPOINTS, key_of="casino", takes_key=False),
        "escrow": _service("https://escrow.purpleflea.com", escrow.ENDPOINTS, key_of="casino"),
        "trading": _service("https://trading.purpleflea.com/v1", trading.ENDPOINTS),
        "wallet": _service("https://wallet.purpleflea.com/v1", wallet.ENDPOINTS),
        "domains": _service("https://domains.purpleflea.com/v1", domains.ENDPOINTS),
    },
    order_states={
        "open": "filled",  # of a position: its order filled
        "closed": "filled",
        "filled": "filled",
        "pending": "open",
        "cancelled": "cancelled",
        "rejected": "rejected",
    },
    order_size="size_usd",
    fills_at_once=True,
    closes_by="position_id",
    escrow_context="description",
    escrow_conditions_chars=9_000,
    wallet_type="self_custody",
    wallet_network="base",
    network_coins=wallet.COINS,
)
