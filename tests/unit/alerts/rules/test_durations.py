"""Durations are written with their unit."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules.durations import duration


@pytest.mark.parametrize(
    ("written", "ns"),
    [
        ("500ms", 500_000_000),
        ("90s", 90_000_000_000),
        ("0.5s", 500_000_000),
        ("5m", 300_000_000_000),
        ("1h", 3_600_000_000_000),
        ("7d", 604_800_000_000_000),
        ("0s", 0),
    ],
)
def test_a_duration_is_its_number_in_its_unit(written: str, ns: int) -> None:
    assert duration(written).ns == ns


@pytest.mark.parametrize(
    "written", ["", "5", "m", "-5m", "5 m", "5M", "1h30m", "5m\n", "٥m", "1e3s", ".5s", "nan s", 5, None]
)
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="number, 0 or more, and its unit"):
        duration(written)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_of_0_or_more_or_refused(written: str) -> None:
    with suppress(ValueError):
        assert duration(written) >= 0
