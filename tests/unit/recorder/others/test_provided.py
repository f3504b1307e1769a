"""Where nobody has set a provider, libraries record with the agents', whoever they turn out to be.

It is not made the global one here: see test_meeting.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from opentelemetry import context, trace

from fleaglass.recorder import Agent
from fleaglass.recorder.others import provided as module
from fleaglass.recorder.others.provided import Provided
from tests.unit.recorder.others.journals import ended, names, scope_of

KEY = "sk_live_0123456789abcdef0123456789abcdef"


@pytest.fixture
def provided() -> Provided:
    return module.provided


@pytest.fixture
def library(provided: Provided) -> trace.Tracer:
    """Got before there is any agent, as libraries do."""
    return provided.get_tracer("library", "1.2")


def test_a_library_records_with_the_agent_that_is_at_work(
    library: trace.Tracer, make: Callable[[str], Agent], home: Path
) -> None:
    a, b = make("a"), make("b")
    with a.cycle() as cycle, library.start_as_current_span("in a", kind=trace.SpanKind.CLIENT) as span:
        library.start_span("below", attributes={"key": KEY}).end()
        assert span.get_span_context().trace_id == int(cycle.trace_id, 16)
    with a.session():
        library.start_span("at work: a").end()
    library.start_span("outside: the latest").end()
    with a.cycle():
        inside = context.get_current()
    with b.session():
        library.start_span("where it is told to", inside).end()
    assert names(home, "a") == ["below", "in a", "agent.decision_cycle", "at work: a", *names(home, "a")[4:]]
    assert names(home, "a")[4:] == ["agent.decision_cycle", "where it is told to"]
    assert names(home, "b") == ["outside: the latest"]
    assert ended(home, "a")[0].attributes == {"key": "[scrubbed]"}
    assert scope_of(home, ended(home, "a")[0]) == "library"


async def test_a_function_that_was_decorated_before_there_was_an_agent_is_recorded(
    library: trace.Tracer, make: Callable[[str], Agent], home: Path
) -> None:
    @library.start_as_current_span("plain")
    def plain() -> int:
        return 1

    @library.start_as_current_span("async")
    async def later() -> int:
        return 2

    assert (plain(), await later()) == (1, 2)
    agent = make("a")
    assert (plain(), await later()) == (1, 2)
    with pytest.raises(ValueError, match="odd"), library.start_as_current_span("fails"):
        raise ValueError("odd")
    agent.shutdown(0)
    assert (plain(), await later()) == (1, 2)
    assert names(home) == ["plain", "async", "fails"]
    assert ended(home)[-1].status == 2


def test_without_agents_spans_are_none_and_context_is_handed_on(library: trace.Tracer) -> None:
    remote = trace.NonRecordingSpan(trace.SpanContext(1, 2, True, trace.TraceFlags(1)))
    with trace.use_span(remote), library.start_as_current_span("unseen") as span:
        assert (span.is_recording(), span.get_span_context()) == (False, remote.get_span_context())


def test_a_library_that_calls_itself_fleaglass_is_cleaned_all_the_same(
    provided: Provided, agent: Agent, home: Path
) -> None:
    provided.get_tracer("fleaglass").start_span(KEY).end()
    assert names(home) == ["[scrubbed]"]


def test_flushing_it_flushes_the_agents(provided: Provided, agent: Agent) -> None:
    assert provided.force_flush()
    with agent.cycle():
        pass
    assert not provided.force_flush(20)
