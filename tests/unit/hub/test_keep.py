"""Which class has had its days, and that a dearer one never goes first."""

from __future__ import annotations

import pytest

from fleaglass.hub.keep import Keep


@pytest.mark.parametrize("keep", [(30, 7, 7), (30, 400, 31), (0, 400, 7), (30, 400, 0)])
def test_a_dearer_class_is_never_kept_shorter(keep: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="0 is for ever"):
        Keep(*keep)


@pytest.mark.parametrize(
    ("keep", "age_days", "due"),
    [
        (Keep(), 0, None),
        (Keep(), 7, None),
        (Keep(), 8, "idle"),
        (Keep(), 30, "idle"),
        (Keep(), 31, "ordinary"),
        (Keep(), 9_999, "ordinary"),
        (Keep(days=0, money_days=0), 9_999, "idle"),
        (Keep(0, 0, 0), 9_999, None),
    ],
)
def test_a_class_is_due_when_a_day_is_older_than_its_days(keep: Keep, age_days: int, due: str | None) -> None:
    assert keep.due(age_days) == due
