"""Purple Flea as an agent calls it: six services, money in Decimal, errors that tell what happened.

::

    from fleaglass.venue import PurpleFlea

    async with PurpleFlea(api_key) as flea:
        balance = await flea.wallet.balance("w_1", max_age=5)
        order = await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.82)
"""

from fleaglass.venue.access import Access, live_at
from fleaglass.venue.client import PurpleFlea
from fleaglass.venue.errors import (
    AlreadyClaimedError,
    AuctionExpiredError,
    AuthError,
    BidRejectedError,
    BreakerOpen,
    ConflictError,
    DisputeError,
    EscrowTimeoutError,
    GameError,
    InsufficientBalanceError,
    InsufficientFundsError,
    InsufficientMarginError,
    NetworkError,
    NotFoundError,
    NotPlacedError,
    NotRecorded,
    OrderRejectedError,
    OutcomeUnknown,
    RateLimitedError,
    RegistrationError,
    Rejected,
    RiskLimitBreachError,
    SlippageLimitError,
    TradingError,
    Unreachable,
    VenueError,
)
from fleaglass.venue.models import (
    Account,
    AssetBalance,
    Balance,
    BatchResult,
    Bet,
    Bid,
    Claim,
    Closed,
    Domain,
    DomainOffer,
    Escrow,
    Market,
    Order,
    Position,
    Quote,
    Swap,
    Transfer,
)
from fleaglass.venue.profile import Endpoint, Profile, ServiceProfile
from fleaglass.venue.profiles import GUIDE, LIVE
from fleaglass.venue.reading_back import Looked
from fleaglass.venue.resolution import Resolution

__all__ = [
    "GUIDE",
    "LIVE",
    "Access",
    "Account",
    "AlreadyClaimedError",
    "AssetBalance",
    "AuctionExpiredError",
    "AuthError",
    "Balance",
    "BatchResult",
    "Bet",
    "Bid",
    "BidRejectedError",
    "BreakerOpen",
    "Claim",
    "Closed",
    "ConflictError",
    "DisputeError",
    "Domain",
    "DomainOffer",
    "Endpoint",
    "Escrow",
    "EscrowTimeoutError",
    "GameError",
    "InsufficientBalanceError",
    "InsufficientFundsError",
    "InsufficientMarginError",
    "Looked",
    "Market",
    "NetworkError",
    "NotFoundError",
    "NotPlacedError",
    "NotRecorded",
    "Order",
    "OrderRejectedError",
    "OutcomeUnknown",
    "Position",
    "Profile",
    "PurpleFlea",
    "Quote",
    "RateLimitedError",
    "RegistrationError",
    "Rejected",
    "Resolution",
    "RiskLimitBreachError",
    "ServiceProfile",
    "SlippageLimitError",
    "Swap",
    "TradingError",
    "Transfer",
    "Unreachable",
    "VenueError",
    "live_at",
]
