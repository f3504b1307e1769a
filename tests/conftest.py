"""What holds for every test: spans obey the registry, and the recorder swallows no error of its own."""

from collections.abc import Iterator

import pytest

from fleaglass.recorder import EndedSpan, guard, watching
from fleaglass.testing import strict
from fleaglass.testing.plugin import fleaglass_recording
from tests.support.ci_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.support.registry import check_spans

__all__ = ["fleaglass_recording", "pytest_make_collect_report", "pytest_runtest_makereport"]


@pytest.fixture(autouse=True)
def spans_obey_the_registry() -> Iterator[None]:
    """Fail the test that produced a span whose name, attributes, types or place docs/attributes.md does not allow."""
    spans: list[EndedSpan] = []
    with watching(spans.append):
        yield
    problems = check_spans(spans)
    assert not problems, "spans that docs/attributes.md does not allow:\n  " + "\n  ".join(problems)


@pytest.fixture(autouse=True)
def no_swallowed_errors() -> Iterator[None]:
    """Raise internal errors of the recorder, and fail the test in which one was swallowed on another thread."""
    guard.forget()
    with strict():
        yield
