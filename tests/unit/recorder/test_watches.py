"""Watches in the recorder: every ended span passes them, whatever becomes of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest

import fleaglass
from fleaglass.alerts import Alert, DurationWatch, ErrorRateWatch, SpanView, Watch
from fleaglass.recorder import Seams, guard
from fleaglass.testing import CapturedSentry, CountingIds, Recording, TickingClock, recording


def analyse(record: Recording, seconds: float = 0, **signal: object) -> None:
    with record.agent.cycle(market="BTC/USD"), record.agent.stage("signal.analysis") as stage:
        stage.signal(signal)
        record.clock.advance(seconds)


@pytest.mark.parametrize("sampler", ["always_on", "always_off", "parentbased_always_off"])
def test_a_slow_span_is_told_of_sampled_out_or_not(sampler: str) -> None:
    alerts: list[Alert] = []
    with recording(sampler=sampler, watches=[DurationWatch(callback=alerts.append)]) as record:
        analyse(record, 0.25, asset="BTC", confidence=0.8)
        analyse(record, 0.05, asset="ETH")
    (alert,) = alerts
    assert {name: alert.fields[name] for name in ("span_name", "threshold_ms", "asset", "order_id")} == {
        "span_name": "pf.signal.analysis",
        "threshold_ms": 100,
        "asset": "BTC",
        "order_id": "",
    }
    assert alert.trace_id == f"{1:032x}"
    assert len(record.spans) == (4 if sampler == "always_on" else 0)


def test_one_watch_may_stand_by_itself() -> None:
    alerts: list[Alert] = []
    with recording(watches=DurationWatch(callback=alerts.append)) as record:
        analyse(record, 0.25)
    assert len(alerts) == 1


def test_init_takes_watches_and_keeps_those_of_the_first_call() -> None:
    first: list[Alert] = []
    second: list[Alert] = []
    seams = Seams(TickingClock(), CountingIds(), sentry=CapturedSentry())
    agent = fleaglass.init("watched", watches=[DurationWatch({"x": 0}, callback=first.append)], seams=seams)
    try:
        again = fleaglass.init("watched", watches=[DurationWatch({"x": 0}, callback=second.append)])
        with again.stage("x"):
            pass
    finally:
        agent.shutdown()
    assert (len(first), len(second)) == (1, 0)


def test_failures_count_by_the_status_of_the_span() -> None:
    alerts: list[Alert] = []
    watch = ErrorRateWatch(names={"x"}, window=4, minimum=4, callback=alerts.append)
    with recording(watches=[watch]) as record:
        for failure in (None, None, None, KeyError("price")):
            with suppress(KeyError), record.agent.cycle(), record.agent.stage("x"):
                if failure is not None:
                    raise failure
    assert [alert.summary for alert in alerts] == ["x: 1 of 4 failed (25.0%), the threshold is 5.0%"]


def test_a_broken_watch_and_a_broken_callback_change_nothing_for_the_agent() -> None:
    class Broken(Watch):
        def ended(self, span: SpanView) -> Sequence[Alert]:
            raise RuntimeError("no idea")

    def broken(alert: Alert) -> None:
        raise RuntimeError("pager down")

    watches = [Broken({"x"}), DurationWatch({"x": 0}, callback=broken)]
    with recording(watches=watches) as record, record.agent.cycle(), record.agent.stage("x"):
        pass
    assert record.tree() == "agent.decision_cycle\n  x"
    assert not guard.swallowed


def test_an_alert_is_a_log_line_in_the_context_of_its_span(caplog: pytest.LogCaptureFixture) -> None:
    """So it is a breadcrumb, and an OTLP log record with the span's ids."""
    with recording(watches=[DurationWatch({"x": 0})]) as record, record.agent.cycle():
        with record.agent.stage("x"):
            record.clock.advance(0.5)
        (crumb,) = record.breadcrumbs
    assert [entry.name for entry in caplog.records] == ["pf.alerts"]
    assert (crumb.category, crumb.level, crumb.message) == (
        "pf.alerts",
        "warning",
        "x took 501.0 ms, the threshold is 0 ms",
    )


def test_what_another_library_recorded_is_scrubbed_before_a_watch_sees_it() -> None:
    alerts: list[Alert] = []
    with recording(watches=[DurationWatch({"theirs": 0}, callback=alerts.append)]) as record:
        tracer = record.agent.tracer_provider.get_tracer("another.library")
        with tracer.start_as_current_span("theirs", attributes={"pf.order_id": "pf_live_abcdefghijklmnop1234"}):
            pass
    (alert,) = alerts
    assert "abcdefghijklmnop1234" not in repr(alert)
