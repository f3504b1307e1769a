"""The services as an agent calls them: ``flea.trading``, ``flea.escrow``, ``flea.wallet`` and the others."""

from fleaglass.venue.services.casino import Casino
from fleaglass.venue.services.domains import Domains
from fleaglass.venue.services.escrow import Escrow
from fleaglass.venue.services.faucet import Faucet
from fleaglass.venue.services.trading import Trading
from fleaglass.venue.services.wallet import Wallet

__all__ = ["Casino", "Domains", "Escrow", "Faucet", "Trading", "Wallet"]
