"""WatchProcessor: watches in any OpenTelemetry setup, and nothing of theirs in the traced program's way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import INVALID_SPAN, StatusCode

from fleaglass.alerts import (
    Alert,
    CountWatch,
    DurationWatch,
    ErrorRateWatch,
    RecordAll,
    SpanView,
    Watch,
    WatchProcessor,
)
from fleaglass.alerts.watch import LOCK, Judge

MS = 1_000_000


class Raising(Watch):
    """A watch of an author's that is broken."""

    def ended(self, span: SpanView) -> Sequence[Alert]:
        raise KeyError(span.name)


def traced(processor: WatchProcessor, **provider: object) -> TracerProvider:
    provider_ = TracerProvider(shutdown_on_exit=False, **provider)  # type: ignore[arg-type]
    provider_.add_span_processor(processor)
    return provider_


def run_span(provider: TracerProvider, name: str, ms: int, **attributes: str) -> str:
    span = provider.get_tracer("test").start_span(name, start_time=0, attributes=attributes)
    span.end(ms * MS)
    return f"{span.get_span_context().trace_id:032x}"


def fail_span(provider: TracerProvider, name: str) -> None:
    span = provider.get_tracer("test").start_span(name)
    span.set_status(StatusCode.ERROR)
    span.end()


def test_an_alert_is_logged_with_its_figures_as_fields(caplog: pytest.LogCaptureFixture) -> None:
    provider = traced(WatchProcessor(DurationWatch()))
    with caplog.at_level(logging.INFO):
        trace_id = run_span(provider, "pf.trade.execute", 3000, **{"pf.asset": "BTC", "pf.order_id": "ord_1"})
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("pf.alerts", "WARNING")
    assert record.getMessage() == "pf.trade.execute took 3000.0 ms, the threshold is 2000 ms"
    fields = ("span_name", "duration_ms", "threshold_ms", "trace_id", "asset", "order_id", "overage_pct")
    assert [getattr(record, field) for field in fields] == [
        "pf.trade.execute",
        3000.0,
        2000,
        trace_id,
        "BTC",
        "ord_1",
        50.0,
    ]


def test_the_callback_gets_every_alert_and_the_end_of_a_breach_is_information(caplog: pytest.LogCaptureFixture) -> None:
    alerts: list[Alert] = []
    watch = ErrorRateWatch(names={"x"}, window=2, minimum=2, callback=alerts.append)
    tracer = traced(WatchProcessor(watch)).get_tracer("test")
    with caplog.at_level(logging.INFO):
        for status in (StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET, StatusCode.OK):
            span = tracer.start_span("x")
            span.set_status(status)
            span.end()
    assert [alert.state for alert in alerts] == ["fired", "resolved"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_errors_of_watches_and_callbacks_stay_inside_and_keep_nothing_from_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alerts: list[Alert] = []

    def broken(alert: Alert) -> None:
        raise ConnectionError("pager down")

    provider = traced(
        WatchProcessor(
            Raising({"x"}),
            DurationWatch({"x": 0}, callback=broken),
            DurationWatch({"x": 0}, callback=alerts.append),
        )
    )
    for _ in range(3):
        run_span(provider, "x", 1)
    assert len(alerts) == 3
    said = [record.getMessage() for record in caplog.records if "failed" in record.getMessage()]
    assert said == [
        "watching with Raising failed with KeyError; not logged again",
        "calling the callback of DurationWatch failed with ConnectionError; not logged again",
    ]


def test_a_watch_that_remembers_and_breaks_keeps_nothing_from_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Breaking(ErrorRateWatch):
        def judge_of(self, name: str | None) -> Judge:
            return Raising(None).ended

    alerts: list[Alert] = []
    always = {"threshold": 0, "minimum": 1, "names": {"x"}, "callback": alerts.append}
    processor = WatchProcessor(ErrorRateWatch(**always), Breaking(names={"x"}), ErrorRateWatch(**always))
    fail_span(traced(processor), "x")
    assert len(alerts) == 2
    assert "watching with Breaking failed with KeyError; not logged again" in caplog.messages


@pytest.mark.parametrize("answer", [None, 1])
def test_a_watch_that_answers_with_no_alerts_at_all_does_no_harm(answer: object) -> None:
    class Odd(Watch):
        def ended(self, span: SpanView) -> Sequence[Alert]:
            return answer  # type: ignore[return-value]

    alerts: list[Alert] = []
    run_span(traced(WatchProcessor(Odd({"x"}), DurationWatch({"x": 0}, callback=alerts.append))), "x", 1)
    assert len(alerts) == 1


def test_a_subclass_of_an_authors_is_asked_itself() -> None:
    class Quiet(ErrorRateWatch):
        def ended(self, span: SpanView) -> Sequence[Alert]:
            super().ended(span)
            return ()

    alerts: list[Alert] = []
    watch = Quiet(0, minimum=1, names={"x"}, callback=alerts.append)
    fail_span(traced(WatchProcessor(watch)), "x")
    assert alerts == []


def test_no_code_of_an_authors_runs_while_other_threads_are_kept_out(caplog: pytest.LogCaptureFixture) -> None:
    free: list[bool] = []

    def look(_: object) -> bool:
        def take() -> None:
            free.append(LOCK.bare.acquire(timeout=10))
            LOCK.bare.release()

        other = threading.Thread(target=take)
        other.start()
        other.join()
        return True

    class Own(Watch):
        def ended(self, span: SpanView) -> Sequence[Alert]:
            look(span)
            return ()

    watches = [
        ErrorRateWatch(0, minimum=1, names={"x"}, callback=look),
        CountWatch(look, names={"x"}, callback=look),
        Own({"x"}),
    ]
    fail_span(traced(WatchProcessor(*watches, heard=look)), "x")
    assert free == [True] * 6  # an own watch, what counts, and of two alerts the callback and who hears all


@pytest.mark.parametrize(
    "span",
    [INVALID_SPAN, ReadableSpan("x"), ReadableSpan("x", context=INVALID_SPAN.get_span_context())],
    ids=["non-recording", "never started", "never ended"],
)
def test_a_span_with_nothing_in_it_does_no_harm(span: ReadableSpan) -> None:
    alerts: list[Alert] = []
    WatchProcessor(DurationWatch({"x": 0}, callback=alerts.append)).on_end(span)
    assert alerts == []


def test_every_hook_keeps_the_contract() -> None:
    processor = WatchProcessor()
    assert processor.force_flush() is True
    assert processor.force_flush(1) is True
    run_span(traced(processor), "x", 1)
    processor.shutdown()
    assert processor.force_flush() is True


@pytest.mark.parametrize("sampler", [ALWAYS_OFF, ParentBased(ALWAYS_OFF)], ids=["always_off", "parentbased"])
def test_behind_record_all_spans_that_were_sampled_out_are_watched_and_not_exported(sampler: ParentBased) -> None:
    alerts: list[Alert] = []
    exported = InMemorySpanExporter()
    provider = traced(WatchProcessor(DurationWatch({"child": 0}, callback=alerts.append)), sampler=RecordAll(sampler))
    provider.add_span_processor(SimpleSpanProcessor(exported))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("parent"), tracer.start_as_current_span("child", attributes={"pf.asset": "BTC"}):
        pass
    assert [alert.fields["asset"] for alert in alerts] == ["BTC"]
    assert exported.get_finished_spans() == ()


def test_record_all_leaves_what_is_sampled_alone() -> None:
    exported = InMemorySpanExporter()
    provider = TracerProvider(sampler=RecordAll(ALWAYS_ON), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exported))
    run_span(provider, "x", 1, asset="BTC")
    (span,) = exported.get_finished_spans()
    assert span.attributes == {"asset": "BTC"}
    assert RecordAll(ALWAYS_ON).get_description() == "RecordAll{AlwaysOnSampler}"
