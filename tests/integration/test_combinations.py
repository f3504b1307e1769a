"""`init` returns and the agent trades, whatever else there is in the process, or is not.

One program decides once: it reads, fails, handles the error, and goes on. It runs in a process of its own in every
combination of collector, Sentry, and a program's own use of OpenTelemetry and sentry_sdk. Each time it ends as it would
have without Fleaglass, and what is on tells the whole story: one failure, one event, one trace.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.processes import sending
from tests.support.sentry_server import SentryServer
from tests.support.sources import SOURCES
from tests.unit.recorder.collector import Collector, collector

pytestmark = pytest.mark.integration

INIT = """
import logging, sys
logging.basicConfig(format="%(name)s: %(message)s")
import fleaglass
agent = fleaglass.init("vol-arb-1", release="a@1", environment="test")
"""

DECIDE = """
import json
try:
    with agent.cycle(market="BTC/USD") as cycle, agent.stage("order.size") as stage:
        agent.breadcrumb("note", "about to fail")
        raise ValueError("odd")
except ValueError as error:
    logging.getLogger("strategy").error("no order: %s", error)
with agent.cycle() as later:
    later.skip("low_confidence")
told = agent.flush(5)
print(json.dumps([cycle.trace_id, stage.span_id, told, agent.shutdown(5)]))
"""

REPEATS = """    logging.getLogger("strategy").error("no order: %s", error)
"""

THEIR_SENTRY = """
import sentry_sdk
sentry_sdk.init(dsn={dsn!r}, release="theirs")
"""

THEIR_PROVIDER = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
theirs, exporter = TracerProvider(sampler=sampling.{sampler}), InMemorySpanExporter()
theirs.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(theirs)
"""

INSIDE_THEIRS = """
assert trace.get_tracer_provider() is theirs
with trace.get_tracer("framework").start_as_current_span("GET /decide") as around:
    with agent.cycle() as below, trace.get_tracer("http").start_as_current_span("GET /price") as inside:
        assert around.get_span_context().trace_id != inside.get_span_context().trace_id == int(below.trace_id, 16)
"""

THEIRS_ALONE = """
assert [span.name for span in exporter.get_finished_spans()] == {theirs!r}
"""


@pytest.fixture
def hub() -> Iterator[Collector]:
    with collector() as hub:
        yield hub


@pytest.fixture
def sentry() -> Iterator[SentryServer]:
    with SentryServer() as sentry:
        yield sentry


def run(program: str, **environ: str) -> tuple[tuple[str, str, bool, bool], str]:
    """What the program printed, trace and span of the failure and whether all arrived, and what it wrote to stderr."""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": SOURCES, "PATH": "", "FLEAGLASS_METRICS": "none", **sending(), **environ},
    )
    assert ran.returncode == 0, ran.stderr
    trace_id, span_id, told, ended = json.loads(ran.stdout)
    return (trace_id, span_id, told, ended), ran.stderr


def names(hub: Collector) -> list[str]:
    return [
        span.name
        for _, _, request in hub.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def check(events: list[dict[str, Any]], trace_id: str, span_id: str) -> None:
    """There is one event, which is of the failure and linked to its span."""
    (event,) = events
    trace = event["contexts"]["trace"]
    assert (trace["trace_id"], trace["span_id"]) == (trace_id, span_id)
    assert event["exception"]["values"][-1]["type"] == "ValueError"
    assert event["tags"]["agent_id"] == "vol-arb-1"


SPANS = ["order.size", "agent.decision_cycle", "agent.decision_cycle"]
QUIET = "strategy: no order: odd\n"


def test_with_sentry_off_the_spans_arrive(hub: Collector) -> None:
    (_, _, told, ended), said = run(INIT + DECIDE, OTEL_EXPORTER_OTLP_ENDPOINT=hub.url)
    assert (told, ended, names(hub), said) == (True, True, SPANS, QUIET)


def test_with_sentry_alone_the_event_arrives(sentry: SentryServer) -> None:
    (trace_id, span_id, told, ended), said = run(INIT + DECIDE, OTEL_TRACES_EXPORTER="none", SENTRY_DSN=sentry.dsn)
    assert (told, ended, said) == (True, True, QUIET)
    check(sentry.events, trace_id, span_id)


def test_with_both_the_event_names_the_span(hub: Collector, sentry: SentryServer) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": hub.url, "SENTRY_DSN": sentry.dsn}
    (trace_id, span_id, told, ended), said = run(INIT + DECIDE, **environ)
    assert (told, ended, names(hub), said) == (True, True, SPANS, QUIET)
    assert bytes.fromhex(span_id).hex() in hub.span_ids
    check(sentry.events, trace_id, span_id)


@pytest.mark.parametrize("name", ["OTEL_SDK_DISABLED", "FLEAGLASS_DISABLED"])
def test_switched_off_nothing_leaves(hub: Collector, sentry: SentryServer, name: str) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": hub.url, "SENTRY_DSN": sentry.dsn, name: "true"}
    (trace_id, _, told, ended), said = run(INIT + DECIDE, **environ)
    assert (trace_id, told, ended, said) == ("0" * 32, True, True, QUIET)
    assert (hub.connections, sentry.requests) == (0, [])


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize(
    ("sampler", "theirs"),
    [("ALWAYS_ON", ["GET /price", "GET /decide"]), ("ParentBased(sampling.ALWAYS_OFF)", ["GET /price"])],
    ids=["kept", "dropped"],
)
def test_beside_a_provider_that_somebody_else_set(
    hub: Collector, sentry: SentryServer, order: str, sampler: str, theirs: list[str]
) -> None:
    """Theirs stays the global one and gets its own spans only. A cycle is a trace, and theirs inside are part of it.

    What they keep is at the hub as well.
    """
    provider = THEIR_PROVIDER.format(sampler=sampler)
    program = provider + INIT if order == "before" else INIT + provider
    program += INSIDE_THEIRS + THEIRS_ALONE.format(theirs=theirs)
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": hub.url, "SENTRY_DSN": sentry.dsn}
    (trace_id, span_id, told, ended), said = run(program + DECIDE, **environ)
    assert (told, ended, said) == (True, True, QUIET)
    assert sorted(names(hub)) == sorted([*theirs, "agent.decision_cycle", *SPANS])
    check(sentry.events, trace_id, span_id)


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("ours", [True, False], ids=["a DSN of ours", "no DSN"])
def test_beside_a_sentry_of_the_authors(hub: Collector, sentry: SentryServer, order: str, ours: bool) -> None:
    """In the same project, with all its hooks: what both tell of, an error or a line of the log, is one event."""
    theirs = THEIR_SENTRY.format(dsn=sentry.dsn)
    both = """    sentry_sdk.capture_exception(error)
with agent.cycle():
    logging.getLogger("strategy").error("no price")
"""
    program = (theirs + INIT if order == "before" else INIT + theirs) + DECIDE.replace(REPEATS, both)
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": hub.url, **({"SENTRY_DSN": sentry.dsn} if ours else {})}
    (trace_id, span_id, told, ended), said = run(program, **environ)
    assert (told, ended, said) == (True, True, "strategy: no price\n")
    assert names(hub) == [*SPANS, "agent.decision_cycle"]
    (line,) = [event for event in sentry.events if event.get("logger") == "strategy"]
    assert line["tags"]["agent_id"] == "vol-arb-1"
    check([event for event in sentry.events if event is not line], trace_id, span_id)


@pytest.mark.parametrize("dsn", ["nonsense", "https://sentry.example/7", "http://key@127.0.0.1:1/7"])
def test_a_sentry_that_cannot_be_had_costs_no_span(hub: Collector, dsn: str) -> None:
    program = (INIT + DECIDE).replace("agent.flush(5)", "agent.flush(0.4)").replace("shutdown(5)", "shutdown(0.4)")
    _, said = run(program, OTEL_EXPORTER_OTLP_ENDPOINT=hub.url, SENTRY_DSN=dsn)
    assert names(hub) == SPANS
    assert "Traceback" not in said
    assert dsn not in said


def test_a_collector_that_cannot_be_had_costs_no_event(sentry: SentryServer) -> None:
    program = (INIT + DECIDE).replace("agent.flush(5)", "agent.flush(0.4)").replace("shutdown(5)", "shutdown(0.4)")
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "SENTRY_DSN": sentry.dsn}
    (trace_id, span_id, told, ended), said = run(program, **environ)
    assert (told, ended, "Traceback" in said) == (False, False, False)
    check(sentry.events, trace_id, span_id)
