"""What is new for the judges, each span read about once, and once for all of them.

    each round     what was stored since the last one, and that whose time has come since: from a clock that is ahead
    each minute    the same of the last minute and a half, for what could be seen only later than it was stored

When a span was stored is told by the engine's clock, when it ended by its agent's, and what is now by the hub's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from fleaglass.alerts.judge.judge import HORIZON_NS
from fleaglass.alerts.judge.plan import Wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.hub.alerting.feed import New, clock_s, ended
from fleaglass.hub.store import Store

__all__ = ["Arrivals", "Point"]

OVERLAP_S: Final = 2
"""How long an insert may take and be seen by the next round, and how far engines' clocks may be apart."""

AHEAD_S: Final = 60
"""How far ahead an agent's clock may be and its spans be taken by the first round after their end."""

LOOK_BACK_S: Final = 90
LOOK_BACK_EVERY_NS: Final = 60_000_000_000
_SECOND_NS: Final = 1_000_000_000


class Point(NamedTuple):
    """Until when everything was read: what ended, Unix nanoseconds, and what was stored, Unix seconds."""

    ended_ns: int
    stored_s: int


class Arrivals:
    """Rows for several judges, that ask one after the other in a round; those at the same point share what is read."""

    def __init__(self, store: Store, asked: Wanted) -> None:
        self._store = store
        self._asked = asked
        self._looked_back_ns = 0
        self._read: tuple[Point, Point, Sequence[Row]] | None = None

    async def begin(self, now_ns: int) -> Point:
        """From where on to ask, for whoever reads by itself what has ended until now. Raises EngineError."""
        return Point(now_ns, await clock_s(self._store))

    async def since(self, point: Point, now_ns: int) -> tuple[Point, Sequence[Row]]:
        """From where on to ask the next time, and what has ended by now and is new since a point. Raises EngineError.

        Some of it may not be new: what was read before may be among it.
        """
        if self._read is None or self._read[0] != point or self._read[1].ended_ns != now_ns:
            reached = await self.begin(now_ns)
            new = self._new(point, now_ns)
            rows = await ended(self._store, self._asked, now_ns - HORIZON_NS, now_ns, new)
            self._read = point, reached, rows
        return self._read[1:]

    def _new(self, point: Point, now_ns: int) -> New:
        if now_ns - self._looked_back_ns >= LOOK_BACK_EVERY_NS:
            self._looked_back_ns = now_ns
        if self._looked_back_ns == now_ns:
            return New(min(point.ended_ns, now_ns - LOOK_BACK_S * _SECOND_NS), point.stored_s - LOOK_BACK_S, 0)
        return New(point.ended_ns, point.stored_s - OVERLAP_S, point.stored_s - AHEAD_S)
