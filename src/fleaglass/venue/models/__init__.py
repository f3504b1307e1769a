"""What operations return: immutable, with money and quantities as Decimal; one file per service.

Absent means ``None``: not said by the venue, or not understood. Nothing here is ever a guess.
"""

from fleaglass.venue.models.casino import BatchResult, Bet
from fleaglass.venue.models.domains import Bid, Domain, DomainOffer, tld_of
from fleaglass.venue.models.escrow import Escrow
from fleaglass.venue.models.faucet import Account, Claim
from fleaglass.venue.models.trading import Closed, Market, Order, Position
from fleaglass.venue.models.wallet import AssetBalance, Balance, Quote, Swap, Transfer

__all__ = [
    "Account",
    "AssetBalance",
    "Balance",
    "BatchResult",
    "Bet",
    "Bid",
    "Claim",
    "Closed",
    "Domain",
    "DomainOffer",
    "Escrow",
    "Market",
    "Order",
    "Position",
    "Quote",
    "Swap",
    "Transfer",
    "tld_of",
]
