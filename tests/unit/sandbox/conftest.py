from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.unit.sandbox.api import Api
from tests.unit.sandbox.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.venue.db.close()


@pytest.fixture
async def venue_api() -> AsyncIterator[Api]:
    api = Api()
    yield api
    await api.close()
