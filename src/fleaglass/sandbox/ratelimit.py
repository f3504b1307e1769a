"""Fixed-window rate limiting: so many requests that count together per minute, counted from zero each minute."""

from __future__ import annotations

from collections import Counter

from fleaglass.sandbox.clock import SECOND_NS, Clock
from fleaglass.sandbox.errors import RateLimited

__all__ = ["DEFAULT_LIMIT", "WINDOW_SECONDS", "RateLimiter"]

DEFAULT_LIMIT = 6_000
WINDOW_SECONDS = 60
_WINDOW_NS = WINDOW_SECONDS * SECOND_NS


class RateLimiter:
    """Counts requests in the current window, by a name under which they count together."""

    def __init__(self, limit: int, clock: Clock) -> None:
        """Allow `limit` requests per name and window where nothing else is said; 0 allows all, everywhere."""
        self._limit = limit
        self._clock = clock
        self._window = -1
        self._counts: Counter[str] = Counter()

    def admit(self, counted_as: str, most: int | None = None) -> None:
        """Count one request. Raises RateLimited from the first one over `most` (or the limit) until the window ends."""
        if self._limit == 0:
            return
        window = self._clock() // _WINDOW_NS
        if window != self._window:
            self._window = window
            self._counts.clear()
        self._counts[counted_as] += 1
        allowed = self._limit if most is None else most
        if self._counts[counted_as] > allowed:
            raise RateLimited(f"more than {allowed} requests in {WINDOW_SECONDS} s", (window + 1) * _WINDOW_NS)
