"""Mute hours mean what they say, over midnight and over the weekend."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules import Hours

MONDAY = dt.datetime(2026, 11, 30)


def at(day: int, time: str) -> dt.datetime:
    """A moment of the week that begins on a Monday."""
    return MONDAY + dt.timedelta(days=day, hours=int(time[:2]), minutes=int(time[3:]))


@pytest.mark.parametrize(
    ("written", "among", "not_among"),
    [
        ("12:00-13:00", [(0, "12:00"), (6, "12:59")], [(0, "11:59"), (0, "13:00")]),
        ("sat,sun", [(5, "00:00"), (6, "23:59")], [(4, "23:59"), (0, "00:00")]),
        ("mon-fri 22:00-06:00", [(0, "22:00"), (1, "05:59"), (5, "05:59")], [(0, "05:59"), (1, "06:00"), (5, "22:00")]),
        ("sat-mon 00:00-24:00", [(5, "00:00"), (0, "23:59")], [(1, "00:00"), (4, "23:59")]),
        ("sun 23:00-01:00", [(6, "23:00"), (0, "00:59")], [(6, "00:30"), (1, "00:30")]),
        ("mon,wed-thu 09:00-10:00", [(0, "09:30"), (2, "09:30"), (3, "09:30")], [(1, "09:30"), (4, "09:30")]),
    ],
)
def test_hours_are_those_that_are_written(
    written: str, among: list[tuple[int, str]], not_among: list[tuple[int, str]]
) -> None:
    hours = Hours.read(written)
    assert all(hours.has(at(*moment)) for moment in among)
    assert not any(hours.has(at(*moment)) for moment in not_among)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *[
            (each, "days and hours")
            for each in ["", " ", "mon ", "mon- 09:00-10:00", "mon 9:00-10:00", "Mon", "mon,", "22:00"]
        ],
        *[(each, "days among mon, tue") for each in ["abc", "mon-xyz 09:00-10:00"]],
        *[(each, "times of day from 00:00 to 24:00") for each in ["24:01-06:00", "09:60-10:00", "99:00-10:00"]],
        ("09:00-09:00", "another time"),
    ],
)
def test_nonsense_is_refused_with_what_is_expected(written: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"expected .*{expected}"):
        Hours.read(written)


@given(st.text(st.sampled_from("monfrisat,- :0123456789"), max_size=20) | st.text(max_size=9))
def test_any_text_is_hours_or_refused(written: str) -> None:
    try:
        hours = Hours.read(written)
    except ValueError:
        return
    first = min(hours.days)
    assert hours.has(MONDAY + dt.timedelta(days=first, minutes=hours.begin_minute))
