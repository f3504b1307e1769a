"""What one look at the venue gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.spends import Spend

__all__ = ["ABSENT", "UNCLEAR", "Finding", "LookFor", "found", "since"]

_CLOCKS_DIFFER_BY_S: Final = 60.0
_CLOCKS_AGREE_TO_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` as in ``pf.order.state``; ``body`` stands for the answer that was lost."""

    state: str
    reason: str
    body: Body | None = None
    id: str | None = None


ABSENT: Final = Finding(semconv.PF_ORDER_STATE_NOT_PLACED, "the venue does not have it")
UNCLEAR: Final = Finding(semconv.PF_ORDER_STATE_UNKNOWN, "it cannot be told from others that look the same")

LookFor: TypeAlias = Callable[[Calls, Operation, Spend], Awaitable[Finding]]
"""Looks once. May raise any `VenueError` of a read, and ``ValueError``."""


def found(body: Body, state: str, found_id: str | None) -> Finding:
    """It is there, and the body says so as the lost answer would have."""
    return Finding(state, "it was found at the venue", body, found_id)


def since(calls: Calls, spend: Spend) -> dt.datetime:
    """The moment, by the venue's clock, before which nothing that the spend led to can have happened.

    The venue's clock is known from the ``Date`` of its answers (RFC 9110). Without one, the clocks are taken to agree
    to a minute.
    """
    ahead_s = calls.wire.ahead_s
    if ahead_s is None:
        return spend.sent_at - dt.timedelta(seconds=_CLOCKS_DIFFER_BY_S)
    return spend.sent_at + dt.timedelta(seconds=ahead_s - _CLOCKS_AGREE_TO_S)
