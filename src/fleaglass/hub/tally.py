"""What the hub turned away, and how fast it stores: the figures at the foot of the UI."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from fleaglass.hub.refusals import Refusals

__all__ = ["Tally"]

WINDOW_S: Final = 10.0


class Tally:
    """Counts since the hub started, and spans per second over the last ten seconds. Used on the event loop only."""

    def __init__(self, now: Callable[[], float] = time.monotonic, wall: Callable[[], int] = time.time_ns) -> None:
        self.started_ns = wall()
        self.refusals = Refusals(now_ns=wall)
        self._now = now
        self._seen: deque[tuple[float, int]] = deque()
        self._total = 0

    @property
    def rejected(self) -> int:
        """Requests that were refused for good: coming again would not help them."""
        return self.refusals.lost()

    def stored(self, spans: int) -> None:
        """`spans` is the count of spans stored since the hub started."""
        self._seen.append((self._now(), spans - self._total))
        self._total = spans

    @property
    def spans_per_s(self) -> float:
        """Spans stored per second, over the last ten seconds."""
        oldest = self._now() - WINDOW_S
        while self._seen and self._seen[0][0] < oldest:
            self._seen.popleft()
        return sum(spans for _, spans in self._seen) / WINDOW_S
