"""The profile ``guide``: Purple Flea as the two integration guides document it.

One host and one key for all services. The guides show how to place an order, create and release an escrow and read a
balance; everything they leave open is completed in their style and marked ``ours``.
"""

from __future__ import annotations

from typing import Final

from fleaglass.venue.profile import Endpoint, Profile, ServiceProfile
from fleaglass.venue.profiles.guide import casino, domains, escrow, faucet, trading, wallet

__all__ = ["GUIDE"]

_BASE_URL: Final = "https://api.purpleflea.com/v1"


def _service(endpoints: dict[str, Endpoint]) -> ServiceProfile:
    return ServiceProfile(base_url=_BASE_URL, endpoints=endpoints)


GUIDE: Final = Profile(
    name="guide",
    services={
        "casino": _service(casino.ENDPOINTS),
        "faucet": _service(faucet.ENDPOINTS),
        "escrow": _service(escrow.ENDPOINTS),
        "trading": _service(trading.ENDPOINTS),
        "wallet": _service(wallet.ENDPOINTS),
        "domains": _service(domains.ENDPOINTS),
    },
    order_states={
        "open": "open",
        "partially_filled": "partially_filled",
        "filled": "filled",
        "cancelled": "cancelled",
        "rejected": "rejected",
    },
)
