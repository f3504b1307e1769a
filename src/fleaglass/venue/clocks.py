"""This machine's clock, and how far a venue's is ahead of it, as far as its answers tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from fleaglass.recorder import current_core

__all__ = ["UNHEARD", "Ahead", "now"]

_COARSE_S: Final = 2.0
"""A ``Date`` has whole seconds (RFC 9110, 5.6.7), and some servers renew it once a second."""
_CLOCKS_DIFFER_BY_S: Final = 60.0
_YEAR_S: Final = 366 * 86_400


def now() -> dt.datetime:
    """This moment, by the clock of the agent at work."""
    return dt.datetime.fromtimestamp(current_core().clock.wall_ns() / 1e9, dt.UTC)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Between these, in seconds; below 0 for a clock that is behind."""

    least_s: float
    most_s: float

    @classmethod
    def told_by(cls, date: dt.datetime, asked_at: dt.datetime, answered_at: dt.datetime) -> Ahead | None:
        """What the ``Date`` of an answer tells, that was made at some moment between asking and having it.

        ``None`` if it is off by more than a year, so that it tells nothing.
        """
        ahead = cls((date - answered_at).total_seconds(), (date - asked_at).total_seconds() + _COARSE_S)
        return ahead if abs(ahead.least_s) < _YEAR_S else None

    def or_else(self, other: Ahead | None) -> Ahead:
        """What certainly holds if either of the two does."""
        if other is None:
            return self
        return Ahead(min(self.least_s, other.least_s), max(self.most_s, other.most_s))


UNHEARD: Final = Ahead(-_CLOCKS_DIFFER_BY_S, _CLOCKS_DIFFER_BY_S)
"""Of a venue that never sent a ``Date``: then the two clocks are taken to agree to a minute."""
