"""The ways by which things leave an agent, and how they share the time that it has left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

__all__ = ["Way", "in_turn"]


class Way(Protocol):
    """Something that holds on to what has not left yet: a delivery, a link to Sentry."""

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything has left, at most ``timeout_s`` seconds; whether it has."""
        ...

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``, then stop."""
        ...


def in_turn(
    ways: Sequence[Way],
    leave: Callable[[Way, float], bool],
    timeout_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Let everything leave, in ``timeout_s`` seconds together; whether it has.

    Each gets an equal part of what is left of the time: one whose server is a black hole leaves the others theirs.
    """
    until_s = monotonic() + timeout_s
    all_left = True
    for index, way in enumerate(ways):
        share_s = max(0.0, until_s - monotonic()) / (len(ways) - index)
        all_left = leave(way, share_s) and all_left
    return all_left
