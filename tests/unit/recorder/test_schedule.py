"""A schedule that Sentry would refuse is refused here, in words."""

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder.schedule import check_crontab, monitor_config


@pytest.mark.parametrize(
    "line",
    [
        "0 0 * * *",
        "*/5 * * * *",
        "0 9-17/2 1,15 * MON-FRI",
        "0 0 1 jan,Jul *",
        "59 23 31 12 7",
        "0 0 30 2 1",  # a Monday in February will do
        "0 0 29 2 *",
        "5/15 * * * *",
        "0 8 * * 5#3",  # on the third Friday
        "0 0 * * 5L",
        "0 0 L * *",
        "0 0 LW * *",
    ],
)
def test_what_crontab_takes_is_taken(line: str) -> None:
    assert check_crontab(f" {line}\t") == line


@pytest.mark.parametrize(("name", "line"), [("@Daily", "0 0 * * *"), (" @midnight", "0 0 * * *")])
def test_nicknames_are_spelt_out(name: str, line: str) -> None:
    """Sentry knows most of them, and not @midnight."""
    assert check_crontab(name) == line


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "has 0"),
        ("0 0 * *", "has 4"),
        ("0 0 * * * *", "has 6"),
        ("60 0 * * *", "bad minute"),
        ("0 24 * * *", "bad hour"),
        ("0 0 0 * *", "bad day-of-month"),
        ("0 0 * 13 *", "bad month"),
        ("0 0 * * 8", "bad day-of-week"),
        ("0 0 * * someday", "bad day-of-week"),
        ("*/0 * * * *", "bad minute"),
        ("*/x * * * *", "bad minute"),
        ("*/ * * * *", "bad minute"),
        ("30-10 * * * *", "bad minute"),
        ("1,,2 * * * *", "bad minute"),
        ("-5 * * * *", "bad minute"),
        ("0x5 * * * *", "bad minute"),
        ("٣ * * * *", "bad minute"),
        ("0 0 ? * *", "bad day-of-month"),
        ("0 0 L-3 * *", "bad day-of-month"),
        ("0 0 30 2 *", "bad day-of-month"),
        ("0 0 31 4,6 *", "bad day-of-month"),
        ("@reboot", "has 1"),
    ],
)
def test_what_it_does_not_take_is_named(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refused:
        check_crontab(line)
    assert says in str(refused.value)


@given(st.text(alphabet=string.printable + "٣é", max_size=40))
def test_any_text_is_a_schedule_or_a_sentence(line: str) -> None:
    with contextlib.suppress(ValueError):
        assert check_crontab(line) == " ".join(line.split()) or line.strip().startswith("@")


@given(st.lists(st.text(alphabet="0123456789*/,-#LWMONsun", min_size=1, max_size=6), min_size=5, max_size=5))
def test_so_is_any_line_of_what_crontabs_are_made_of(fields: list[str]) -> None:
    with contextlib.suppress(ValueError):
        assert check_crontab(" ".join(fields)) == " ".join(fields)


def test_the_guide_s_schedule_as_sentry_is_told_it() -> None:
    assert monitor_config(
        "0 0 * * *", margin=10, max_runtime=30, failure_threshold=1, recovery_threshold=2, timezone="UTC"
    ) == {
        "schedule": {"type": "crontab", "value": "0 0 * * *"},
        "checkin_margin": 10,
        "max_runtime": 30,
        "failure_issue_threshold": 1,
        "recovery_threshold": 2,
        "timezone": "UTC",
    }


def test_an_interval_is_in_minutes() -> None:
    assert monitor_config(60)["schedule"] == {"type": "interval", "value": 60, "unit": "minute"}


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ({"margin": 0}, "margin must be a whole number from 1 to 40320, got 0"),
        ({"max_runtime": 40_321}, "max_runtime must be"),
        ({"failure_threshold": 721}, "failure_threshold must be a whole number from 1 to 720"),
        ({"recovery_threshold": True}, "recovery_threshold must be"),
        ({"timezone": "Mars/Olympus"}, "'Mars/Olympus' is no time zone"),
        ({"timezone": "../../etc/passwd"}, "is no time zone"),
        ({"timezone": None}, "is no time zone"),
    ],
)
def test_limits_are_sentry_s(limit: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        monitor_config("0 0 * * *", **limit)
