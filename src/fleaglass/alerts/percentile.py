"""The slowest per cent became too slow."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from fleaglass import semconv
from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import Callback, Calm, Judge, LockedWatch, SpanView
from fleaglass.alerts.window import Window

__all__ = ["PercentileWatch"]


class PercentileWatch(LockedWatch, Calm):
    """Alerts once when a quantile of the durations exceeds a threshold, and once when it is well below again.

    The defaults are the Sentry integration guide's: P99 of ``order.pipeline`` over 5 minutes, too slow above 2 s, good
    again below 1 s. The quantile is the nearest rank: the shortest duration seen that at least that share of the
    durations does not exceed. So it is always one that happened, and with fewer than 100 the P99 is the longest.
    Judged when a span ends: an agent that falls silent stays as it was.

    It does not keep them in order. Whether the quantile is beyond a threshold is how many are, against how many may be:
    one of 100 may be slower than the P99. Only an alert tells its value.

    Args:
        span_name: name of the spans it measures.
        quantile: which quantile, above 0 and up to 1.
        threshold_ms: milliseconds that are too many when exceeded.
        resolved_ms: milliseconds below which it is good again, at most ``threshold_ms``.
        window_s: the spans that ended in this many seconds count.
        minimum: how many spans it takes to judge.
        size: how many spans are remembered; when more end in the time, the latest count.
        callback: called with each alert.

    Raises:
        ValueError: the figures contradict each other.
    """

    def __init__(
        self,
        span_name: str = semconv.SPAN_ORDER_PIPELINE,
        *,
        quantile: float = 0.99,
        threshold_ms: float = 2000,
        resolved_ms: float = 1000,
        window_s: float = 300,
        minimum: int = 5,
        size: int = 1000,
        callback: Callback | None = None,
    ) -> None:
        super().__init__({span_name}, callback)
        # As it is written: 0.99 is 99 of 100, not the nearest binary fraction, which may be a rank more.
        self._quantile = Fraction(str(quantile))
        self._threshold_ms = threshold_ms
        self._resolved_ms = resolved_ms
        self._minimum = minimum
        if not (0 < self._quantile <= 1 and 0 <= resolved_ms <= threshold_ms):
            raise ValueError(
                f"0 < quantile ({quantile}) <= 1 and 0 <= resolved_ms ({resolved_ms}) <= threshold_ms ({threshold_ms})"
                " do not hold"
            )
        if not (1 <= minimum <= size and window_s > 0):
            raise ValueError(f"1 <= minimum ({minimum}) <= size ({size}) and window_s ({window_s}) > 0 do not hold")
        self._window = Window(size, window_s)
        self._durations_ns: deque[int] = deque(maxlen=size)  # of the spans in the window
        self._slower, self._among = (1 - self._quantile).as_integer_ratio()
        self._too_slow = 0
        self._not_good = 0
        self._alerting = False
        self.is_calm = True

    def judge_of(self, name: str | None) -> Judge:
        """An alert if a duration begins or ends a breach."""
        return self.judge

    def judge(self, span: SpanView) -> Sequence[Alert]:
        """An alert if this duration begins or ends a breach."""
        end_ns = span.end_ns
        duration_ns = end_ns - span.start_ns
        if not self.is_calm or duration_ns / 1e6 >= self._resolved_ms:
            return self.look(span)
        dropped = self._window.note(end_ns)
        if dropped:
            self._drop(dropped)
        self._durations_ns.append(duration_ns)
        return ()

    def look(self, span: SpanView) -> Sequence[Alert]:
        """``judge``, where a span is not good, or was not."""
        self._add(span.end_ns, span.end_ns - span.start_ns)
        samples = len(self._window)
        may_be_slower = self._slower * samples // self._among
        is_other = self._not_good <= may_be_slower if self._alerting else self._too_slow > may_be_slower
        changes = is_other and samples >= self._minimum
        self._alerting ^= changes
        self.is_calm = not (self._not_good or self._alerting)
        if not changes:
            return ()
        value_ms = sorted(self._durations_ns)[samples - may_be_slower - 1] / 1e6
        return [self._alert(span, "fired" if self._alerting else "resolved", value_ms, samples)]

    def _add(self, end_ns: int, duration_ns: int) -> None:
        self._drop(self._window.push(end_ns))
        self._durations_ns.append(duration_ns)
        self._count(duration_ns, 1)

    def _drop(self, number: int) -> None:
        for _ in range(number):
            self._count(self._durations_ns.popleft(), -1)

    def _count(self, duration_ns: int, by: int) -> None:
        duration_ms = duration_ns / 1e6
        if duration_ms >= self._resolved_ms:
            self._not_good += by
            if duration_ms > self._threshold_ms:
                self._too_slow += by

    def _alert(self, span: SpanView, state: Literal["fired", "resolved"], value_ms: float, samples: int) -> Alert:
        name = f"P{float(self._quantile * 100):g}"
        limit_ms = self._threshold_ms if state == "fired" else self._resolved_ms
        return Alert(
            kind="percentile",
            state=state,
            span_name=span.name,
            trace_id=span.trace_id,
            time_ns=span.end_ns,
            lasts=True,
            summary=f"{span.name}: {name} of {samples} is {value_ms:.1f} ms, {_than(state)} {limit_ms:g} ms",
            fields={
                "span_name": span.name,
                "quantile": float(self._quantile),
                "duration_ms": round(value_ms, 1),
                "threshold_ms": self._threshold_ms,
                "samples": samples,
                "trace_id": span.trace_id,
            },
        )


def _than(state: Literal["fired", "resolved"]) -> str:
    return "more than" if state == "fired" else "less than"
