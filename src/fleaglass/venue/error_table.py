"""Which answer means which error: a table over (service, status, code), read from the top.

The status alone is not enough: too little money is 400 from one service and 402 from another, and a 500 of the escrow
service can be a definite no. Codes are compared without regard to case; both profiles' are here. Some say only that
something behind the service failed, an exchange or a registrar, so that there the message is read as well: where that
did not answer, it may have acted.

What no row matches is decided by whether the request could have done something. A 5xx says that the venue failed, not
what it did before: for a spend the outcome is unknown, a read is simply unanswered.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from fleaglass.venue.errors import (
    AlreadyClaimedError,
    AuctionExpiredError,
    AuthError,
    BidRejectedError,
    ConflictError,
    DisputeError,
    EscrowTimeoutError,
    GameError,
    InsufficientBalanceError,
    InsufficientFundsError,
    InsufficientMarginError,
    NetworkError,
    NotFoundError,
    OrderRejectedError,
    OutcomeUnknown,
    RateLimitedError,
    RegistrationError,
    Rejected,
    RiskLimitBreachError,
    SlippageLimitError,
    Unreachable,
    VenueError,
)

__all__ = ["ROWS", "Row", "error_for"]


@dataclass(frozen=True, slots=True)
class Row:
    """Matches any service, status, code, message and kind of request where it names none."""

    error: type[VenueError]
    services: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    """In upper case; ``*`` stands for anything."""
    says: tuple[str, ...] = ()
    """Words of which the message has one, in lower case."""
    silent: bool = False
    """Whether there must be no message."""
    spends: bool | None = None

    def matches(self, service: str, status: int, code: str, message: str, spends: bool) -> bool:
        """Whether the answer is of this kind; ``code`` in upper case, ``message`` in lower."""
        return (
            (not self.services or service in self.services)
            and (not self.statuses or status in self.statuses)
            and (not self.codes or any(fnmatchcase(code, one) for one in self.codes))
            and (not self.says or any(word in message for word in self.says))
            and not (self.silent and message)
            and self.spends in {None, spends}
        )


_FAILED: Final = tuple(range(500, 600))
_TRADE_FAILED: Final = ("TRADE_FAILED", "CLOSE_FAILED")
"""The trading service's word for whatever the exchange behind it said, or did not say."""
_NO_ANSWER: Final = (
    *("timeout", "time-out", "timed out", "timedout", "abort", "terminated", "hang up", "socket", "connection"),
    *("disconnected", "unreachable", "network error", "fetch failed", "econn", "enet", "ehost", "enotfound", "eai_"),
    *("epipe", "gateway", "service unavailable", "server error", "status code 5", "bad response", "json"),
)
"""How programs say that they had no answer, or none that they could read."""

ROWS: Final = (
    # The key and the rate of requests, everywhere.
    Row(AuthError, statuses=(401,)),
    Row(AuthError, statuses=(403,), codes=("INVALID_KEY", "INVALID_API_KEY", "UNAUTHORIZED")),
    Row(RateLimitedError, statuses=(429,)),
    # Nobody knows: what is behind the service did not answer it, or the answer to a request is to be had elsewhere.
    Row(
        OutcomeUnknown,
        codes=(*_TRADE_FAILED, "SWAP_FAILED", "DEBIT_FAILED", "RELEASE_FAILED", "REGISTRATION_FAILED"),
        says=_NO_ANSWER,
        spends=True,
    ),
    Row(OutcomeUnknown, statuses=(303,), spends=True),
    # Too little money.
    Row(InsufficientMarginError, codes=("INSUFFICIENT_MARGIN",)),
    Row(
        InsufficientBalanceError,
        services=("casino", "escrow", "domains"),
        codes=("INSUFFICIENT_BALANCE", "INSUFFICIENT_FUNDS"),
    ),
    Row(InsufficientBalanceError, services=("casino", "escrow", "domains"), statuses=(402,)),
    Row(InsufficientFundsError, codes=("INSUFFICIENT_BALANCE", "INSUFFICIENT_FUNDS")),
    Row(InsufficientFundsError, statuses=(402,)),
    # Limits.
    Row(SlippageLimitError, codes=("SLIPPAGE_LIMIT", "SLIPPAGE_LIMIT_EXCEEDED")),
    Row(
        RiskLimitBreachError,
        codes=(
            "DAILY_LOSS_LIMIT_REACHED",
            "KELLY_LIMIT_EXCEEDED",
            "LIMIT_REACHED",
            "POSITION_TOO_LARGE",
            "RISK_LIMIT_BREACH",
            "TOO_LARGE",
        ),
    ),
    # Trading. What the exchange refused is told by the message only.
    Row(InsufficientMarginError, services=("trading",), codes=_TRADE_FAILED, says=("margin",)),
    Row(SlippageLimitError, services=("trading",), codes=_TRADE_FAILED, says=("slippage",)),
    Row(OutcomeUnknown, services=("trading",), codes=_TRADE_FAILED, silent=True, spends=True),
    Row(OrderRejectedError, services=("trading",), codes=(*_TRADE_FAILED, "ORDER_REJECTED")),
    # Casino. Each game has parameters and so codes of its own, and may have an address of its own.
    Row(
        GameError,
        services=("casino",),
        statuses=(400, 404, 422),
        codes=("GAME_ERROR", "INVALID_*", "MINIMUM_BET", "TOO_MANY_BETS", "UNKNOWN_GAME"),
    ),
    Row(GameError, services=("casino",), statuses=(404,), spends=True),
    # Faucet and registration.
    Row(AlreadyClaimedError, services=("faucet",), codes=("ALREADY_CLAIMED",)),
    Row(RegistrationError, services=("faucet",), codes=("AGENT_EXISTS", "ALREADY_REGISTERED", "REGISTRATION_FAILED")),
    Row(OutcomeUnknown, services=("domains",), statuses=_FAILED, codes=("REGISTRATION_FAILED",), spends=True),
    Row(RegistrationError, services=("domains",), codes=("REGISTRATION_FAILED", "DOMAIN_UNAVAILABLE")),
    # Escrow.
    Row(EscrowTimeoutError, services=("escrow",), codes=("ESCROW_TIMEOUT",)),
    Row(DisputeError, services=("escrow",), codes=("DISPUTED",)),
    Row(Rejected, services=("escrow",), statuses=(500,), codes=("DEBIT_FAILED", "RELEASE_FAILED")),
    # Domains.
    Row(AuctionExpiredError, services=("domains",), codes=("AUCTION_EXPIRED", "AUCTION_CLOSED")),
    Row(BidRejectedError, services=("domains",), codes=("BID_REJECTED", "BID_TOO_LOW")),
    # Wallet. A transfer may have reached the network although the network's node failed to say so; a swap likewise.
    Row(OutcomeUnknown, services=("wallet",), codes=("SWAP_FAILED",), silent=True, spends=True),
    Row(InsufficientFundsError, services=("wallet",), codes=("RPC_ERROR",), says=("insufficient funds",)),
    Row(NetworkError, services=("wallet",), statuses=(502,), codes=("RPC_ERROR", "API_ERROR"), spends=False),
    # What is left is told by the status.
    Row(NotFoundError, statuses=(404,)),
    Row(ConflictError, statuses=(409,)),
    Row(ConflictError, services=("trading",), codes=("NOT_PENDING",)),
)


def error_for(
    service: str, status: int, code: str | None, message: str | None = None, *, spends: bool
) -> type[VenueError]:
    """The class of error that an unsuccessful answer means."""
    for row in ROWS:
        if row.matches(service, status, (code or "").upper(), (message or "").lower(), spends):
            return row.error
    if 300 <= status < 500:
        return Rejected
    return OutcomeUnknown if spends else Unreachable
