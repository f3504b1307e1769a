"""Which answer means which error: a table over (service, status, code), read from the top.

The status alone is not enough: too little money is 400 from one service and 402 from another, and a 500 of the escrow
service can be a definite no. Codes are compared without regard to case.

What no row matches is decided by whether the request could have done something. A 5xx says that the venue failed, not
what it did before: for a spend the outcome is unknown, a read is simply unanswered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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

__all__ = ["RULES", "Rule", "error_for"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Matches any service, status or code where it names none."""

    error: type[VenueError]
    services: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()

    def matches(self, service: str, status: int, code: str) -> bool:
        """Whether the answer is of this kind; ``code`` in upper case."""
        return (
            (not self.services or service in self.services)
            and (not self.statuses or status in self.statuses)
            and (not self.codes or code in self.codes)
        )


RULES: Final = (
    Rule(AuthError, statuses=(401,)),
    Rule(AuthError, statuses=(403,), codes=("INVALID_KEY", "INVALID_API_KEY", "UNAUTHORIZED")),
    Rule(InsufficientMarginError, codes=("INSUFFICIENT_MARGIN",)),
    Rule(InsufficientFundsError, codes=("INSUFFICIENT_BALANCE", "INSUFFICIENT_FUNDS")),
    Rule(InsufficientFundsError, statuses=(402,)),
    Rule(
        RiskLimitError,
        codes=(
            "DAILY_LOSS_LIMIT_REACHED",
            "KELLY_LIMIT_EXCEEDED",
            "LIMIT_REACHED",
            "POSITION_TOO_LARGE",
            "RISK_LIMIT_BREACH",
            "SLIPPAGE_LIMIT",
        ),
    ),
    Rule(OrderRejectedError, services=("trading",), codes=("CLOSE_FAILED", "ORDER_REJECTED", "TRADE_FAILED")),
    Rule(Rejected, services=("escrow",), statuses=(500,), codes=("DEBIT_FAILED", "RELEASE_FAILED")),
    Rule(RateLimitedError, statuses=(429,)),
    Rule(NotFoundError, statuses=(404,)),
    Rule(ConflictError, statuses=(409,)),
)


def error_for(service: str, status: int, code: str | None, *, spends: bool) -> type[VenueError]:
    """The class of error that an unsuccessful answer means."""
    for rule in RULES:
        if rule.matches(service, status, (code or "").upper()):
            return rule.error
    if 300 <= status < 500:
        return Rejected
    return OutcomeUnknown if spends else Unreachable
