"""What happened below a span so far, and what that makes of it.

A cycle (and an order pipeline) keeps a story. Operations add facts to it as they learn them; when the span ends, the
facts are weighed. Facts about money weigh most, so that nothing an agent says or does afterwards can hide them::

    unknown        the answer to a spend was lost: something may be in flight
    order_placed   the venue accepted an order; a filled order never looks failed
    rejected | failed | cancelled      an error ended the cycle
    skipped | rejected                 the agent said so
    rejected | failed                  an operation failed and the agent carried on
    completed      none of these
"""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from fleaglass import semconv
from fleaglass.recorder.failure import meant
from fleaglass.recorder.scrub import scrub

__all__ = ["OperationError", "Story", "cycle_outcome", "is_cancellation", "is_failure", "pipeline_outcome"]

ANSWER_LOST: Final = "answer_lost"
_MAX_REASON_CHARS: Final = 200


class OperationError(Exception):
    """An operation on the venue failed. Base of the venue's errors; here because the recorder reads these fields.

    ``outcome`` is what the error makes of a cycle it ends, ``level`` how much it matters (a severity of Sentry's),
    ``transient`` whether it is to be expected now and then, and of no consequence when nothing was to be changed,
    ``status`` the HTTP status and ``code`` the venue's own error code, as far as there was an answer; ``service``,
    ``phase``, ``asset`` and ``order_id`` what the agent was at, as far as that is known.
    """

    outcome: ClassVar[str] = semconv.PF_CYCLE_OUTCOME_FAILED
    level: ClassVar[str] = "error"
    transient: ClassVar[bool] = False
    status: int | None = None
    code: str | None = None
    service: str | None = None
    phase: str | None = None
    asset: str | None = None
    order_id: str | None = None

    @property
    def reason(self) -> str:
        """A short phrase of low cardinality: the venue's code in lower case, or the kind of error."""
        return scrub(self.code).lower() if self.code else type(self).__name__


class Story(msgspec.Struct):
    """The facts. Only grows."""

    answer_lost: bool = False
    order_id: str | None = None
    order_state: str | None = None
    filled: Decimal | None = None
    realized_pnl_usd: Decimal | None = None
    balance_usd: Decimal | None = None
    asset: str | None = None
    confidence: float | None = None
    signal_invalid: bool = False
    failed_checks: list[str] = msgspec.field(default_factory=list)
    failure: BaseException | None = None
    decided: tuple[str, str | None] | None = None

    @property
    def order_placed(self) -> bool:
        """Whether the venue took an order, whatever became of the rest of it."""
        return self.order_state not in {None, semconv.PF_ORDER_STATE_UNKNOWN} and not self.order_died

    @property
    def order_died(self) -> bool:
        """Whether the order ended without anything of it being filled."""
        ends = {semconv.PF_ORDER_STATE_REJECTED, semconv.PF_ORDER_STATE_CANCELLED}
        return self.order_state in ends and not self.filled

    def lose_answer(self) -> None:
        """A spend was sent and its answer never came."""
        self.answer_lost = True

    def order(self, order_id: str | None, state: str, filled: Decimal | None) -> None:
        """An order and its state, as the venue last said; the cycle is about its latest order."""
        self.order_id = order_id or self.order_id
        self.order_state = state
        self.filled = filled

    def about(self, asset: str | None, confidence: float | None = None) -> None:
        """The asset, unless it is known already, and the confidence of the latest signal."""
        self.asset = self.asset or asset
        self.confidence = self.confidence if confidence is None else confidence

    def add_pnl(self, pnl_usd: Decimal) -> None:
        """Several closes in one cycle add up."""
        self.realized_pnl_usd = (self.realized_pnl_usd or Decimal(0)) + pnl_usd


def is_cancellation(error: BaseException) -> bool:
    """Whether somebody stopped the work from outside."""
    # Not imported for this: it takes long to load, and there is no such error before somebody has loaded it.
    cancelled = getattr(sys.modules.get("asyncio.exceptions"), "CancelledError", KeyboardInterrupt)
    return isinstance(error, KeyboardInterrupt | cancelled)


def is_failure(error: BaseException) -> bool:
    """Whether leaving a span with this exception is an error.

    ``sys.exit()`` and the closing of a generator leave through exceptions as well, and are none.
    """
    if isinstance(error, SystemExit):
        return error.code not in (None, 0)
    return not isinstance(error, GeneratorExit)


def cycle_outcome(story: Story, error: BaseException | None) -> tuple[str, str | None]:
    """The cycle's outcome and the reason for it, by the weights above."""
    if story.answer_lost:
        return semconv.PF_CYCLE_OUTCOME_UNKNOWN, ANSWER_LOST
    if story.order_placed:
        return semconv.PF_CYCLE_OUTCOME_ORDER_PLACED, None
    if error is not None and is_failure(error):
        return _outcome_of(error)
    if story.decided is not None:
        outcome, reason = story.decided
        return outcome, scrub(reason)[:_MAX_REASON_CHARS] if reason else None
    if story.failure is not None and is_cancellation(story.failure):
        # The operation was cut short, by a timeout of the agent's own for example; the cycle went on.
        return semconv.PF_CYCLE_OUTCOME_FAILED, "operation_cancelled"
    if story.failure is not None:
        return _outcome_of(story.failure)
    if story.order_died:
        return semconv.PF_CYCLE_OUTCOME_REJECTED, f"order_{story.order_state}"
    return semconv.PF_CYCLE_OUTCOME_COMPLETED, None


def pipeline_outcome(story: Story) -> str:
    """Where the pipeline ended, named after the stage."""
    if story.answer_lost:
        return semconv.PF_PIPELINE_OUTCOME_UNKNOWN
    if story.order_state == semconv.PF_ORDER_STATE_FILLED:
        return semconv.PF_PIPELINE_OUTCOME_FILLED
    if story.order_placed:
        return semconv.PF_PIPELINE_OUTCOME_PARTIAL
    if story.failure is not None or story.order_died:
        return semconv.PF_PIPELINE_OUTCOME_API_ERROR
    if story.failed_checks:
        return semconv.PF_PIPELINE_OUTCOME_REJECTED_RISK
    if story.signal_invalid:
        return semconv.PF_PIPELINE_OUTCOME_REJECTED_VALIDATION
    return semconv.PF_PIPELINE_OUTCOME_NOT_ORDERED


def _outcome_of(error: BaseException) -> tuple[str, str]:
    error = meant(error)
    if is_cancellation(error):
        return semconv.PF_CYCLE_OUTCOME_CANCELLED, type(error).__name__
    if isinstance(error, OperationError):
        return error.outcome, error.reason
    return semconv.PF_CYCLE_OUTCOME_FAILED, type(error).__name__
