"""The provider: scopes, span processors that a user adds, and flushing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fleaglass.alerts import Alert, DurationWatch, WatchProcessor
from fleaglass.recorder import guard
from tests.unit.recorder.tracer.making import Made


class Telling(SpanProcessor):
    """Writes down what it is told."""

    def __init__(self, told: list[str], name: str = "") -> None:
        self.told = told
        self.name = name

    def on_start(self, span: Any, parent_context: Context | None = None) -> None:
        span.set_attribute("seen", True)
        self.told.append(f"{self.name}start {span.name} {parent_context}")

    def _on_ending(self, span: Any) -> None:
        self.told.append(f"{self.name}ending {span.name}")

    def on_end(self, span: Any) -> None:
        self.told.append(f"{self.name}end {span.name}")

    def shutdown(self) -> None:
        self.told.append(f"{self.name}shutdown")

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        self.told.append(f"{self.name}flush")
        return True


class Failing:
    """A processor of a user's that is broken, and older than ``_on_ending``."""

    def fail(self, *_: object, **__: object) -> Any:
        raise RuntimeError("broken")

    on_start = on_end = shutdown = force_flush = fail


def test_processors_are_told_in_their_order_and_may_record(made: Made) -> None:
    told: list[str] = []
    for name in ("1 ", "2 "):
        made.provider.add_span_processor(Telling(told, name))
    with made.tracer.start_as_current_span("work"):
        pass
    made.provider.force_flush()
    made.provider.shutdown()
    assert told == [
        *("1 start work None", "2 start work None"),
        *("1 ending work", "2 ending work", "1 end work", "2 end work"),
        *("1 flush", "2 flush", "1 shutdown", "2 shutdown"),
    ]
    assert made.span.attributes == {"seen": True}


def test_a_broken_processor_is_named_once_and_changes_nothing(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    guard.forget()
    told: list[str] = []
    made.provider.add_span_processor(Failing())
    made.provider.add_span_processor(Telling(told))
    for _ in range(2):
        with made.tracer.start_as_current_span("work"):
            pass
    assert made.provider.force_flush() is False
    made.provider.shutdown()
    assert len(made.ended) == 2
    assert told == [*["start work None", "ending work", "end work"] * 2, "flush", "shutdown"]
    assert len(caplog.records) == 4
    assert {"Failing" in record.getMessage() for record in caplog.records} == {True}
    assert not guard.swallowed


@pytest.mark.parametrize("processor", [SimpleSpanProcessor, BatchSpanProcessor])
def test_the_sdks_own_processors_work_here(made: Made, processor: Callable[..., SpanProcessor]) -> None:
    exporter = InMemorySpanExporter()
    made.provider.add_span_processor(processor(exporter))
    with made.tracer.start_as_current_span("outer"), made.tracer.start_as_current_span("inner"):
        pass
    assert made.provider.force_flush() is True
    assert [span.name for span in exporter.get_finished_spans()] == ["inner", "outer"]
    made.provider.shutdown()


def test_the_sdks_processors_do_not_export_what_is_sampled_out_and_watches_see_it() -> None:
    made = Made(sampler="always_off")
    exporter, alerts = InMemorySpanExporter(), list[Alert]()
    made.provider.add_span_processor(SimpleSpanProcessor(exporter))
    made.provider.add_span_processor(WatchProcessor(DurationWatch({"work": 0}, callback=alerts.append)))
    made.tracer.start_span("work", start_time=0).end(1_000_000)
    assert exporter.get_finished_spans() == ()
    assert len(alerts) == len(made.ended) == 1
    assert not made.span.is_sampled


def test_a_processor_may_keep_a_span(made: Made) -> None:
    """What reaches it late does not change what was exported, nor break its reading."""
    made.provider.add_span_processor(Telling([]))
    span = made.tracer.start_span("work", attributes={"a": 1})
    live: Any = span._attributes
    span.end()
    live["late"] = True
    assert made.span.attributes == {"a": 1, "seen": True}


def test_the_same_library_has_the_same_tracer_and_each_its_number(made: Made) -> None:
    get = made.provider.get_tracer
    first = get("lib", "1", "https://x", {"a": 1})
    assert get("lib", "1", "https://x", {"a": 1}) is first
    others = [get("lib"), get("lib", "2"), get("lib", "1", "https://x", {"a": 2}), get("")]
    assert [tracer.scope.number for tracer in (first, *others)] == [0, 1, 2, 3, 4]
    assert get("lib").scope.version == ""


def test_a_tracer_of_no_name_is_one(made: Made) -> None:
    odd: Any = None
    made.provider.get_tracer(odd, odd, odd, odd).start_span("work").end()
    assert made.span.instrumentation_scope.name == ""


def test_flushing_takes_no_longer_than_it_may(made: Made) -> None:
    told: list[str] = []
    made.provider.add_span_processor(Telling(told))
    assert made.provider.force_flush(0) is False
    assert told == []
    made.flushed = False
    assert made.provider.force_flush() is False


@pytest.fixture
def made() -> Made:
    return Made()
