"""Fixed-window rate limiting: so many requests per caller and minute, counted from zero each minute."""

from __future__ import annotations

from collections import Counter

from fleaglass.sandbox.clock import SECOND_NS, Clock
from fleaglass.sandbox.errors import RateLimited

__all__ = ["DEFAULT_LIMIT", "WINDOW_SECONDS", "RateLimiter"]

DEFAULT_LIMIT = 6_000
WINDOW_SECONDS = 60


class RateLimiter:
    """Counts requests in the current window; a caller is an API key's agent, or else an address."""

    def __init__(self, limit: int, clock: Clock) -> None:
        """Allow `limit` requests per caller and window; 0 allows all."""
        self._limit = limit
        self._clock = clock
        self._window = -1
        self._counts: Counter[str] = Counter()

    def admit(self, caller: str) -> None:
        """Count one request. Raises RateLimited from the first one over the limit until the window ends."""
        if self._limit == 0:
            return
        window = self._clock() // (WINDOW_SECONDS * SECOND_NS)
        if window != self._window:
            self._window = window
            self._counts.clear()
        self._counts[caller] += 1
        if self._counts[caller] > self._limit:
            raise RateLimited(f"more than {self._limit} requests in {WINDOW_SECONDS} s")
