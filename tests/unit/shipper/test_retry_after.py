"""Both forms of Retry-After are understood, and no nonsense keeps anybody waiting for ever."""

from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.shipper.retry_after import retry_after_s

NOW = "Fri, 20 Nov 2026 10:00:00 GMT"
NOW_S = 1_795_168_800.0


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("9" * 400, 86_400.0),
        ("Fri, 20 Nov 2026 10:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 12:00:30 +0200", 30.0),
        ("Fri, 20 Nov 2026 10:00:30 -0000", 30.0),
        ("Friday, 20-Nov-26 10:00:30 GMT", 30.0),
        ("Fri Nov 20 10:00:30 2026", 30.0),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2099 09:00:00 GMT", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("Fri, 99 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_a_delay_or_a_moment(said: str, wait_s: float | None) -> None:
    assert retry_after_s({"retry-after": said}, lambda: NOW_S) == wait_s


def test_a_moment_is_by_the_clock_of_the_server() -> None:
    headers = {"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", "date": NOW}
    assert retry_after_s(headers, lambda: NOW_S - 5_000) == 30.0


def test_who_says_nothing_gets_nothing() -> None:
    assert retry_after_s({"date": NOW}) is None


@given(
    st.text() | st.datetimes().map(format_datetime) | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ [\d:]+ .+")
)
def test_no_header_breaks_it(said: str) -> None:
    wait_s = retry_after_s({"retry-after": said, "date": said[::-1]}, lambda: NOW_S)
    assert wait_s is None or 0 <= wait_s <= 86_400
