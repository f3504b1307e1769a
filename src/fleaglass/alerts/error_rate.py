"""Too many of the last spans failed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from fleaglass import semconv
from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import Callback, LockedWatch, SpanView
from fleaglass.alerts.window import Window

__all__ = ["OPERATIONS", "ErrorRateWatch"]

OPERATIONS: Final[frozenset[str]] = frozenset(
    name for name in semconv.SPANS if name.startswith("pf.") or name == semconv.SPAN_ORDER_PIPELINE
)
"""Everything an agent does on the venue, and its order pipeline."""


class _Tally(Window):
    """The last results of one span name, 1 for each that failed."""

    __slots__ = ("alerting",)

    def __init__(self, size: int, seconds: float) -> None:
        super().__init__(size, seconds)
        self.alerting = False


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
        self._threshold = threshold
        self._resolved = threshold / 2 if resolved is None else resolved
        self._minimum = minimum
        if not 0 <= self._resolved <= threshold <= 1:
            raise ValueError(f"0 <= resolved ({self._resolved}) <= threshold ({threshold}) <= 1 does not hold")
        if not (1 <= minimum <= window and window_s > 0):
            raise ValueError(f"1 <= minimum ({minimum}) <= window ({window}) and window_s ({window_s}) > 0 do not hold")
        self._tallies = {name: _Tally(window, window_s) for name in self.names or ()}
        self._of_all = _Tally(window, window_s) if self.names is None else None

    def judge(self, span: SpanView) -> Sequence[Alert]:
        """An alert if this result begins or ends a breach."""
        tally = self._tallies.get(span.name, self._of_all)
        if tally is None:
            return ()
        tally.push(span.end_ns, span.failed)
        if not (tally.total or tally.alerting):
            return ()  # as nearly always
        samples, errors = len(tally), tally.total
        rate = errors / samples
        breach = rate > self._threshold
        if breach == tally.alerting or (not breach and rate > self._resolved):
            return ()
        if samples < self._minimum:
            return ()
        tally.alerting = breach
        return [self._alert(span, "fired" if breach else "resolved", rate, samples, errors)]

    def _alert(
        self, span: SpanView, state: Literal["fired", "resolved"], rate: float, samples: int, errors: int
    ) -> Alert:
        return Alert(
            kind="error_rate",
            state=state,
            span_name=span.name,
            trace_id=span.trace_id,
            time_ns=span.end_ns,
            lasts=True,
            summary=f"{span.name}: {errors} of {samples} failed ({rate:.1%}), the threshold is {self._threshold:.1%}",
            fields={
                "span_name": span.name,
                "error_rate": round(rate, 4),
                "threshold": self._threshold,
                "errors": errors,
                "samples": samples,
                "trace_id": span.trace_id,
            },
        )
