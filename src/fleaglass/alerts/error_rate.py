"""Too many of the last spans failed."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fleaglass import semconv
from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import Callback, Calm, Judge, LockedWatch, SpanView
from fleaglass.alerts.window import Window

__all__ = ["OPERATIONS", "ErrorRateWatch", "Figures", "Tally"]

OPERATIONS: Final[frozenset[str]] = frozenset(
    name for name in semconv.SPANS if name.startswith("pf.") or name == semconv.SPAN_ORDER_PIPELINE
)
"""Everything an agent does on the venue, and its order pipeline."""


class ErrorRateWatch(LockedWatch):
    """Alerts once when the share of failed spans of one name rises above a threshold, and once when it is over.

    Each name is counted by itself. The window and the 5 % are the integration guides'. Below ``minimum`` spans nothing
    is judged; the default is where a single failure is no longer a breach by itself. Rates are judged when a span
    ends: an agent that falls silent stays as it was.

    Args:
        threshold: share of failed spans that is too much when exceeded, 0 to 1.
        resolved: share at which it is over, at most ``threshold``; half of it by default.
        window: how many spans count, the latest.
        window_s: and of those, only the ones that ended in this many seconds.
        minimum: how many spans it takes to judge.
        names: names of the spans it counts; None for all, which then count as one.
        callback: called with each alert.

    Raises:
        ValueError: the figures contradict each other.
    """

    def __init__(
        self,
        threshold: float = 0.05,
        *,
        resolved: float | None = None,
        window: int = 100,
        window_s: float = 300,
        minimum: int = 20,
        names: Collection[str] | None = OPERATIONS,
        callback: Callback | None = None,
    ) -> None:
        super().__init__(names, callback)
        figures = Figures(threshold, threshold / 2 if resolved is None else resolved, window, window_s, minimum)
        self._tallies = {name: Tally(figures) for name in self.names or (None,)}

    def judge_of(self, name: str | None) -> Judge:
        """An alert if a result begins or ends a breach."""
        return self._tallies[None if self.names is None else name].judge


@dataclass(frozen=True, slots=True)
class Figures:
    """What an error rate is judged by: the arguments of its watch.

    Raises:
        ValueError: they contradict each other.
    """

    threshold: float
    resolved: float
    window: int
    window_s: float
    minimum: int

    def __post_init__(self) -> None:
        if not 0 <= self.resolved <= self.threshold <= 1:
            raise ValueError(f"0 <= resolved ({self.resolved}) <= threshold ({self.threshold}) <= 1 does not hold")
        counts = f"1 <= minimum ({self.minimum}) <= window ({self.window}) and window_s ({self.window_s}) > 0"
        if not (1 <= self.minimum <= self.window and self.window_s > 0):
            raise ValueError(f"{counts} do not hold")


class Tally(Window, Calm):
    """The last results of one span name, and what there is to say of them.

    Attributes:
        is_calm: whether nothing in it has failed, and nothing that was said of it still goes on.
    """

    __slots__ = ("_dropped", "_failed", "_figures", "_is_alerting", "is_calm")

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures.window, figures.window_s)
        self._figures = figures
        self._failed: deque[int] = deque()  # which of the results, by number
        self._dropped = 0  # the number of the oldest one that is still there
        self._is_alerting = False
        self.is_calm = True

    def judge(self, span: SpanView) -> Sequence[Alert]:
        """An alert if this result begins or ends a breach."""
        end_ns = span.end_ns
        if self.is_calm and not span.failed and (self._is_ageless or self._now_ns <= end_ns < self._sweep_ns):
            # As nearly always. This is `note`, without the call: it takes as long again.
            self._now_ns = end_ns
            self._times_ns.append(end_ns)
            return ()
        return self.look(span)

    def look(self, span: SpanView) -> Sequence[Alert]:
        """``judge``, where there is more to it than to remember a time."""
        self._add(span.end_ns, span.failed)
        samples, errors, figures = len(self), len(self._failed), self._figures
        rate = errors / samples
        is_other = rate <= figures.resolved if self._is_alerting else rate > figures.threshold
        changes = is_other and samples >= figures.minimum
        self._is_alerting ^= changes
        self.is_calm = not (errors or self._is_alerting)
        if not changes:
            return ()
        return [_alert(span, "fired" if self._is_alerting else "resolved", figures.threshold, errors, samples)]

    def _add(self, end_ns: int, is_failed: bool) -> None:
        self._dropped += self.push(end_ns)
        failed = self._failed
        while failed and failed[0] < self._dropped:
            failed.popleft()
        if is_failed:
            failed.append(self._dropped + len(self) - 1)


def _alert(span: SpanView, state: Literal["fired", "resolved"], threshold: float, errors: int, samples: int) -> Alert:
    rate = errors / samples
    return Alert(
        kind="error_rate",
        state=state,
        span_name=span.name,
        trace_id=span.trace_id,
        time_ns=span.end_ns,
        lasts=True,
        summary=f"{span.name}: {errors} of {samples} failed ({rate:.1%}), the threshold is {threshold:.1%}",
        fields={
            "span_name": span.name,
            "error_rate": round(rate, 4),
            "threshold": threshold,
            "errors": errors,
            "samples": samples,
            "trace_id": span.trace_id,
        },
    )
