"""The pytest plugin: ``pytest_plugins = ["fleaglass.testing.plugin"]`` in a ``conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleaglass.testing.recording import Recording, recording

__all__ = ["fleaglass_recording"]


@pytest.fixture
def fleaglass_recording() -> Iterator[Recording]:
    """An agent that keeps its spans, with a ticking clock and counting ids."""
    with recording() as record:
        yield record
