"""How much somebody may send, on average: so much a second, and ten seconds' worth at once.

A token bucket that may be overdrawn: nobody knows how many spans a request has before it is read, and one that is
larger than the bucket would otherwise never be taken. Whoever has overdrawn waits until that is made good.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

__all__ = ["Quota"]

BURST_S: Final = 10.0
"""Exporters send every five seconds, and what came of an outage all at once."""
_MOST: Final = 10_000
"""Senders whose buckets are kept before those that are full again are dropped."""


class Quota:
    """The buckets, each of a sender.

    Args:
        per_s: what comes into a bucket each second; None for no quota.
        now_s: a clock that never goes back.
    """

    def __init__(self, per_s: float | None, now_s: Callable[[], float] = time.monotonic) -> None:
        self.per_s = per_s
        self._now_s = now_s
        self._full_at_s: dict[str, float] = {}

    def wait_s(self, sender: str) -> float:
        """How long until a sender has something in its bucket again; 0 if it has."""
        if self.per_s is None:
            return 0.0
        return max(self._full_at_s.get(sender, 0.0) - self._now_s() - BURST_S, 0.0)

    def spend(self, sender: str, amount: int) -> None:
        """Take so much out of a sender's bucket, more than there is if need be."""
        if self.per_s is None:
            return
        now_s = self._now_s()
        if len(self._full_at_s) >= _MOST and sender not in self._full_at_s:
            self._full_at_s = {name: at_s for name, at_s in self._full_at_s.items() if at_s > now_s}
        self._full_at_s[sender] = max(self._full_at_s.get(sender, now_s), now_s) + amount / self.per_s
