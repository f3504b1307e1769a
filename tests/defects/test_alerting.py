"""Defects 10 to 14: alerts that come from spans."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

import fleaglass
from fleaglass.alerts import Alert, DurationWatch, ErrorRateWatch, RecordAll, SpanView, Watch, WatchProcessor
from fleaglass.testing import recording
from tests.defects.raw import RawOtel


class NaiveErrorRate:
    """A sliding error rate as it is written when only the good case is in mind."""

    def __init__(self) -> None:
        self.results: dict[str, list[bool]] = {}
        self.alerts = 0

    def ended(self, name: str, failed: bool) -> None:
        results = self.results.setdefault(name, [])
        results.append(failed)
        del results[:-100]
        self.alerts += sum(results) / len(results) > 0.05


def spans(name: str, *failed: bool) -> list[SpanView]:
    return [SpanView(name=name, start_ns=0, end_ns=1, failed=one) for one in failed]


def test_d10_raw_one_failure_is_nineteen_alerts_and_every_name_is_kept() -> None:
    monitor = NaiveErrorRate()
    monitor.ended("order", True)
    assert monitor.alerts == 1
    for _ in range(99):
        monitor.ended("order", False)
    assert monitor.alerts == 19
    for number in range(500):
        monitor.ended(f"GET /orders/{number}", False)
    assert len(monitor.results) == 501


def test_d10_ours_a_breach_is_one_alert_and_its_end_another() -> None:
    watch = ErrorRateWatch(names={"order"})
    quiet = [watch.ended(span) for span in spans("order", True, *[False] * 99)]
    assert [alert for alerts in quiet for alert in alerts] == []
    breach = [watch.ended(span) for span in spans("order", *[True] * 50, *[False] * 100)]
    assert [alert.state for alerts in breach for alert in alerts] == ["fired", "resolved"]
    assert [watch.ended(span) for span in spans("GET /orders/1", *[True] * 50)] == [()] * 50


def test_d10_ours_what_is_long_past_is_no_part_of_the_rate() -> None:
    watch = ErrorRateWatch(names={"order"}, minimum=20, window_s=300)
    minutes = [SpanView(name="order", start_ns=0, end_ns=60_000_000_000 * n, failed=True) for n in range(100)]
    assert [watch.ended(span) for span in minutes] == [()] * 100, "never more than five in five minutes"


def test_d10_ours_spans_that_end_at_once_are_counted_one_after_the_other() -> None:
    class Failed:
        """Tries to have another span counted in the middle of being counted."""

        def __bool__(self) -> bool:
            (late,) = spans("order", True)
            other = threading.Thread(target=watch.ended, args=[late])
            other.start()
            other.join(0.05)
            counted_meanwhile.append(not other.is_alive())
            return True

    counted_meanwhile: list[bool] = []
    watch = ErrorRateWatch(names={"order"})
    watch.ended(SpanView(name="order", start_ns=0, end_ns=1, failed=Failed()))  # type: ignore[arg-type]
    assert set(counted_meanwhile) == {False}


class Fragile(SpanProcessor):
    """Does something with a span that it does not have."""

    def on_end(self, span: ReadableSpan) -> None:
        assert span.attributes is not None
        self.last = span.attributes["pf.order_id"]


class FragileWatch(Watch):
    """The same, as a watch."""

    def ended(self, span: SpanView) -> Sequence[Alert]:
        raise KeyError(span.attributes["pf.order_id"])


def test_d11_raw_what_a_processor_raises_comes_out_in_the_middle_of_the_trade() -> None:
    with pytest.raises(KeyError, match="order_id"), RawOtel(Fragile()).tracer.start_as_current_span("order"):
        pass


def page(alert: Alert) -> None:
    """Somebody's callback, such as one that calls PagerDuty."""
    raise ConnectionError("nobody answers")


@pytest.mark.parametrize(
    ("watch", "error"),
    [(FragileWatch({"order"}), "KeyError"), (DurationWatch({"order": 0}, callback=page), "ConnectionError")],
    ids=["watch", "callback"],
)
def test_d11_ours_what_a_watch_or_its_callback_raises_stays_inside(
    watch: Watch, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    otel = RawOtel(WatchProcessor(watch, DurationWatch({"order": 0}, callback=(others := list[Alert]()).append)))
    with otel.tracer.start_as_current_span("order"):
        pass
    with recording(watches=[watch]) as record, record.agent.cycle(), record.agent.stage("order"):
        pass
    assert (len(otel.spans), len(record.spans)) == (1, 2)
    assert len(others) == 1, "nor does it keep the next watch from looking"
    assert caplog.text.count(error) == 2


def naive_is_slow(threshold_ms: float | None, duration_ms: float) -> bool:
    """As it is written when only the good case is in mind."""
    return duration_ms > threshold_ms if threshold_ms else False


def test_d12_raw_a_threshold_of_zero_never_fires() -> None:
    assert not naive_is_slow(0, 5_000)


@pytest.mark.parametrize(("threshold_ms", "alerts"), [(0, 1), (None, 0)])
def test_d12_ours_zero_is_always_and_none_is_never(threshold_ms: float | None, alerts: int) -> None:
    watch = DurationWatch({"order": threshold_ms})
    assert len(watch.ended(SpanView(name="order", start_ns=0, end_ns=5_000_000_000))) == alerts


class Counting(SpanProcessor):
    """Counts what it is told of."""

    seen = 0

    def on_end(self, span: ReadableSpan) -> None:
        self.seen += 1


def test_d13_raw_a_processor_never_hears_of_what_is_sampled_out() -> None:
    counting = Counting()
    with RawOtel(counting, sampler=ALWAYS_OFF).tracer.start_as_current_span("order"):
        pass
    assert counting.seen == 0


def test_d13_ours_watches_see_every_span_and_exporters_only_the_sampled() -> None:
    alerts: list[Alert] = []
    watches = [DurationWatch({"order": 0}, callback=alerts.append)]
    with recording(sampler="always_off", watches=watches) as record, record.agent.cycle(), record.agent.stage("order"):
        pass
    assert (len(alerts), record.spans) == (1, [])
    otel = RawOtel(WatchProcessor(*watches), sampler=RecordAll(ALWAYS_OFF))
    with otel.tracer.start_as_current_span("order"):
        pass
    assert (len(alerts), otel.spans) == (2, [])


class Holding(SpanProcessor):
    """Holds spans back, cannot get rid of them, and has no word for it."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return None  # type: ignore[return-value]


def test_d14_raw_nothing_said_about_a_flush_is_taken_for_success() -> None:
    assert RawOtel(Holding()).provider.force_flush() is True


def test_d14_ours_a_flush_says_whether_it_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert WatchProcessor(DurationWatch()).force_flush(1) is True
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    agent = fleaglass.init("flushed", endpoint="http://127.0.0.1:9")  # nobody listens there
    assert agent.flush(0.05) is True  # nothing is waiting
    with agent.cycle():
        pass
    assert agent.flush(0.05) is False
    assert agent.shutdown(0.05) is False
