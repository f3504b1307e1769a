"""The pytest plugin: ``pytest_plugins = ["fleaglass.testing.plugin"]`` in the ``conftest.py`` at the top.

It gives the fixture ``fleaglass_recording``, and ``fleaglass_settings`` to say what its agent is called and the like.
And it watches every test, whether it uses the fixture or not: an internal error of Fleaglass is raised where it happens
instead of being swallowed, and one that happened in another thread fails the test at its end.

Asked for by name, and not found by itself: whoever only has Fleaglass installed should not pay for it in every test.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fleaglass.recorder import agents, guard
from fleaglass.testing.recording import Recording, recording
from fleaglass.testing.swallowed import fail_if_swallowed

__all__ = [
    "fleaglass_recording",
    "fleaglass_settings",
    "pytest_runtest_call",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
]


@pytest.fixture
def fleaglass_settings() -> dict[str, Any]:
    """What ``fleaglass_recording`` passes to `recording`; a suite that wants some has a fixture of this name itself."""
    return {}


@pytest.fixture
def fleaglass_recording(fleaglass_settings: dict[str, Any]) -> Iterator[Recording]:
    """Agents that keep what they record and would send, with a ticking clock and counting ids."""
    if sending := [agent.agent_id for agent in agents() if agent.settings.exporter != "none"]:
        raise ValueError(f"agent {sending[0]!r} was made before the test, and sends for real; make it in a function")
    with recording(**fleaglass_settings) as record:
        yield record


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Start counting afresh."""
    guard.forget()
    with _nothing_swallowed():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Fail the test if something was swallowed."""
    with _nothing_swallowed():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Fail the teardown likewise: an agent that is shut down there may have its first error then."""
    with _nothing_swallowed():
        return (yield)


@contextmanager
def _nothing_swallowed() -> Iterator[None]:
    before, guard.strict = guard.strict, True
    try:
        yield
        fail_if_swallowed()
    finally:
        guard.strict = before
        guard.swallowed.clear()  # told, or the test has failed already
