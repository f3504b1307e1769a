"""What holds for every test: it is of the sources beside it, spans obey the registry, the recorder swallows no error of
its own, knows no secret of an earlier test's, and leaves no global tracer provider behind."""

import os
import tempfile
import uuid
from collections.abc import Iterator

import hypothesis
import pytest
from opentelemetry import trace

from fleaglass.recorder import EndedSpan, watching
from fleaglass.recorder.scrub import forget_secrets
from fleaglass.testing.plugin import (
    fleaglass_recording,
    fleaglass_settings,
    pytest_runtest_call,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)
from tests.support.ci_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.support.registry import check_spans
from tests.support.sources import prefer_sources

__all__ = [
    "fleaglass_recording",
    "fleaglass_settings",
    "pytest_make_collect_report",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
]

prefer_sources()
# What is recorded outside of a test, such as by programs of a module's fixture, lies where nobody else looks as well.
os.environ["FLEAGLASS_HOME"] = tempfile.mkdtemp(prefix="fleaglass-tests-")
os.environ["FLEAGLASS_SHIPPER"] = "thread"
# OpenTelemetry's global provider can be set once in a process. Tests that are about it run programs of their own.
os.environ["FLEAGLASS_GLOBAL_PROVIDER"] = "false"
# A busy machine takes its time; how long something takes is for bench/.
hypothesis.settings.register_profile(
    "fleaglass", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("fleaglass")


@pytest.fixture(autouse=True)
def spans_obey_the_registry(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that produced a span whose name, attributes, types or place docs/attributes.md does not allow."""
    spans: list[EndedSpan] = []
    with watching(spans.append):
        yield
    problems = check_spans(spans)
    if request.node.get_closest_marker("unreadable"):
        problems = [problem for problem in problems if "required" not in problem]
    assert not problems, "spans that docs/attributes.md does not allow:\n  " + "\n  ".join(problems)


@pytest.fixture(autouse=True)
def journals_are_of_one_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test records is sent by a thread of its own process, and lies where no other test looks."""
    monkeypatch.setenv("FLEAGLASS_HOME", str(tmp_path_factory.getbasetemp() / "homes" / uuid.uuid4().hex))


@pytest.fixture(autouse=True)
def no_tracer_provider_is_left_behind() -> Iterator[None]:
    yield
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@pytest.fixture(autouse=True)
def secrets_are_of_one_test() -> Iterator[None]:
    yield
    forget_secrets()
