"""A range in time, as a query string says it."""

from __future__ import annotations

import pytest

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.times import ALL_TIME, LATEST_NS, TimeRange, parse_range

NOW = 1_795_183_200_123_456_789


def asked(**found: str) -> TimeRange:
    return parse_range({name.rstrip("_"): [value] for name, value in found.items()}, NOW)


def test_nothing_said_is_all_of_time() -> None:
    assert asked() == ALL_TIME
    assert asked(range="", from_="", to="") == ALL_TIME


@pytest.mark.parametrize(
    ("said", "seconds"), [("1s", 1), ("15m", 900), ("1h", 3600), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)]
)
def test_a_range_looks_back_and_leaves_the_end_open_to_fast_clocks(said: str, seconds: int) -> None:
    assert asked(range=said) == TimeRange(NOW - seconds * 1_000_000_000, LATEST_NS)


def test_a_range_longer_than_time_begins_with_it() -> None:
    assert asked(range="999999999w").from_ns == 0


@pytest.mark.parametrize(
    ("said", "nanoseconds"),
    [
        ("1795183200123456789", 1_795_183_200_123_456_789),
        ("0", 0),
        ("2026-11-20T14:00:00Z", 1_795_183_200_000_000_000),
        ("2026-11-20t14:00:00z", 1_795_183_200_000_000_000),
        ("2026-11-20 14:00:00Z", 1_795_183_200_000_000_000),
        ("2026-11-20T15:30:00+01:30", 1_795_183_200_000_000_000),
        ("2026-11-20T14:00:00.123456789Z", 1_795_183_200_123_456_789),
        ("2026-11-20T14:00:00.5Z", 1_795_183_200_500_000_000),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_ends_are_rfc_3339_or_nanoseconds_and_keep_all_nine_digits(said: str, nanoseconds: int) -> None:
    assert asked(from_=said) == TimeRange(nanoseconds, LATEST_NS)


@pytest.mark.parametrize(
    "said",
    [
        "yesterday",
        "2026-11-20",
        "2026-11-20T14:00:00",
        "2026-11-20T14:00:00 01:00",
        "2026-13-20T14:00:00Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T14:00:60Z",
        "0000-11-20T14:00:00Z",
        "2026-11-20T14:00:00+99:00",
        "-1",
        "1.5",
        "٣",
        "\x00",
        "1" * 30,
        "9223372036854775808",
        "1969-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
    ],
)
def test_other_times_are_refused_by_name(said: str) -> None:
    with pytest.raises(Problem, match=r"^to must be .*got"):
        asked(to=said)


@pytest.mark.parametrize("said", ["h", "1", "1y", "-1h", "0h", "1.5h", "1 h", "1h1m", "٣h", "9999999999s"])
def test_other_ranges_are_refused(said: str) -> None:
    with pytest.raises(Problem, match=r"^range must be"):
        asked(range=said)


def test_an_empty_range_and_two_ways_to_say_it_are_refused() -> None:
    with pytest.raises(Problem, match=r"^to must be later than from, got '10'$"):
        asked(from_="10", to="10")
    with pytest.raises(Problem, match=r"^range must be given without from and to, got '1h'$"):
        asked(range="1h", to="10")
