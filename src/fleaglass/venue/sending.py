"""How a request that spends was sent and how its answer was lost: what looking for it later goes by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import httpx

from fleaglass.venue.clocks import Ahead

__all__ = ["LONGEST_DELAY_S", "Sending", "acts_for_s"]

LONGEST_DELAY_S: Final = 600.0
"""What was sent longer ago than this does not happen any more."""

_GAVE_UP: Final = frozenset({202, 504, 524})
"""Statuses of an answer that did not wait for what the request leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Also of use to another process, to which the error that has it is pickled.

    Attributes:
        id: tells this request from all others.
        account: the mark of the account it was sent for; not its key.
        at: when it was sent, by this machine's clock.
        known_since: since when this process knew of all that it sent for the account, by this machine's clock.
        ahead: how far the venue's clock was ahead then, as far as it had been heard.
        lost_at: when it was given up, by this machine's clock.
        acts_for_s: how long after it was sent it may still take effect, see ``acts_for_s``.
        entry: the ``id`` of the intent in the agent's ledger; empty if there is none.
        alone: whether it knew of nothing else, sent about then, that could have led to the same.
    """

    id: str
    account: str
    at: dt.datetime
    known_since: dt.datetime
    ahead: Ahead | None = None
    lost_at: dt.datetime | None = None
    acts_for_s: float | None = LONGEST_DELAY_S
    alone: bool = False
    entry: str = ""


def acts_for_s(cause: BaseException | None, status: int | None, code: str | None) -> float | None:
    """How long after it was sent a request may still take effect, by how its answer was lost.

    0 where the venue is done with it: it ended the connection, broke down, or answered what cannot be read. The longest
    delay where only we stopped waiting, or somebody in between did. ``None`` where the venue says that what is behind
    it (an exchange, a registrar) gave no answer: then not even the venue knows, and what it does not list may be there.
    """
    if status is None:
        done = isinstance(cause, httpx.NetworkError | httpx.ProtocolError | httpx.DecodingError)
        return 0.0 if done else LONGEST_DELAY_S
    if status in _GAVE_UP or 300 <= status < 400:
        return LONGEST_DELAY_S
    relayed = 400 <= status < 500 or (code or "").upper().endswith("_FAILED")
    return None if relayed else 0.0
