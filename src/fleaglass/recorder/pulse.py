"""The agent's pulse: whether it makes progress, how many decision cycles came to their end, how long ago the last did.

This is what tells an agent that works from one that is merely alive. A thread that ticks proves that a thread ticks; a
completed cycle proves that the agent still decides. So nothing but the end of a cycle moves it, and only of one that
came to a decision: a loop whose every cycle raises, or runs into a timeout, is stuck.

A program without cycles, because it is only instrumented, decides where nobody can see it. There a completed operation
of the venue is what proves progress, until the first cycle begins.

When the pulse counts as stopped follows the agent's own rhythm, unless a setting says it::

    stalled = age > max(5 minutes, 3 × the usual time between two beats)

The usual time is the median of the last few, so that one long pause does not make the next one look normal. Beats
within a minute are one: who decides about five assets every hour, one after the other, decides every hour.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from fleaglass import semconv
from fleaglass._forks import Lock
from fleaglass.recorder.seams import Clock, SystemClock

__all__ = ["Pulse", "Sign"]

Sign: TypeAlias = Literal["starting", "alive", "stalled"]
"""``starting``: it made no progress yet, and has not had too long for it."""

_PATIENCE_S: Final = 300.0
_USUAL_TIMES: Final = 3.0
_ONE_BEAT_S: Final = 60.0
_REMEMBERED_GAPS: Final = 9
# A lost answer is no proof: a loop that is cut short while its orders are under way is stuck as well.
_PROGRESS: Final = frozenset(
    {
        semconv.PF_CYCLE_OUTCOME_ORDER_PLACED,
        semconv.PF_CYCLE_OUTCOME_SKIPPED,
        semconv.PF_CYCLE_OUTCOME_REJECTED,
        semconv.PF_CYCLE_OUTCOME_COMPLETED,
    }
)


class Pulse:
    """Notices progress. Every method may be called from any thread.

    Args:
        clock: only its monotonic time is read, so setting the machine's clock neither hides nor makes a stall.
        stalled_after_s: the age, in seconds, from which the agent counts as stalled; None for the rule above.
    """

    def __init__(self, clock: Clock | None = None, *, stalled_after_s: float | None = None) -> None:
        self._clock = clock or SystemClock()
        self._set_limit_s = stalled_after_s
        self.on_beat: Callable[[], None] = lambda: None
        """Called after every cycle, and after an operation that is progress, in the agent's own thread."""
        self.on_first_cycle: Callable[[], None] = lambda: None
        """Called before the first cycle begins."""
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._has_cycles = False
        self._proved = False
        self._last_ns: int | None = None
        self._beat_ns: int | None = None
        self._gaps_s: deque[float] = deque(maxlen=_REMEMBERED_GAPS)

    def begin_cycle(self) -> None:
        """A cycle begins: from the first one on, operations prove nothing any more."""
        if not self._has_cycles:
            self.on_first_cycle()
            with self._lock:
                self._has_cycles, self._proved = True, False
                self._beat_ns = None
                self._gaps_s.clear()

    def beat(self, outcome: str) -> None:
        """A cycle ended, with this ``pf.cycle_outcome``."""
        with self._lock:
            self._counts[outcome] += 1
            if outcome in _PROGRESS:
                self._progress()
        self.on_beat()

    def complete_operation(self) -> None:
        """An operation of the venue was completed."""
        if not self._has_cycles:
            with self._lock:
                self._progress()
            self.on_beat()

    def _progress(self) -> None:
        self._proved, self._last_ns = True, self._clock.monotonic_ns()
        gap_s = None if self._beat_ns is None else (self._last_ns - self._beat_ns) / 1e9
        if gap_s is not None and gap_s >= _ONE_BEAT_S:
            self._gaps_s.append(gap_s)
        if gap_s is None or gap_s >= _ONE_BEAT_S:
            self._beat_ns = self._last_ns

    @property
    def cycles(self) -> dict[str, int]:
        """Cycles so far, by outcome."""
        with self._lock:
            return dict(self._counts)

    def age_s(self) -> float | None:
        """Seconds since the last completed cycle; None before the first."""
        with self._lock:
            if not self._has_cycles or not self._proved or self._last_ns is None:
                return None
            return (self._clock.monotonic_ns() - self._last_ns) / 1e9

    @property
    def stalled_after_s(self) -> float:
        """The age from which the agent counts as stalled, in seconds."""
        if self._set_limit_s is not None:
            return self._set_limit_s
        from statistics import median  # asked for once a minute, in a session; it takes long to load

        with self._lock:
            usual_s = median(self._gaps_s) if self._gaps_s else 0.0
        return max(_PATIENCE_S, _USUAL_TIMES * usual_s)

    def sign(self, since_ns: int) -> Sign:
        """How a run of the agent is doing.

        Args:
            since_ns: when the run began, by the clock's monotonic time. What was before it proves nothing.
        """
        limit_s = self.stalled_after_s
        with self._lock:
            last_ns = since_ns if self._last_ns is None else max(self._last_ns, since_ns)
            if self._clock.monotonic_ns() - last_ns > limit_s * 1e9:
                return "stalled"
            return "alive" if self._proved and last_ns > since_ns else "starting"
