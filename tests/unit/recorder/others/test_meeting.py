"""A program's own tracer provider is attached to, whenever it was set; where there is none, there is ours.

A provider is global once and for all, so each of these runs a program of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.recorder.others.journals import names, written

INIT = """
import fleaglass
agent = fleaglass.init("a", endpoint="http://127.0.0.1:1", dsn="none", release="a@1")
"""

THEIRS = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
theirs, exporter = TracerProvider(), InMemorySpanExporter()
theirs.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(theirs)
"""

DECIDE = """
from opentelemetry import trace
def decide():
    with agent.cycle(), trace.get_tracer("library").start_as_current_span("GET /price"):
        pass
decide()
print(type(trace.get_tracer_provider()).__name__)
"""

EXPORTED = """
print(*[span.name for span in exporter.get_finished_spans()])
"""

BOTH = ["GET /price", "agent.decision_cycle"]


def run(program: str, home: Path, **environ: str) -> tuple[list[str], str]:
    """The lines that the program printed, and what it said on stderr."""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "FLEAGLASS_HOME": str(home), "FLEAGLASS_GLOBAL_PROVIDER": "true", **environ},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines(), ran.stderr


@pytest.mark.parametrize("program", [THEIRS + INIT, INIT + THEIRS], ids=["before init", "after init"])
def test_a_provider_that_the_program_has_set_stays_and_its_spans_are_in_the_journal_too(
    home: Path, program: str
) -> None:
    said = run(program + DECIDE + EXPORTED, home)
    assert said == (["TracerProvider", "GET /price"], "")
    assert names(home) == BOTH


def test_of_several_agents_one_processor_serves_all(home: Path) -> None:
    program = THEIRS + INIT + INIT.replace("agent =", "other =").replace('"a"', '"b"') + "with other.session(): pass\n"
    said = run(program + DECIDE + "with other.cycle(): decide()\n" + EXPORTED, home)
    assert said == (["TracerProvider", "GET /price GET /price"], "")
    assert (names(home, "a"), names(home, "b")) == ([*BOTH, *BOTH], ["agent.decision_cycle"])


def test_without_one_ours_is_there_from_the_first_cycle_on_also_for_tracers_that_libraries_have_got_before(
    home: Path,
) -> None:
    early = """
from opentelemetry import trace
early = trace.get_tracer("early")
early.start_span("unseen").end()
"""
    late = 'with agent.cycle(): early.start_span("seen").end()\nagent.shutdown(0)\nearly.start_span("over").end()'
    assert run(early + INIT + DECIDE + late, home) == (["Provided"], "")
    assert names(home) == [*BOTH, "seen", "agent.decision_cycle"]


def test_without_one_ours_is_there_from_the_first_session_on(home: Path) -> None:
    program = 'with agent.session(): trace.get_tracer("library").start_span("preparing").end()'
    assert run(INIT + "from opentelemetry import trace\n" + program, home) == ([], "")
    assert names(home) == ["preparing"]


def test_span_processors_that_are_added_to_ours_see_the_spans_of_all_agents(home: Path) -> None:
    """Of those that are there, and of those to come. What they raise is contained."""
    program = """
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
class Broken(SpanProcessor):
    def on_start(self, span, parent_context=None): 1 / 0
    def on_end(self, span): 1 / 0
    def shutdown(self): print("shut down")
exporter, provider = InMemorySpanExporter(), trace.get_tracer_provider()
provider.add_span_processor(Broken())
provider.add_span_processor(SimpleSpanProcessor(exporter))
decide()
"""
    program += INIT.replace('"a"', '"b"') + "decide()\n" + EXPORTED + "provider.shutdown()"
    printed, said = run(INIT + DECIDE + program, home)
    assert printed == ["Provided", " ".join([*BOTH, *BOTH]), "shut down"]
    assert said.count("Broken") == said.count("ZeroDivisionError") == 2
    assert (len(names(home, "a")), len(names(home, "b"))) == (4, 2)


def test_the_session_that_is_opened_around_a_whole_program_is_not_yet_its_work(home: Path) -> None:
    """Under `fleaglass run`: the program sets OpenTelemetry up after its ``init``, and is not refused."""
    run_as = """
from fleaglass.recorder import Surroundings, surrounded_by
class Run(Surroundings):
    def receive(self, agent): agent.session(handle_sigterm=False).__enter__()
surrounded_by(Run()).__enter__()
"""
    assert run(run_as + INIT + THEIRS + DECIDE + EXPORTED, home) == (["TracerProvider", "GET /price"], "")
    assert names(home) == BOTH


def test_it_can_be_switched_off(home: Path) -> None:
    """Then a provider that is set late is noticed at the next session, or within seconds."""
    late = "\nwith agent.session(): decide()" + EXPORTED
    said = run(INIT + DECIDE + THEIRS + late, home, FLEAGLASS_GLOBAL_PROVIDER="false")
    assert said == (["ProxyTracerProvider", "GET /price"], "")
    assert names(home) == ["agent.decision_cycle", *BOTH]


def test_a_provider_set_late_is_noticed_in_the_rounds(home: Path) -> None:
    soon = "import fleaglass.recorder.upkeep as upkeep\nupkeep._TEND_EVERY_S = 0.01\n"
    wait = """
import threading
attached, add = threading.Event(), theirs.add_span_processor
theirs.add_span_processor = lambda processor: (add(processor), attached.set())
assert attached.wait(30)
"""
    assert run(soon + INIT + DECIDE + THEIRS + wait, home, FLEAGLASS_GLOBAL_PROVIDER="false")[1] == ""


@pytest.mark.parametrize(
    "init",
    [
        INIT.replace("release=", "seams=fleaglass.recorder.Seams(), release=").replace(
            "import fleaglass", "import fleaglass.recorder"
        ),
        "import fleaglass.recorder as r\nagent = r.init_offline('a', seams=r.Seams())\n",
        "import os\nos.environ['FLEAGLASS_EXPORTER'] = 'none'\n" + INIT,
        "import os\nos.environ['FLEAGLASS_DISABLED'] = 'true'\n" + INIT,
    ],
    ids=["seams", "offline", "sends nothing", "disabled"],
)
def test_an_agent_of_a_test_or_one_that_sends_nothing_provides_nothing(home: Path, init: str) -> None:
    assert run(init + DECIDE, home) == (["ProxyTracerProvider"], "")


def test_a_recording_provides_nothing(home: Path) -> None:
    program = """
from fleaglass.testing import recording
with recording() as record:
""" + "".join(f"    {line}\n" for line in (INIT + "agent.session().__enter__()\n" + DECIDE).splitlines())
    assert run(program, home) == (["ProxyTracerProvider"], "")
    assert written(home) == {}


def test_a_provider_that_takes_no_processors_is_left_alone_and_that_is_said_in_a_low_voice(home: Path) -> None:
    program = """
import logging
from opentelemetry import trace
trace.set_tracer_provider(trace.NoOpTracerProvider())
logging.basicConfig(format="%(levelname)s %(message)s")
logging.getLogger("fleaglass").setLevel(logging.DEBUG)
"""
    printed, said = run(program + INIT + DECIDE + "with agent.session(): decide()", home)
    assert printed == ["NoOpTracerProvider"]
    assert said == (
        "DEBUG the global tracer provider, a opentelemetry.trace.NoOpTracerProvider, takes no span processors; "
        "it is left alone\n"
    )
    assert names(home) == ["agent.decision_cycle"] * 2


def test_an_agents_provider_that_the_program_has_made_global_is_not_attached_to(home: Path) -> None:
    program = INIT + "from opentelemetry import trace\ntrace.set_tracer_provider(agent.tracer_provider)\n" + DECIDE
    assert run(program, home) == (["Provider"], "")
    assert names(home) == BOTH


def test_one_that_the_environment_names_is_loaded_when_the_agent_begins_to_work_and_not_by_init(home: Path) -> None:
    program = INIT + "import sys\nprint('opentelemetry.sdk.trace' in sys.modules)\n" + DECIDE
    said = run(program, home, OTEL_PYTHON_TRACER_PROVIDER="sdk_tracer_provider")
    assert said == (["False", "TracerProvider"], "")
    assert names(home) == BOTH


def test_one_that_cannot_be_loaded_costs_a_line_and_no_decision(home: Path) -> None:
    program = INIT + "with agent.cycle(): pass\nwith agent.session(), agent.cycle(): pass\n"
    _, said = run(program, home, OTEL_PYTHON_TRACER_PROVIDER="no_such_provider")
    assert said.count("Failed to load configured provider") == 1
    assert "asking for the global tracer provider failed with StopIteration" in said
    assert names(home) == ["agent.decision_cycle"] * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("theirs", [THEIRS, ""], ids=["theirs", "ours"])
def test_a_forked_child_writes_into_its_own_journal(home: Path, theirs: str) -> None:
    program = """
import os
span = trace.get_tracer("library").start_span("begun in the parent")
if (child := os.fork()) == 0:
    decide()
    span.end()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    assert run(theirs + INIT + DECIDE + program, home)[1] == ""
    assert sorted(names(home)) == sorted([*BOTH, *BOTH, "begun in the parent"])
