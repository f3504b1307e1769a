"""Which agent a span of another library belongs to. (That it gets there: test_attached.py, test_provided.py.)"""

from __future__ import annotations

import threading
from collections.abc import Callable

from opentelemetry import context, trace

from fleaglass.recorder import Agent
from fleaglass.recorder.others.belonging import OpenSpans, owner_of, recording


def spans(count: int) -> list[trace.SpanContext]:
    return [trace.SpanContext(1, number, False) for number in range(1, count + 1)]


def test_a_library_that_never_ends_its_spans_does_not_fill_the_memory() -> None:
    owner, few = trace.NoOpTracerProvider(), OpenSpans(most=2)
    for span in spans(3):
        few.begin(span, owner)
    assert [few.owner(span) for span in spans(3)] == [None, owner, owner]
    assert [few.end(span) for span in spans(3)] == [None, owner, owner]
    assert [few.owner(span) for span in spans(3)] == [None, None, None]


def test_without_agents_it_is_nobodys() -> None:
    assert owner_of(None) is recording(None) is None


def test_of_the_nearest_span_then_of_the_session_then_of_the_latest(make: Callable[[str], Agent]) -> None:
    first, second = make("a"), make("b")
    with second.session(), first.cycle(), second.session():
        assert owner_of(None) is first.tracer_provider
        assert owner_of(context.Context()) is second.tracer_provider
    with first.session():
        assert owner_of(None) is first.tracer_provider
    assert owner_of(None) is second.tracer_provider
    second.shutdown(0)
    assert recording(owner_of(None)) is first.tracer_provider


def test_what_a_disabled_agent_is_at_is_not_its_neighbours(
    make: Callable[[str], Agent], fleaglass_recording: object
) -> None:
    """Likewise one that sends nothing, such as those of a recording."""
    make("a")
    offline = fleaglass_recording.agent  # type: ignore[attr-defined]
    with offline.cycle():
        assert owner_of(None) is offline.tracer_provider
        assert recording(owner_of(None)) is None


def test_what_the_shipper_does_to_send_spans_is_no_span(agent: Agent) -> None:
    found: list[object] = []
    for name in ("fleaglass-shipper", "a thread of the program's"):
        thread = threading.Thread(target=lambda: found.append(owner_of(None)), name=name)
        thread.start()
        thread.join()
    assert found == [None, agent.tracer_provider]
