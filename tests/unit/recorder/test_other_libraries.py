"""Spans of other libraries nest with ours, whoever's provider they were made with, and leave without secrets."""

import logging

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fleaglass.recorder import EndedLink, Seams, init_offline
from fleaglass.recorder.tracer import Provider
from fleaglass.testing import Recording, lenient, recording

KEY = "sk_live_0123456789abcdef0123456789abcdef"

SAID = """
    gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.definitions
    gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.retrieval.documents gen_ai.prompt gen_ai.completion
    gen_ai.prompt.0.content gen_ai.completion.1.role llm.prompts llm.input_messages.0.message.content
    traceloop.entity.input input.value
"""


class ModelClient:
    """A model's client with an instrumentation that knows nothing but OpenTelemetry's API."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer("opentelemetry.instrumentation.somebody", "1.0")

    def ask(self, question: str) -> str:
        names = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "o9"}
        with self._tracer.start_as_current_span("chat o9", kind=trace.SpanKind.CLIENT, attributes=names) as span:
            span.set_attribute("gen_ai.input.messages", question)
            span.set_attribute("gen_ai.response.finish_reasons", ("stop",))
            span.add_event("gen_ai.choice", {"api_key": "hunter2hunter2", "message": f"said {KEY}"})
            span.add_event("retry", {"gen_ai.completion.0.content": "Sell.", "attempt": 2})
            if "fail" in question:
                raise ConnectionError(f"refused {KEY}")
            return "Sell."


def test_an_instrumentation_that_is_given_our_provider(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    client = ModelClient(agent.tracer_provider)
    with agent.cycle(), agent.stage("signal.analysis"):
        client.ask(f"Buy or sell? {KEY}")
    assert (
        fleaglass_recording.tree()
        == """\
agent.decision_cycle
  pf.signal.analysis
    chat o9"""
    )
    chat = fleaglass_recording.one("chat o9")
    assert chat.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "o9",
        "gen_ai.response.finish_reasons": ["stop"],
    }
    assert chat.scope == "opentelemetry.instrumentation.somebody"
    assert chat.resource["pf.agent_id"] == "test-agent"
    assert [event.name for event in chat.events] == ["retry"]


def test_what_was_said_stays_on_their_spans_on_request_and_is_scrubbed() -> None:
    with recording(capture_content=True) as record:
        ModelClient(record.agent.tracer_provider).ask(f"Buy or sell? {KEY}")
        chat = record.one("chat o9")
        assert chat.attributes["gen_ai.input.messages"] == "Buy or sell? [scrubbed]"
        assert [dict(event.attributes) for event in chat.events] == [
            {"api_key": "[scrubbed]", "message": "said [scrubbed]"},
            {"gen_ai.completion.0.content": "Sell.", "attempt": 2},
        ]


def test_nothing_that_was_said_leaves_on_their_spans_unless_it_is_asked_for(fleaglass_recording: Recording) -> None:
    """By today's conventions, by those before, and by those of other instrumentations."""
    kept = {
        "gen_ai.usage.input_tokens": 812,
        "gen_ai.output.type": "text",
        "gen_ai.prompt.name": "decide",
        "gen_ai.tool.description": "reads the order book",
        "llm.request.type": "chat",
    }
    tracer = fleaglass_recording.agent.tracer_provider.get_tracer("somebody")
    with tracer.start_as_current_span("chat", attributes=dict.fromkeys(SAID.split(), "tulips")) as span:
        span.set_attributes(kept)
        for name in ("gen_ai.user.message", "gen_ai.system.message", "gen_ai.choice", "gen_ai.content.prompt"):
            span.add_event(name, {"content": "tulips"})
    chat = fleaglass_recording.one("chat")
    assert chat.attributes == kept
    assert chat.events == ()


def test_no_secret_leaves_in_a_span_of_somebody_elses(fleaglass_recording: Recording) -> None:
    tracer = fleaglass_recording.agent.tracer_provider.get_tracer("somebody")
    with pytest.raises(ConnectionError):
        ModelClient(fleaglass_recording.agent.tracer_provider).ask("fail")
    link = trace.Link(trace.SpanContext(1, 1, False), {"note": KEY})
    with tracer.start_as_current_span(f"GET /?key={KEY}", attributes={KEY: KEY, "list": [KEY, "b"]}, links=[link]):
        pass
    failed, other = fleaglass_recording.spans
    assert (failed.status, failed.status_message) == ("error", "ConnectionError: refused [scrubbed]")
    assert other.attributes["list"] == ["[scrubbed]", "b"]
    assert other.links == (EndedLink(f"{1:032x}", f"{1:016x}", {"note": "[scrubbed]"}),)
    assert KEY not in repr(fleaglass_recording.spans)


def test_a_cycle_is_a_trace_also_inside_of_theirs_and_their_spans_inside_are_part_of_it(
    fleaglass_recording: Recording,
) -> None:
    """With our provider, and with one that the program has set up for itself."""
    exporter, theirs = InMemorySpanExporter(), TracerProvider()
    theirs.add_span_processor(SimpleSpanProcessor(exporter))
    agent = fleaglass_recording.agent
    framework = theirs.get_tracer("framework")
    with (
        framework.start_as_current_span("request") as request,
        agent.cycle() as cycle,
        framework.start_as_current_span("lookup") as lookup,
        agent.stage("signal.analysis") as stage,
    ):
        ModelClient(agent.tracer_provider).ask("?")
    parents = {span.name: span.parent_span_id for span in fleaglass_recording.spans}
    spelt = trace.format_span_id
    assert parents == {
        "agent.decision_cycle": None,
        "pf.signal.analysis": spelt(lookup.get_span_context().span_id),
        "chat o9": stage.span_id,
    }
    ended = {span.name: span for span in exporter.get_finished_spans()}
    assert ended["lookup"].parent.span_id == int(cycle.span_id, 16)
    assert {span.trace_id for span in fleaglass_recording.spans} == {cycle.trace_id}
    assert ended["lookup"].context.trace_id == int(cycle.trace_id, 16) != request.get_span_context().trace_id
    around = request.get_span_context()
    assert fleaglass_recording.one("agent.decision_cycle").links == (
        EndedLink(trace.format_trace_id(around.trace_id), spelt(around.span_id)),
    )
    assert set(ended) == {"request", "lookup"}  # ours leave by our own way only


@pytest.mark.parametrize("sampler", [sampling.ALWAYS_ON, sampling.ParentBased(sampling.ALWAYS_OFF)])
def test_their_span_around_the_whole_loop_costs_no_decision(sampler: sampling.Sampler) -> None:
    """Whether they keep it or not. It may never be over; each decision is."""
    theirs = TracerProvider(sampler=sampler).get_tracer("framework")
    with recording() as record:
        with theirs.start_as_current_span("main loop") as loop:
            for _ in range(2):
                with record.agent.cycle() as cycle, theirs.start_as_current_span("lookup"), record.agent.stage("think"):
                    cycle.skip("low_confidence")
        around = loop.get_span_context()
        to_loop = [trace.format_trace_id(around.trace_id)] if around.trace_flags.sampled else []
        cycles = record.named("agent.decision_cycle")
        linked = [(span.parent_span_id, [link.trace_id for link in span.links]) for span in cycles]
        assert linked == [(None, to_loop), (None, [*to_loop, cycles[0].trace_id])]
        assert [span.trace_id for span in record.named("think")] == [span.trace_id for span in cycles]
        assert len({span.trace_id for span in cycles}) == 2


def test_an_operation_outside_of_cycles_is_kept_also_inside_of_a_span_that_they_do_not_keep() -> None:
    theirs = TracerProvider(sampler=sampling.ALWAYS_OFF).get_tracer("framework")
    with recording() as record:
        with theirs.start_as_current_span("main loop"), record.agent.stage("work"):
            pass
        assert len(record.named("work")) == 1


def test_a_cycle_in_a_task_is_part_of_it_also_below_a_span_of_theirs(fleaglass_recording: Recording) -> None:
    agent, theirs = fleaglass_recording.agent, TracerProvider().get_tracer("framework")
    with agent.take_over(escrow_id="esc_1") as task, theirs.start_as_current_span("job"), agent.cycle() as cycle:
        assert (cycle.trace_id, cycle.span_context.is_valid) == (task.trace_id, True)
    job = theirs.start_span("job", context=context.Context())
    with agent.take_over(escrow_id="esc_2") as task, trace.use_span(job), agent.cycle() as cycle:
        assert cycle.trace_id == task.trace_id


def test_a_disabled_agent_leaves_their_traces_as_they_are() -> None:
    theirs = TracerProvider().get_tracer("framework")
    agent = init_offline("disabled-agent", seams=Seams(), disabled=True)
    with (
        theirs.start_as_current_span("request") as request,
        agent.cycle(),
        agent.take_over(escrow_id="esc_1"),
        theirs.start_as_current_span("lookup") as lookup,
    ):
        assert lookup.get_span_context().trace_id == request.get_span_context().trace_id
    agent.shutdown()


def test_a_disabled_agent_has_a_provider_that_records_nothing() -> None:
    agent = init_offline("disabled-agent", seams=Seams(), disabled=True)
    with agent.tracer_provider.get_tracer("somebody").start_as_current_span("chat o9") as span:
        assert not span.is_recording()
    agent.shutdown()


def test_flushing_the_provider_flushes_the_agent(fleaglass_recording: Recording) -> None:
    provider = fleaglass_recording.agent.tracer_provider
    assert isinstance(provider, Provider)
    assert provider.force_flush(timeout_millis=100) is True


def test_a_sink_that_fails_does_not_keep_the_span_from_the_next(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_: object) -> None:
        raise OSError("disk full")

    kept: list[object] = []
    agent = init_offline("two-sinks", seams=Seams(sinks=(failing, kept.append)))
    with lenient(), caplog.at_level(logging.WARNING), agent.stage("work"):
        pass
    assert len(kept) == 1
    assert "OSError" in caplog.text
    agent.shutdown()
