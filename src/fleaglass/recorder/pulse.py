"""The agent's pulse: how many decision cycles came to their end, and how long ago the last one did.

This is what tells an agent that works from one that is merely alive. A thread that ticks proves that a thread ticks; a
completed cycle proves that the agent still decides. So nothing but the end of a cycle moves it, and a cycle that was
cancelled does not: a loop whose every cycle runs into a timeout is stuck.

When the pulse counts as stopped follows the agent's own rhythm, unless a setting says it::

    stalled = age > max(5 minutes, 3 × the usual time between two cycles)

The usual time is the median of the last few, so that one long pause does not make the next one look normal.
"""

from __future__ import annotations

import statistics
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from fleaglass import semconv
from fleaglass._forks import Lock
from fleaglass.recorder.seams import Clock, SystemClock

__all__ = ["Pulse"]

_PATIENCE_S: Final = 300.0
_USUAL_TIMES: Final = 3.0
_REMEMBERED_GAPS: Final = 9


class Pulse:
    """Counts completed cycles. Every method may be called from any thread.

    Args:
        clock: only its monotonic time is read, so setting the machine's clock neither hides nor makes a stall.
        stalled_after_s: the age, in seconds, from which the agent counts as stalled; None for the rule above.
    """

    def __init__(self, clock: Clock | None = None, *, stalled_after_s: float | None = None) -> None:
        self._clock = clock or SystemClock()
        self._set_limit_s = stalled_after_s
        self.on_beat: Callable[[], None] = lambda: None
        """Called after every cycle, in the agent's own thread."""
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._last_ns: int | None = None
        self._gaps_s: deque[float] = deque(maxlen=_REMEMBERED_GAPS)

    def beat(self, outcome: str) -> None:
        """A cycle ended, with this ``pf.cycle_outcome``."""
        with self._lock:
            self._counts[outcome] += 1
            if outcome != semconv.PF_CYCLE_OUTCOME_CANCELLED:
                now_ns = self._clock.monotonic_ns()
                if self._last_ns is not None:
                    self._gaps_s.append((now_ns - self._last_ns) / 1e9)
                self._last_ns = now_ns
        self.on_beat()

    @property
    def cycles(self) -> dict[str, int]:
        """Cycles so far, by outcome."""
        with self._lock:
            return dict(self._counts)

    def age_s(self) -> float | None:
        """Seconds since the last completed cycle; None before the first."""
        with self._lock:
            return None if self._last_ns is None else (self._clock.monotonic_ns() - self._last_ns) / 1e9

    @property
    def stalled_after_s(self) -> float:
        """The age from which the agent counts as stalled, in seconds."""
        if self._set_limit_s is not None:
            return self._set_limit_s
        with self._lock:
            usual_s = statistics.median(self._gaps_s) if self._gaps_s else 0.0
        return max(_PATIENCE_S, _USUAL_TIMES * usual_s)

    def is_stalled(self, running_s: float) -> bool:
        """Whether no cycle completed for too long.

        Args:
            running_s: seconds since the agent began to run, which is what counts until its first cycle completes.
        """
        age_s = self.age_s()
        return (running_s if age_s is None else min(age_s, running_s)) > self.stalled_after_s
