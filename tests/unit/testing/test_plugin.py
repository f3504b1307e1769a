"""An author's own suite, run by pytest in a process of its own with nothing but the plugin."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import threading

import pytest

import fleaglass
from fleaglass.recorder import guard
from fleaglass.testing import Recording, lenient


def swallow() -> None:
    with guard("doing the impossible"):
        raise ZeroDivisionError("secret sk_live_0123456789abcdef0123456789abcdef")


def in_a_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_captures(fleaglass_recording: Recording) -> None:
    agent = fleaglass.init("test-agent")
    assert agent is fleaglass_recording.agent
    with agent.cycle(asset="BTC"), pytest.raises(ValueError), agent.stage("signal.analysis") as stage:
        stage.signal({"asset": "BTC", "action": "buy", "confidence": 0.82})
        assert [crumb.category for crumb in fleaglass_recording.breadcrumbs] == ["signal"]
        raise ValueError("no data")
    assert fleaglass_recording.one("agent.decision_cycle").trace_id == f"{1:032x}"
    (event,) = fleaglass_recording.events
    assert event["exception"]["values"][-1]["type"] == "ValueError"


def test_ids_and_clock_begin_again(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle():
        pass
    (span,) = fleaglass_recording.spans
    assert (span.trace_id, span.start_ns) == (f"{1:032x}", 1795168800001000000)


@pytest.fixture
def made_at_import():
    agent = fleaglass.init("global")
    yield
    agent.shutdown(0)


def test_with_an_agent_that_sends(made_at_import, fleaglass_recording: Recording) -> None:
    pass


class TestNamed:
    @pytest.fixture
    def fleaglass_settings(self) -> dict:
        return {"agent_id": "vol-arb-1", "release": "agent-vol-arb@2.1.0"}

    def test_named(self, fleaglass_recording: Recording) -> None:
        agent = fleaglass.init()
        assert (agent.agent_id, agent.settings.release) == ("vol-arb-1", "agent-vol-arb@2.1.0")


def test_swallowed_here() -> None:
    swallow()


def test_swallowed_in_a_thread() -> None:
    def work() -> None:
        with pytest.raises(ZeroDivisionError):
            swallow()

    in_a_thread(work)


def test_swallowed_with_the_fixture(fleaglass_recording: Recording) -> None:
    with pytest.raises(ZeroDivisionError):
        swallow()


@pytest.fixture
def clumsy():
    yield
    with pytest.raises(ZeroDivisionError):
        swallow()


def test_swallowed_in_teardown(clumsy) -> None:
    pass


def test_swallowed_on_purpose() -> None:
    with lenient():
        swallow()
        in_a_thread(swallow)


async def test_nothing_to_see(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.stage("work"):
        pass
    assert fleaglass_recording.tree() == "work"
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("suite")
    (folder / "conftest.py").write_text('pytest_plugins = ["fleaglass.testing.plugin"]\n')
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    (folder / "test_agent.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-rA", "--no-header", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_exactly_the_tests_in_which_something_was_swallowed_fail(outcomes: str) -> None:
    summary = outcomes[outcomes.index("short test summary info") :]
    told = re.findall(r"^(PASSED|FAILED|ERROR) test_agent.py::(?:TestNamed::)?(\w+)", summary, re.MULTILINE)
    assert sorted(told) == [
        ("ERROR", "test_swallowed_in_teardown"),
        ("ERROR", "test_with_an_agent_that_sends"),
        ("FAILED", "test_swallowed_here"),
        ("FAILED", "test_swallowed_in_a_thread"),
        ("FAILED", "test_swallowed_with_the_fixture"),
        ("PASSED", "test_captures"),
        ("PASSED", "test_ids_and_clock_begin_again"),
        ("PASSED", "test_named"),
        ("PASSED", "test_nothing_to_see"),
        ("PASSED", "test_swallowed_in_teardown"),
        ("PASSED", "test_swallowed_on_purpose"),
    ]


def test_an_agent_that_would_send_for_real_is_named(outcomes: str) -> None:
    assert "agent 'global' was made before the test, and sends for real; make it in a function" in outcomes


def test_the_failure_says_what_was_being_done(outcomes: str) -> None:
    assert "SwallowedError: doing the impossible: ZeroDivisionError (1 times)" in outcomes
