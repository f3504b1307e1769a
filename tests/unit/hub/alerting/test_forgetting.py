"""Messages are kept for as long as what they tell of, and no longer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fleaglass.hub.alerting.forgetting import KEPT, forget
from fleaglass.hub.alerting.tables import notifications
from fleaglass.hub.state import State
from tests.unit.hub.api.alerting.made import NOW, make_message

DAY = 86_400_000_000_000


@pytest.mark.parametrize(
    ("status", "age_days", "is_kept"),
    [
        ("sent", 399, True),
        ("sent", 400, False),
        ("dead", 400, False),
        ("dropped", 400, False),
        ("waiting", 400, True),  # a hub that was off for so long still says it, or gives it up
    ],
)
def test_old_messages_are_forgotten_and_what_waits_is_not(
    state: State, status: str, age_days: int, is_kept: bool
) -> None:
    assert KEPT.days == 400
    make_message(state, 1, [1], status=status, created_ns=NOW - age_days * DAY - 1)
    with state.write() as connection:
        forget(connection, NOW)
        assert bool(connection.execute(select(notifications.c.id)).all()) is is_kept
