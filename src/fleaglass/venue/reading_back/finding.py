"""What one look at the venue gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass import semconv
from fleaglass.venue.body import Body
from fleaglass.venue.errors import NotPlacedError, Rejected

__all__ = ["ABSENT", "CUT_OFF", "DOUBTFUL", "UNCLEAR", "Finding", "found", "never", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` as in ``pf.order.state``; ``body`` stands for the answer that was lost.

    ``final`` is for what will not be otherwise at the next look, and ``refusal`` for the error that says it.
    """

    state: str
    reason: str
    body: Body | None = None
    id: str | None = None
    final: bool = False
    refusal: type[Rejected] = NotPlacedError


def found(body: Body, state: str, found_id: str | None) -> Finding:
    """It is there, and the body says so as the lost answer would have."""
    return Finding(state, "it was found at the venue", body, found_id, final=True)


def never(reason: str, refusal: type[Rejected] = NotPlacedError) -> Finding:
    """It did not happen, and cannot happen any more."""
    return Finding(semconv.PF_ORDER_STATE_NOT_PLACED, reason, final=True, refusal=refusal)


def unknown(reason: str, *, final: bool = False) -> Finding:
    """It cannot be told."""
    return Finding(semconv.PF_ORDER_STATE_UNKNOWN, reason, final=final)


ABSENT: Final = Finding(semconv.PF_ORDER_STATE_NOT_PLACED, "the venue does not have it")
UNCLEAR: Final = unknown("it cannot be told from others that look the same")
DOUBTFUL: Final = unknown("there is one that may be it, but something else may have led to that")
CUT_OFF: Final = unknown("the venue's list does not reach back to when it was sent")
