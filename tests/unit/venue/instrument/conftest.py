"""A program's own HTTP calls, watched; and a venue that answers them as a test tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import GUIDE
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import BASE_URL


@pytest.fixture
def watched(fleaglass_recording: Recording) -> Iterator[Recording]:
    """What the agent recorded of a program whose calls to the profile ``guide`` are watched."""
    instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
    try:
        yield fleaglass_recording
    finally:
        uninstrument()
