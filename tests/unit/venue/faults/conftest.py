"""An agent under test that tells of no errors: making events takes longer than everything else here."""

import pytest

from fleaglass.testing import Recording


@pytest.fixture
def record(fleaglass_recording: Recording) -> Recording:
    """What the agent recorded."""
    fleaglass_recording.sentry.active = False  # type: ignore[misc]
    return fleaglass_recording
