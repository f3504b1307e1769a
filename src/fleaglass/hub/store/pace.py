"""How fast the writer commits of late, and so for how long somebody who came at a bad moment should stay away."""

from __future__ import annotations

from typing import Final

__all__ = ["LONGEST_S", "SHORTEST_S", "Pace"]

SHORTEST_S: Final = 1.0
LONGEST_S: Final = 30.0
"""Nobody is sent away for longer: exporters give up on what they would have to keep for longer than that."""
_WEIGHT: Final = 0.2  # of the latest commit, so the last dozen or so count
_UNKNOWN_BYTES_PER_S: Final = 10e6


class Pace:
    """Bytes a second over the last commits."""

    def __init__(self) -> None:
        self._bytes_per_s = _UNKNOWN_BYTES_PER_S

    def committed(self, size: int, seconds: float) -> None:
        """So many bytes took so long, waiting for them not included."""
        self._bytes_per_s += _WEIGHT * (size / max(seconds, 1e-3) - self._bytes_per_s)

    def wait_s(self, waiting: int, chance: float) -> float:
        """How long so many bytes take, and up to a fifth more, so that not all who wait come back at one moment.

        `chance` is a number from 0 to 1.
        """
        empty_s = waiting / max(self._bytes_per_s, 1.0)
        return min(max(empty_s, SHORTEST_S), LONGEST_S) * (1 + 0.2 * chance)
