from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.sandbox.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.venue.db.close()
