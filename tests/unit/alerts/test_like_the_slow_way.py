"""Watches have shortcuts for spans that are as they should be. They say what the slow and obvious way says."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from math import inf

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import SpanContext, Status, StatusCode
from opentelemetry.trace.span import INVALID_SPAN_CONTEXT

from fleaglass.alerts import Alert, ErrorRateWatch, PercentileWatch, SpanView, WatchProcessor
from fleaglass.alerts.rules import parse, watches_of
from tests.unit.alerts.spans import MS, S


@dataclass(frozen=True)
class Figures:
    """Of a rule: ``last`` and ``window_s`` may both bound it."""

    last: int
    window_s: float
    minimum: int
    above: float
    resolved: float


@dataclass
class Slow:
    """All spans that count are kept for good; which of them are in the window is found anew each time."""

    figures: Figures
    seen: list[tuple[int, SpanView]] = field(default_factory=list)
    now_ns: int = 0
    fired: bool = False

    def window(self, span: SpanView) -> list[SpanView]:
        """Of the spans so far, this one included, those in the window."""
        length_ns = self.figures.window_s * S
        if span.end_ns < self.now_ns - length_ns:  # the clock was set back
            self.seen.clear()
            self.now_ns = span.end_ns
        self.now_ns = max(self.now_ns, span.end_ns)
        self.seen.append((self.now_ns, span))
        return [each for time_ns, each in self.seen[-self.figures.last :] if time_ns > self.now_ns - length_ns]

    def error_rate(self, span: SpanView) -> tuple[str, int, int] | None:
        """What is to be said of an error rate: state, failed, of how many."""
        window = self.window(span)
        failed = sum(each.failed for each in window)
        rate = failed / len(window)
        changes = rate <= self.figures.resolved if self.fired else rate > self.figures.above
        if len(window) < self.figures.minimum or not changes:
            return None
        self.fired = not self.fired
        return "fired" if self.fired else "resolved", failed, len(window)

    def slowest(self, span: SpanView) -> tuple[str, float, int] | None:
        """What is to be said of the slowest duration: state, milliseconds, of how many."""
        window = self.window(span)
        slowest_ms = max(each.duration_ns for each in window) / 1e6
        changes = slowest_ms < self.figures.resolved if self.fired else slowest_ms > self.figures.above
        if len(window) < self.figures.minimum or not changes:
            return None
        self.fired = not self.fired
        return "fired" if self.fired else "resolved", slowest_ms, len(window)


@st.composite
def histories(draw: st.DrawFn) -> list[SpanView]:
    """Spans that end mostly in order, with long pauses, a little disorder, and a clock that is set back."""
    end_ns, spans = 1_000 * S, []
    for _ in range(draw(st.integers(0, 60))):
        end_ns += draw(st.sampled_from([0, S // 10, S, S, 3 * S, 9 * S, 30 * S, -S, -2 * S, -500 * S]))
        end_ns = max(end_ns, 0)
        spans.append(
            SpanView(
                name=draw(st.sampled_from("xxy")),
                start_ns=end_ns - draw(st.sampled_from([1, 1, 1, 5, 10, 11, 20, 21])) * MS,
                end_ns=end_ns,
                failed=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return spans


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    last, window_s = draw(
        st.tuples(st.integers(1, 6), st.just(inf))
        | st.tuples(st.just(10_000), st.sampled_from([1, 8, 60]))
        | st.tuples(st.integers(1, 6), st.sampled_from([1, 8, 60]))
    )
    above = draw(st.sampled_from([0, 0.2, 0.5]))
    return Figures(last, window_s, draw(st.integers(1, min(last, 3))), above, above / 2)


@given(spans=histories(), how=figures())
def test_an_error_rate_watch_says_what_the_slow_way_says(spans: list[SpanView], how: Figures) -> None:
    watch = ErrorRateWatch(
        how.above, resolved=how.resolved, window=how.last, window_s=how.window_s, minimum=how.minimum, names={"x", "y"}
    )
    slow = {"x": Slow(how), "y": Slow(how)}
    for span in spans:
        expected = slow[span.name].error_rate(span)
        told = [(a.state, a.fields["errors"], a.fields["samples"]) for a in watch.ended(span)]
        assert told == ([] if expected is None else [expected])


@given(spans=histories(), how=figures())
def test_a_percentile_watch_says_what_the_slow_way_says(spans: list[SpanView], how: Figures) -> None:
    how = Figures(how.last, how.window_s, how.minimum, above=20, resolved=10)
    watch = PercentileWatch(
        "x",
        quantile=1,
        threshold_ms=20,
        resolved_ms=10,
        size=how.last,
        window_s=how.window_s,
        minimum=how.minimum,
    )
    slow = Slow(how)
    for span in spans:
        expected = slow.slowest(span) if span.name == "x" else None
        told = [(a.state, a.fields["duration_ms"], a.fields["samples"]) for a in watch.ended(span)]
        assert told == ([] if expected is None else [expected])


@dataclass
class SlowRule:
    """A rule around that: what has been so for long enough is told."""

    slow: Slow
    for_s: int
    keep_s: int
    told: bool = False
    since_ns: int | None = None

    def error_rate(self, span: SpanView) -> list[str]:
        """The states that are told."""
        self.slow.error_rate(span)
        if self.slow.fired is self.told:
            self.since_ns = None
            return []
        if self.since_ns is None:
            self.since_ns = span.end_ns
        if span.end_ns - self.since_ns < (self.keep_s if self.told else self.for_s) * S:
            return []
        self.told, self.since_ns = self.slow.fired, None
        return ["fired" if self.told else "resolved"]


@given(
    spans=histories(),
    how=figures(),
    for_s=st.sampled_from([0, 0, 5]),
    keep_s=st.sampled_from([0, 5, 60]),
    group_by=st.sampled_from(["agent", "span", "pf.none"]),
    names=st.sampled_from([["x", "y"], ["x"], []]),
)
def test_a_rule_in_an_agent_says_what_the_slow_way_says(
    spans: list[SpanView], how: Figures, for_s: int, keep_s: int, group_by: str, names: list[str]
) -> None:
    (watch,) = watches_of(
        parse(
            f"""
            version = 1
            [[rule]]
            name = "r"
            kind = "error_rate"
            above = {how.above}
            resolve_at = {how.resolved}
            {f"window = '{how.window_s}s'" if how.window_s < inf else f"last = {how.last}"}
            minimum = {how.minimum}
            for = "{for_s}s"
            keep = "{keep_s}s"
            group_by = ["{group_by}"]
            among.span = {names}
            """
        )
    )
    if how.window_s < inf:
        how = Figures(10_000, how.window_s, how.minimum, how.above, how.resolved)
    heard: list[str] = []
    processor = WatchProcessor(watch, heard=lambda alert: heard.append(alert.state))
    slow: dict[str, SlowRule] = {}
    for span in spans:
        key = span.name if group_by == "span" else ""
        if not names or span.name in names:
            expected = slow.setdefault(key, SlowRule(Slow(how), for_s, keep_s)).error_rate(span)
        else:
            expected = []
        processor.on_end(_Sdk(span))  # type: ignore[arg-type]
        assert heard == expected
        heard.clear()


class _Sdk:
    """A span, as the SDK shows it."""

    def __init__(self, view: SpanView) -> None:
        self.name, self.start_time, self.end_time = view.name, view.start_ns, view.end_ns
        self.status = Status(StatusCode.ERROR if view.failed else StatusCode.OK)
        self.attributes = view.attributes

    def get_span_context(self) -> SpanContext:
        return INVALID_SPAN_CONTEXT


def test_threads_lose_no_result_whatever_shortcuts_are_taken() -> None:
    """Some spans fail and most do not, so that every thread takes the short ways and the long one in turn."""
    how = Figures(last=100_000, window_s=inf, minimum=8_000, above=0, resolved=0)
    alerts: list[Alert] = []
    watches = [
        ErrorRateWatch(
            how.above, window=how.last, window_s=window_s, minimum=how.minimum, names={"x"}, callback=alerts.append
        )
        for window_s in (1e6, how.window_s)
    ]
    # Two processors show spans to the same watches, as two agents in one program may.
    processors = [WatchProcessor(*watches), WatchProcessor(*watches)]
    start = threading.Barrier(4)

    def run(number: int) -> None:
        start.wait()
        for nth in range(2_000):
            view = SpanView(name="x", start_ns=0, end_ns=S + nth, failed=nth >= 1_500 and nth % 10 == 0)
            processors[number % 2].on_end(_Sdk(view))  # type: ignore[arg-type]

    switch_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch_s)
    assert [(alert.fields["errors"], alert.fields["samples"]) for alert in alerts] == [(200, 8_000)] * 2
