"""Purple Flea as an agent calls it: trading, escrow and wallet; money in Decimal, errors that tell what happened.

::

    from fleaglass.venue import PurpleFlea

    async with PurpleFlea(api_key) as flea:
        balance = await flea.wallet.balance("w_1", max_age=5)
        order = await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82)
"""

from fleaglass.venue.client import PurpleFlea
from fleaglass.venue.errors import (
    AuthError,
    ConflictError,
    InsufficientFundsError,
    InsufficientMarginError,
    NotFoundError,
    OrderRejectedError,
    OutcomeUnknown,
    RateLimitedError,
    Rejected,
    RiskLimitError,
    Unreachable,
    VenueError,
)
from fleaglass.venue.models import AssetBalance, Balance, Closed, Escrow, Market, Order, Position
from fleaglass.venue.profile import Endpoint, Profile
from fleaglass.venue.profiles import GUIDE

__all__ = [
    "GUIDE",
    "AssetBalance",
    "AuthError",
    "Balance",
    "Closed",
    "ConflictError",
    "Endpoint",
    "Escrow",
    "InsufficientFundsError",
    "InsufficientMarginError",
    "Market",
    "NotFoundError",
    "Order",
    "OrderRejectedError",
    "OutcomeUnknown",
    "Position",
    "Profile",
    "PurpleFlea",
    "RateLimitedError",
    "Rejected",
    "RiskLimitError",
    "Unreachable",
    "VenueError",
]
