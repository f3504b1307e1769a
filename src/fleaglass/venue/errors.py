"""What can go wrong with an operation, at three heights.

::

    TradingError                       asset, phase, order_id, service, operation, intent, status, code, trace_id
    ├── VenueError                     an operation on the venue failed
    │   ├── Rejected                   the venue said no; nothing happened
    │   │   ├── AuthError              the key is missing, wrong or rotated (401)
    │   │   ├── InsufficientFundsError  the wallet or the account holds too little
    │   │   │   └── InsufficientBalanceError  the casino's, escrow's or domains' balance does
    │   │   ├── InsufficientMarginError  the order costs more than the account can spend
    │   │   ├── OrderRejectedError     the order was refused, or died without a fill
    │   │   ├── NotPlacedError         the answer was lost, and looking showed that nothing happened
    │   │   ├── RiskLimitBreachError   a limit: position, daily loss, stake
    │   │   ├── SlippageLimitError     the price moved further than allowed
    │   │   ├── RateLimitedError       too many requests (429)
    │   │   ├── NotFoundError          no such order, position, escrow, wallet, market (404)
    │   │   ├── ConflictError          its state does not allow this; after a lost answer: already done (409)
    │   │   ├── AlreadyClaimedError    the faucet pays once
    │   │   ├── RegistrationError      the account or the domain could not be registered
    │   │   ├── GameError              no such game, or no such bet in it
    │   │   ├── EscrowTimeoutError     too late: the escrow timed out, and the amount went back
    │   │   ├── DisputeError           the escrow is disputed, or cannot be
    │   │   └── BidRejectedError       the bid or the purchase was not accepted
    │   │       └── AuctionExpiredError  the auction is over
    │   ├── Unreachable                no usable answer, and nothing happened: never sent, or only a read
    │   │   └── NetworkError           the service's own way to a blockchain or exchange is broken
    │   └── OutcomeUnknown             sent, no usable answer: it may have happened. Never send it again before looking
    ├── BreakerOpen                    the agent's own breaker stopped it: nothing was sent
    └── NotRecorded                    it could not be recorded in the agent's ledger (mode strict): nothing was sent

Which answer makes which error is a table, `error_table.py`. An agent's own code may raise any of them too::

    raise RiskLimitBreachError("vega above 50000", asset="BTC", phase="risk_check")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from fleaglass import semconv
from fleaglass.recorder import OperationError, scrub
from fleaglass.venue.resolution import Resolution
from fleaglass.venue.sending import Sending

__all__ = [
    "AlreadyClaimedError",
    "AuctionExpiredError",
    "AuthError",
    "BidRejectedError",
    "BreakerOpen",
    "ConflictError",
    "DisputeError",
    "EscrowTimeoutError",
    "GameError",
    "InsufficientBalanceError",
    "InsufficientFundsError",
    "InsufficientMarginError",
    "NetworkError",
    "NotFoundError",
    "NotPlacedError",
    "NotRecorded",
    "OrderRejectedError",
    "OutcomeUnknown",
    "RateLimitedError",
    "RegistrationError",
    "Rejected",
    "RiskLimitBreachError",
    "SlippageLimitError",
    "TradingError",
    "Unreachable",
    "VenueError",
]


class TradingError(OperationError):
    """Something went wrong on Purple Flea, or in an agent's own dealing with it.

    Args:
        detail: what happened, in words.
        asset: asset ticker it is about.
        phase: what the agent was at, such as ``order_placement`` or ``balance_polling``.
        order_id: the order it is about.
        service: the Purple Flea service, such as ``trading``.
        operation: the operation, such as ``trading.order``.
        intent: what was asked for, by field name.
        status: HTTP status of the answer, ``None`` without one.
        code: the venue's error code, as it came.
        trace_id: the trace that tells the story; zeros when nothing is recorded.

    All but ``detail`` are attributes too, and so is ``level``, a Sentry severity: ``info``, ``warning`` or ``error``.
    """

    summary: ClassVar[str] = "failed"

    def __init__(
        self,
        detail: str = "",
        *,
        asset: str | None = None,
        phase: str | None = None,
        order_id: str | None = None,
        service: str | None = None,
        operation: str | None = None,
        intent: Mapping[str, object] | None = None,
        status: int | None = None,
        code: str | None = None,
        trace_id: str = "0" * 32,
    ) -> None:
        super().__init__(_text(self.summary, detail, operation, status, code))
        self.asset = asset
        self.phase = phase
        self.order_id = order_id
        self.service = service
        self.operation = operation
        self.intent = MappingProxyType(dict(intent or {}))
        self.status = status
        self.code = code
        self.trace_id = trace_id

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders by pickling, which would otherwise call ``__init__`` with the message alone.

        The recorder's marks stay here: they say what was recorded in this process.
        """
        state = {name: value for name, value in self.__dict__.items() if not name.startswith("__")}
        return _restore, (type(self), self.args, {**state, "intent": dict(self.intent)})


def _text(summary: str, detail: str, operation: str | None, status: int | None, code: str | None) -> str:
    """``trading.order: insufficient margin (HTTP 400 X): …``; without an operation, the author's own words alone."""
    if operation is None:
        return scrub(detail) if detail else summary
    answer = " ".join(str(part) for part in (status and f"HTTP {status}", code) if part)
    text = f"{operation}: {summary}{f' ({answer})' if answer else ''}"
    # The detail is the venue's own text and may repeat what was sent, the key included.
    return f"{text}: {scrub(detail)}" if detail else text


def _restore(kind: type[TradingError], args: tuple[object, ...], state: dict[str, Any]) -> TradingError:
    error = kind.__new__(kind, *args)
    error.__dict__.update({**state, "intent": MappingProxyType(state["intent"])})
    return error


class BreakerOpen(TradingError):
    """A breaker that the agent's author switched on is open, so nothing was sent. ``Agent.breaker``."""

    outcome = semconv.PF_CYCLE_OUTCOME_REJECTED
    transient = True
    level = "warning"
    summary = "stopped by a breaker, nothing was sent"


class NotRecorded(TradingError):
    """The agent's ledger could not be written, and it is in mode ``strict``, so nothing was sent."""

    outcome = semconv.PF_CYCLE_OUTCOME_FAILED
    transient = True
    summary = "not recorded in the ledger, nothing was sent"


class VenueError(TradingError):
    """An operation on the venue failed.

    Attributes:
        retry_after_s: how long the venue said to wait before asking again, in seconds, if it did (``Retry-After``).
    """

    retry_after_s: float | None = None


class Rejected(VenueError):
    """The venue said no. Nothing happened, and the same request will not fare better by being repeated."""

    outcome = semconv.PF_CYCLE_OUTCOME_REJECTED
    summary = "refused by the venue"


class AuthError(Rejected):
    """The key is missing, wrong or rotated. Every further call will fail the same way."""

    outcome = semconv.PF_CYCLE_OUTCOME_FAILED
    summary = "the API key was not accepted"


class InsufficientFundsError(Rejected):
    """The wallet or the account holds too little."""

    level = "warning"
    summary = "insufficient funds"


class InsufficientBalanceError(InsufficientFundsError):
    """The balance that the casino, the escrow or the domains service keeps for the account is too low."""

    summary = "insufficient balance"


class InsufficientMarginError(Rejected):
    """The order costs more than the account can spend."""

    level = "warning"
    summary = "insufficient margin"


class OrderRejectedError(Rejected):
    """The order was refused, or accepted and then ended without any fill."""

    summary = "the order was rejected"


class NotPlacedError(Rejected):
    """The answer was lost, and looking at the venue showed that the request had no effect. It may be sent anew.

    Said only when the venue is done with the request: after a timeout not before ten minutes. ``resolution`` says what
    the looking gave.
    """

    outcome = semconv.PF_CYCLE_OUTCOME_FAILED
    level = "warning"
    resolution: Resolution | None = None
    summary = "the answer was lost, and looking showed that nothing happened"


class RiskLimitBreachError(Rejected):
    """A limit stands in the way: of the venue's own (position, daily loss, stake), or of the agent's."""

    level = "warning"
    summary = "stopped by a risk limit"


class SlippageLimitError(Rejected):
    """The price moved further than the order allows."""

    level = "warning"
    summary = "the price moved beyond the order's limit"


class RateLimitedError(Rejected):
    """Too many requests; wait before the next one, ``retry_after_s`` seconds where the venue says so."""

    transient = True
    level = "warning"
    summary = "too many requests"


class NotFoundError(Rejected):
    """What the request names does not exist for this key."""

    summary = "not found"


class ConflictError(Rejected):
    """What the request names is in a state that does not allow it. After a lost answer: it is done already."""

    level = "info"
    summary = "not possible in its present state"


class AlreadyClaimedError(Rejected):
    """The faucet pays once. After a lost answer: it has paid."""

    level = "info"
    summary = "claimed already"


class RegistrationError(Rejected):
    """The account or the domain could not be registered."""

    summary = "the registration failed"


class GameError(Rejected):
    """There is no such game, or no such bet in it."""

    summary = "the bet was not accepted"


class EscrowTimeoutError(Rejected):
    """Too late: the escrow timed out, and the amount went back to its creator."""

    summary = "the escrow timed out"


class DisputeError(Rejected):
    """The escrow is under dispute, or cannot be disputed."""

    summary = "the escrow is disputed"


class BidRejectedError(Rejected):
    """The bid was not accepted: too low, or not possible for this domain."""

    level = "info"
    summary = "the bid was not accepted"


class AuctionExpiredError(BidRejectedError):
    """The auction is over."""

    summary = "the auction is over"


class Unreachable(VenueError):
    """There was no usable answer and nothing happened: the request never left, or it only read."""

    transient = True
    summary = "the venue gave no usable answer"


class NetworkError(Unreachable):
    """The service answered that its own way to a blockchain is broken. It was only to read, so nothing happened."""

    summary = "the service cannot reach its network"


class OutcomeUnknown(VenueError):
    """The request was sent and its answer is lost: what it asked for may have happened.

    Sending it again may do it twice. It was looked for already, as ``resolution`` says; look again with
    ``flea.resolve(error)``, or at ``trading.positions()`` and ``wallet.balance()``, and say so with ``flea.settle``.

    Attributes:
        resolution: what the looking gave; ``None`` when nobody looked.
        sending: how it was sent, which helps to find it; ``None`` if it was not sent by our client.
    """

    resolution: Resolution | None = None
    sending: Sending | None = None

    outcome = semconv.PF_CYCLE_OUTCOME_UNKNOWN
    summary = "sent, but the answer is lost, so it may have happened; look before sending it again"

    @property
    def sent_at(self) -> dt.datetime | None:
        """When it was sent, by this machine's clock."""
        return None if self.sending is None else self.sending.at
