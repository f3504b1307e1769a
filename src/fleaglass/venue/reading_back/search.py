"""A search for what one request led to: what is looked for, until when, and when that can have happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.clocks import UNHEARD, Ahead
from fleaglass.venue.memory import Memory
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.reading_back.finding import Finding
from fleaglass.venue.spends import Spend

__all__ = ["LookFor", "Search"]

_LEAST_WAIT_S: Final = 0.5
_CLOCKS_AGREE_TO_S: Final = 5.0
"""How far apart the ``Date`` of a venue's answers and the times in its lists may be."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search. ``deadline`` is by the client's monotonic clock. All moments here are by the venue's clock."""

    calls: Calls
    span: Operation
    spend: Spend
    deadline: float

    @property
    def memory(self) -> Memory:
        """What the process knows of the account."""
        return self.calls.memory(self.spend.observed.service)

    @property
    def ours(self) -> bool:
        """Whether this process has sent it, so that its memory tells what else was sent."""
        return self.spend.turn is not None

    @property
    def left_s(self) -> float:
        """How long a read may wait for each step of its answer, in seconds."""
        return max(self.deadline - self.calls.monotonic(), _LEAST_WAIT_S)

    async def read(self, name: str, fields: Fields) -> Body:
        """One read, tried once."""
        return await self.calls.read(self.span, OPERATIONS[name], fields, attempts=1, timeout_s=self.left_s)

    @property
    def earliest(self) -> dt.datetime:
        """Nothing that the request led to happened before this."""
        return self.spend.sending.at + _seconds(self._ahead.least_s - _CLOCKS_AGREE_TO_S)

    def can_be_from(self, spend: Spend, at: dt.datetime, doubt_s: float = 0.0) -> bool:
        """Whether something that came about then can be what this request led to, with so much doubt about when."""
        latest_s = self._ahead.or_else(spend.sending.ahead).most_s + spend.shows_for_s
        return not self.is_before(spend, at, doubt_s) and at - spend.sending.at <= _seconds(latest_s + doubt_s)

    def is_before(self, spend: Spend, at: dt.datetime, doubt_s: float = 0.0) -> bool:
        """Whether this moment is before the request was sent, with so much doubt about the moment."""
        least_s = self._ahead.or_else(spend.sending.ahead).least_s
        return at - spend.sending.at < _seconds(least_s - _CLOCKS_AGREE_TO_S - doubt_s)

    def is_past(self, at: dt.datetime, ours: dt.datetime) -> bool:
        """Whether this moment is not after one by this machine's clock."""
        return at <= ours + _seconds(self._ahead.most_s + _CLOCKS_AGREE_TO_S)

    @property
    def remembers_since(self) -> dt.datetime:
        """From this moment on the process that sent the request knew of all that it sent for the account."""
        return self.spend.sending.known_since + _seconds(self._ahead.most_s)

    def remembers(self, at: dt.datetime) -> bool:
        """Whether that process knew of all others that can have led to something at that moment.

        Of a request of another process it is only known whether there were others about then. One that was sent within
        the same two seconds by a third process would not be known.
        """
        sending = self.spend.sending
        if at < self.remembers_since:
            return False
        if self.ours:
            return True
        return sending.alone and sending.lost_at is not None and at <= sending.lost_at + _seconds(self._ahead.most_s)

    @property
    def _ahead(self) -> Ahead:
        """How far the venue's clock is ahead, allowing for a clock that was set between sending and now.

        Another process may have run on another machine: what it had heard itself is better than what is heard here.
        """
        then, heard = self.spend.sending.ahead, self.calls.wire.ahead(self.spend.observed.service)
        if not self.ours and then is not None:
            return then
        return (then or heard or UNHEARD).or_else(heard)


LookFor: TypeAlias = Callable[[Search], Awaitable[Finding]]
"""Looks once. May raise any `VenueError` of a read, and ``ValueError``."""


def _seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)
