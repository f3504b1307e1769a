"""An agent under test and a venue that does as it is told."""

import pytest

from fleaglass.testing import Recording
from tests.unit.venue.fake import FakeVenue


@pytest.fixture
def record(fleaglass_recording: Recording) -> Recording:
    """What the agent recorded."""
    return fleaglass_recording


@pytest.fixture
def venue(record: Recording) -> FakeVenue:
    """The venue, on the recording's clock."""
    return FakeVenue(record.clock)
