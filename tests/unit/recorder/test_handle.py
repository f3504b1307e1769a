"""One ``init`` makes one agent; nothing about telemetry ever stops a program."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import fleaglass
from fleaglass.recorder import NOTHING, Counts, Seams, current_core
from fleaglass.settings import SETTINGS
from fleaglass.testing import CountingIds, Recording, TickingClock, lenient, recording
from tests.unit.recorder.collector import collector


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        for variable in setting.variables:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("FLEAGLASS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FLEAGLASS_SHIPPER", "thread")
    monkeypatch.setenv("FLEAGLASS_GLOBAL_PROVIDER", "false")


def test_an_agent_that_exists_already_cannot_be_recorded() -> None:
    """It would keep what the recording is to hold, and the test would look at empty lists."""
    with recording("twice"):
        with pytest.raises(ValueError, match="has an agent 'twice' already"), recording("twice"):
            pass  # pragma: no cover
        with recording("other"):
            pass
    with recording("twice"):
        pass


def test_the_second_init_of_an_agent_returns_the_first(caplog: pytest.LogCaptureFixture) -> None:
    with lenient():
        agent = fleaglass.init("a", strategy="one")
        assert fleaglass.init("a", strategy="one") is agent
        assert not caplog.records
        assert fleaglass.init("a", strategy="two") is agent
        assert "agent a exists already" in caplog.records[0].getMessage()
        other = fleaglass.init("b")
        assert other is not agent
        assert current_core().agent_id == "a"
        with other.cycle():
            assert current_core().agent_id == "b"
        agent.shutdown(0)
        other.shutdown(0)
        again = fleaglass.init("a")
        assert again is not agent
        again.shutdown(0)


def test_every_span_reaches_the_collector_with_its_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "team=quants,pf.strategy=not-this,deployment.environment.name=nor")
    with collector() as server:
        agent = fleaglass.init(
            "vol-arb-1",
            strategy="vol-arb-btc",
            release="agent-vol-arb@2.1.0",
            environment="demo",
            region="local",
            services=("trading", "wallet"),
            endpoint=server.url,
        )
        for _ in range(40):
            with agent.cycle(market="BTC/USD"), agent.stage("signal.analysis"):
                pass
        assert agent.shutdown()
        assert agent.counts() == Counts(recorded=80, accepted=80)
        assert len(set(server.span_ids)) == 80
        attributes = server.requests[0][2].resource_spans[0].resource.attributes
    resource = {attribute.key: attribute.value.string_value for attribute in attributes}
    assert resource == {
        "team": "quants",
        "service.name": "purple-flea-agent",
        "service.instance.id": "vol-arb-1",
        "service.version": "agent-vol-arb@2.1.0",
        "pf.agent_id": "vol-arb-1",
        "pf.strategy": "vol-arb-btc",
        "pf.release": "agent-vol-arb@2.1.0",
        "pf.environment": "demo",
        "deployment.environment.name": "demo",
        "pf.services": "trading,wallet",
        "pf.region": "local",
        "cloud.region": "local",
        "deployment.region": "local",
        "telemetry.sdk.name": "fleaglass",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": fleaglass.__version__,
    }


def test_a_span_is_on_its_way_within_half_a_second() -> None:
    """So that the hub's page shows a cycle as it happens."""
    with collector() as server:
        agent = fleaglass.init("live", endpoint=server.url)
        with agent.cycle():
            pass
        deadline = time.monotonic() + 2
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.requests
        assert agent.flush()
        agent.shutdown()


@pytest.mark.parametrize("environ", [{"OTEL_SDK_DISABLED": "true"}, {"FLEAGLASS_DISABLED": "1"}])
def test_disabled_means_that_everything_works_and_nothing_is_recorded(monkeypatch, environ) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    agent = fleaglass.init("off")
    with agent.cycle() as cycle, agent.handoff("x") as carrier, agent.take_over(carrier, mode="child"):
        cycle.skip("nothing")
        assert carrier == {}
        assert cycle.trace_id == "0" * 32
    assert agent.risk_check("x", passed=True)
    assert agent.counts() == Counts()
    assert agent.shutdown()


def test_our_own_variable_goes_before_the_standard_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry may be off for everybody else."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("FLEAGLASS_DISABLED", "false")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    spans: list[object] = []
    agent = fleaglass.init("on", seams=Seams(sinks=(spans.append,)))
    with agent.cycle():
        pass
    agent.shutdown()
    assert len(spans) == 1


def test_without_init_everything_works_as_well() -> None:
    assert current_core() is NOTHING


@pytest.mark.parametrize("sampler", ["always_off", "parentbased_always_off"])
def test_the_standard_sampler_variable_is_honoured(monkeypatch: pytest.MonkeyPatch, sampler: str) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    spans: list[object] = []
    agent = fleaglass.init("sampled", seams=Seams(TickingClock(), CountingIds(), (spans.append,)))
    with agent.cycle():
        pass
    assert not spans
    agent.shutdown()


@pytest.mark.parametrize(
    "arguments",
    [
        {"agent_id": 7, "services": 3, "endpoint": "nonsense", "release": object()},
        {"agent_id": "", "services": b"x", "endpoint": "http://127.0.0.1:0"},
        {"agent_id": "x", "span_log": "/nowhere/at/all"},
        {"agent_id": "x", "seams": "not seams"},
    ],
)
def test_no_argument_makes_init_raise(arguments: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setenv("OTEL_SPAN_EVENT_COUNT_LIMIT", "many")
    with lenient():
        agent = fleaglass.init(**arguments)
        with agent.cycle() as cycle:
            cycle.skip("nothing")
        agent.shutdown()


def test_what_is_wrong_with_the_configuration_is_said_once(monkeypatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "lots")
    with lenient():
        for _ in range(3):
            fleaglass.init("problem")
    (record,) = caplog.records
    assert record.getMessage() == "OTEL_BSP_MAX_QUEUE_SIZE: must be a number, got 'lots'; not used"
    fleaglass.init("problem").shutdown()


def test_an_agent_without_a_name_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    with lenient():
        fleaglass.init().shutdown()
    (record,) = caplog.records
    assert "FLEAGLASS_AGENT_ID is not set; this is unnamed-agent" in record.getMessage()


def test_an_id_that_looks_like_a_key_is_accepted_and_earns_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The guides use one shape for both."""
    spans = []
    with lenient():
        agent = fleaglass.init("pf_live_your_agent_id", seams=Seams(TickingClock(), CountingIds(), (spans.append,)))
        with agent.handoff("research"):
            pass
        agent.shutdown(0)
    assert "shape of an API key" in caplog.records[0].getMessage()
    assert "pf_live" not in caplog.text
    assert spans[0].resource["pf.agent_id"] == "pf_live_your_agent_id"
    assert spans[0].attributes["pf.requester_agent_id"] == "pf_live_your_agent_id"


PROGRAM = """
import fleaglass, os, signal, sys, time
agent = fleaglass.init("exiting", endpoint=sys.argv[1], span_log=sys.argv[2])
with agent.cycle():
    pass
print(time.time(), flush=True)
"""


def run(tmp_path: Path, url: str, then: str = "") -> tuple[subprocess.CompletedProcess[str], float]:
    """Run an agent. Returns how it ended and how long it took to leave, in seconds."""
    program = PROGRAM + textwrap.dedent(then)
    done = subprocess.run(
        [sys.executable, "-c", program, url, str(tmp_path / "spans.log")],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done, time.time() - float(done.stdout)


def test_leaving_the_interpreter_delivers_what_is_left(tmp_path: Path) -> None:
    with collector() as server:
        done, _ = run(tmp_path, server.url)
        (line,) = (tmp_path / "spans.log").read_text().splitlines()
        trace_id, span_id, name = line.split()
        assert (name, [span_id]) == ("agent.decision_cycle", server.span_ids)
        assert len(trace_id) == 32
    assert (done.returncode, done.stderr) == (0, "")


def test_leaving_takes_two_seconds_at_most_with_a_silent_collector(tmp_path: Path) -> None:
    with collector() as server:
        server.hold.clear()
        done, seconds = run(tmp_path, server.url)
    assert done.returncode == 0
    assert "1 spans were not delivered" in done.stderr
    assert 1.5 < seconds < 5  # two for the spans, the rest for taking Python down on a busy machine


def test_sigterm_is_left_to_the_agent(tmp_path: Path) -> None:
    with collector() as server:
        done, _ = run(tmp_path, server.url, "os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)")
    assert done.returncode == -signal.SIGTERM
    assert (tmp_path / "spans.log").read_text().endswith("agent.decision_cycle\n")


def test_a_strategy_that_seeds_the_random_module_gets_different_ids(tmp_path: Path) -> None:
    ids = set()
    for n in range(2):
        program = "import random; random.seed(42); import fleaglass; agent = fleaglass.init('a')\nrandom.seed(42)\n"
        program += "with agent.cycle() as cycle: print(cycle.trace_id, cycle.cycle_id)\nagent.shutdown(0)"
        environ = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
        ids |= set(subprocess.check_output([sys.executable, "-c", program], env=environ, text=True).split())
        assert len(ids) == 2 * (n + 1)


def test_the_span_log_has_one_line_per_ended_span(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEAGLASS_SPAN_LOG", str(tmp_path / "spans.log"))
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("logged", seams=Seams(TickingClock(), CountingIds()))
    with agent.cycle(), agent.stage("order.size"):
        assert not (tmp_path / "spans.log").exists()
    agent.shutdown()
    assert (tmp_path / "spans.log").read_text() == (
        f"{1:032x} {2:016x} order.size\n{1:032x} {1:016x} agent.decision_cycle\n"
    )


def test_a_test_finds_the_agent_under_test_by_its_id(fleaglass_recording: Recording) -> None:
    assert fleaglass.init("test-agent") is fleaglass_recording.agent
