"""What is recorded with the program's own provider leaves by its own way as ever, and is in the journal as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fleaglass.recorder import Agent
from fleaglass.recorder.others.attached import Attached
from tests.unit.recorder.others.journals import ended, names, scope_of, started

KEY = "sk_live_0123456789abcdef0123456789abcdef"


def test_a_span_inside_a_cycle_is_in_the_journal_and_at_the_programs_exporter(
    agent: Agent, theirs: TracerProvider, exporter: InMemorySpanExporter, home: Path
) -> None:
    link = trace.Link(trace.SpanContext(1, 1, True), {"why": "asked"})
    with agent.cycle() as cycle:
        library = theirs.get_tracer("library", "1.2", "https://schema.example/1", {"team": "x"})
        attributes = {"a": 1, "list": ["x", "y"]}
        with library.start_as_current_span("GET /price", kind=trace.SpanKind.CLIENT, attributes=attributes) as span:
            span.add_event("retry", {"attempt": 2}, 7)
            span.add_link(link.context, link.attributes)
            span.set_status(trace.StatusCode.ERROR, "late")
    (exported,) = exporter.get_finished_spans()
    price, decision = ended(home)
    ids = exported.context.trace_id.to_bytes(16), exported.context.span_id.to_bytes(8)
    assert (price.trace_id, price.span_id) == ids
    assert (price.trace_id, price.parent_id) == (decision.trace_id, decision.span_id)
    assert (price.name, price.span_kind, price.attributes) == ("GET /price", 3, {"a": 1, "list": ["x", "y"]})
    assert (price.start_ns, price.end_ns) == (exported.start_time, exported.end_time)
    assert (price.status, price.status_message, price.flags & 0x1FF) == (2, "late", 0x101 | price.flags & 2)
    assert [(event.name, event.time_ns, event.attributes) for event in price.events] == [("retry", 7, {"attempt": 2})]
    assert [(to.trace_id[-1], to.attributes, to.flags) for to in price.links] == [(1, {"why": "asked"}, 0x300)]
    assert scope_of(home, price) == "library"
    assert [(span.name, span.span_id) for span in started(home)][1:] == [("GET /price", price.span_id)]
    assert cycle.span_id == decision.span_id.hex()


def test_a_secret_is_theirs_to_export_and_never_in_our_journal(
    agent: Agent, theirs: TracerProvider, exporter: InMemorySpanExporter, home: Path
) -> None:
    values = {"note": f"key {KEY}", "gen_ai.input.messages": "Buy tulips?", "gen_ai.request.model": "o9"}
    with theirs.get_tracer("fleaglass").start_as_current_span(f"GET /?key={KEY}", attributes=values) as span:
        span.add_event("gen_ai.choice", {"message": "Buy."})
    (exported,) = exporter.get_finished_spans()
    assert (dict(exported.attributes or {}), [event.name for event in exported.events]) == (values, ["gen_ai.choice"])
    (written,) = ended(home)
    assert (written.attributes, written.events) == ({"note": "key [scrubbed]", "gen_ai.request.model": "o9"}, [])
    assert scope_of(home, written) == "fleaglass (another one)"
    assert KEY not in repr([*ended(home), *started(home)])


def test_a_span_is_written_once_though_the_agents_own_provider_hands_it_to_the_same_processor(
    agent: Agent, home: Path
) -> None:
    agent.tracer_provider.add_span_processor(Attached())  # type: ignore[attr-defined]
    with agent.cycle(), agent.tracer_provider.get_tracer("library").start_as_current_span("once"):
        pass
    assert names(home) == ["once", "agent.decision_cycle"]
    assert len(started(home)) == 2


@pytest.mark.parametrize("decision", [sampling.Decision.RECORD_ONLY, sampling.Decision.DROP])
def test_what_they_do_not_keep_is_not_written(agent: Agent, home: Path, decision: sampling.Decision) -> None:
    class Always(sampling.Sampler):
        def should_sample(self, *_: object, **__: object) -> sampling.SamplingResult:
            return sampling.SamplingResult(decision)

        def get_description(self) -> str:
            return "always the same"

    provider = TracerProvider(sampler=Always(), shutdown_on_exit=False)
    provider.add_span_processor(Attached())  # type: ignore[arg-type]
    with agent.cycle(), provider.get_tracer("library").start_as_current_span("unseen"):
        pass
    assert names(home) == ["agent.decision_cycle"]
    assert len(started(home)) == 1


def test_two_agents_have_each_what_belongs_to_it(
    make: Callable[[str], Agent], theirs: TracerProvider, home: Path
) -> None:
    a, b = make("a"), make("b")
    library = theirs.get_tracer("library")
    with a.cycle(), library.start_as_current_span("in a"), b.session():
        library.start_span("below a").end()
        with b.cycle():
            library.start_span("in b").end()
    with a.session():
        library.start_span("at work: a").end()
    library.start_span("outside: the latest").end()
    assert names(home, "a") == ["below a", "in a", "agent.decision_cycle", "at work: a"]
    assert names(home, "b") == ["in b", "agent.decision_cycle", "outside: the latest"]


def test_a_span_below_one_of_theirs_stays_in_its_trace_wherever_it_is_started(
    make: Callable[[str], Agent], theirs: TracerProvider, home: Path
) -> None:
    a, b = make("a"), make("b")
    library = theirs.get_tracer("library")
    with a.cycle():
        above = library.start_span("above")
    with b.session(), trace.use_span(above, end_on_exit=True):
        library.start_span("below").end()
    assert names(home, "a") == ["agent.decision_cycle", "below", "above"]


def test_a_span_that_began_before_there_was_an_agent_is_written_when_it_ends(
    make: Callable[[str], Agent], home: Path
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    loop = provider.get_tracer("framework").start_span("main loop")
    provider.add_span_processor(Attached())  # type: ignore[arg-type]
    a = make("a")
    make("b")
    with a.session():
        loop.end()
    assert (names(home, "a"), started(home, "a")) == (["main loop"], [])


def test_after_the_agents_shutdown_nothing_of_its_is_written_and_its_neighbour_goes_on(
    make: Callable[[str], Agent], theirs: TracerProvider, exporter: InMemorySpanExporter, home: Path
) -> None:
    a, b = make("a"), make("b")
    library = theirs.get_tracer("library")
    with b.cycle():
        open_span = library.start_span("open")
    b.shutdown(0)
    with trace.use_span(open_span):
        library.start_span("below").end()
    open_span.end()
    library.start_span("later").end()
    assert (names(home, "a"), names(home, "b")) == (["later"], ["agent.decision_cycle"])
    a.shutdown(0)
    library.start_span("for nobody").end()
    assert names(home, "a") == ["later"]
    assert [span.name for span in exporter.get_finished_spans()] == ["below", "open", "later", "for nobody"]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        object(),
        SimpleNamespace(get_span_context=lambda: 1 / 0),
        SimpleNamespace(get_span_context=lambda: trace.SpanContext(1, 1, False, trace.TraceFlags(1))),
        SimpleNamespace(get_span_context=lambda: trace.SpanContext(1, 1, False, trace.TraceFlags(1)), parent="x"),
    ],
)
def test_what_is_no_span_raises_nothing(agent: Agent, home: Path, odd: Any) -> None:
    processor = Attached()
    processor.on_start(odd)
    processor.on_end(odd)
    with agent.cycle():
        pass
    assert names(home) == ["agent.decision_cycle"]


def test_flushing_their_provider_flushes_the_agents(agent: Agent, theirs: TracerProvider) -> None:
    assert theirs.force_flush()
    theirs.get_tracer("library").start_span("waits for a shipper").end()
    assert not theirs.force_flush(20)


def test_flushing_their_provider_does_not_wait_for_our_destinations_for_long(agent: Agent) -> None:
    with agent.cycle():
        pass
    assert not Attached(longest_flush_s=0.02).force_flush(600_000)


def test_shutting_their_provider_down_is_not_the_end_of_the_agent(
    agent: Agent, theirs: TracerProvider, home: Path
) -> None:
    theirs.shutdown()
    with agent.cycle():
        pass
    assert names(home) == ["agent.decision_cycle"]
