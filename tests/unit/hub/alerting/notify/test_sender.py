"""How long until a receiver that cannot be reached is tried again."""

from __future__ import annotations

import pytest

from fleaglass.hub.alerting.notify.sender import back_off_s


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(1, 2.0), (2, 4.0), (3, 8.0), (8, 256.0), (9, 300.0), (10_000, 300.0)]
)
def test_the_wait_doubles_up_to_five_minutes(failures: int, wait_s: float) -> None:
    assert back_off_s(failures, 0.0) == wait_s
    assert back_off_s(failures, 1.0) == wait_s * 0.75
