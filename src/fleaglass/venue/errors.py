"""What can go wrong with an operation, at three heights.

::

    VenueError                     an operation failed: operation, intent, status, code, trace_id
    ├── Rejected                   the venue said no; nothing happened
    │   ├── AuthError              the key is missing, wrong or rotated (401)
    │   ├── InsufficientFundsError the wallet or the account holds too little
    │   ├── InsufficientMarginError  the order costs more than the account can spend
    │   ├── OrderRejectedError     the order was refused, or died without a fill
    │   ├── RiskLimitError         one of the venue's own limits: position, daily loss, slippage
    │   ├── RateLimitedError       too many requests (429)
    │   ├── NotFoundError          no such order, position, escrow, wallet, market (404)
    │   └── ConflictError          its state does not allow this; after a lost answer: already done (409)
    ├── Unreachable                no usable answer, and nothing happened: never sent, or only a read
    └── OutcomeUnknown             sent, no usable answer: it may have happened. Never send it again before looking

Which answer makes which error is a table, `classify.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from fleaglass import semconv
from fleaglass.recorder import OperationError, scrub

__all__ = [
    "AuthError",
    "ConflictError",
    "InsufficientFundsError",
    "InsufficientMarginError",
    "NotFoundError",
    "OrderRejectedError",
    "OutcomeUnknown",
    "RateLimitedError",
    "Rejected",
    "RiskLimitError",
    "Unreachable",
    "VenueError",
]


class VenueError(OperationError):
    """An operation on the venue failed.

    Attributes:
        operation: the operation, such as ``trading.order``.
        intent: what was asked for, by field name.
        status: HTTP status of the answer, ``None`` without one.
        code: the venue's error code, as it came.
        trace_id: the trace that tells the story; zeros when nothing is recorded.
    """

    summary: ClassVar[str] = "failed"

    def __init__(
        self,
        detail: str = "",
        *,
        operation: str,
        intent: Mapping[str, object] | None = None,
        status: int | None = None,
        code: str | None = None,
        trace_id: str = "0" * 32,
    ) -> None:
        answer = " ".join(str(part) for part in (status and f"HTTP {status}", code) if part)
        # The detail is the venue's own text and may repeat what was sent, the key included.
        text = f"{operation}: {self.summary}{f' ({answer})' if answer else ''}"
        super().__init__(f"{text}: {scrub(detail)}" if detail else text)
        self.operation = operation
        self.intent = MappingProxyType(dict(intent or {}))
        self.status = status
        self.code = code
        self.trace_id = trace_id

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders by pickling, which would otherwise call ``__init__`` with the message alone."""
        return _restore, (type(self), self.args, {**self.__dict__, "intent": dict(self.intent)})


def _restore(kind: type[VenueError], args: tuple[object, ...], state: dict[str, object]) -> VenueError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


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

    summary = "insufficient funds"


class InsufficientMarginError(Rejected):
    """The order costs more than the account can spend."""

    summary = "insufficient margin"


class OrderRejectedError(Rejected):
    """The order was refused, or accepted and then ended without any fill."""

    summary = "the order was rejected"


class RiskLimitError(Rejected):
    """A limit of the venue's own stands in the way."""

    summary = "stopped by a limit of the venue"


class RateLimitedError(Rejected):
    """Too many requests; wait before the next one."""

    summary = "too many requests"


class NotFoundError(Rejected):
    """What the request names does not exist for this key."""

    summary = "not found"


class ConflictError(Rejected):
    """What the request names is in a state that does not allow it. After a lost answer: it is done already."""

    summary = "not possible in its present state"


class Unreachable(VenueError):
    """There was no usable answer and nothing happened: the request never left, or it only read."""

    summary = "the venue gave no usable answer"


class OutcomeUnknown(VenueError):
    """The request was sent and its answer is lost: what it asked for may have happened.

    Sending it again may do it twice. Look first: ``trading.orders(since=…)``, ``trading.positions()``,
    ``escrow.list()`` or ``wallet.balance()``.
    """

    outcome = semconv.PF_CYCLE_OUTCOME_UNKNOWN
    summary = "sent, but the answer is lost, so it may have happened; look before sending it again"
