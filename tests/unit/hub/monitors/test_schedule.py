"""A job is expected when the clock on the wall of its zone says so, also on the days on which that clock jumps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.monitors.config import MINUTE_NS, read_config
from fleaglass.hub.monitors.schedule import expected_after

HOUR_NS = 60 * MINUTE_NS

JUMPS = {
    # zone: (the day on which an hour is left out, the day on which one comes twice, how long it is)
    "Europe/Berlin": ("2026-03-29", "2026-10-25", 60),
    "America/New_York": ("2026-03-08", "2026-11-01", 60),
    "Australia/Lord_Howe": ("2026-10-04", "2026-04-05", 30),
}


def ns(moment: str, zone: str = "UTC") -> int:
    """`2026-03-29 02:30`, with `/2` at its end for the second time around."""
    wall, _, fold = moment.partition("/")
    local = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=1 if fold else 0)
    return int(local.timestamp()) * 1_000_000_000


def wall(at_ns: int, zone: str) -> str:
    local = datetime.fromtimestamp(at_ns // 1_000_000_000, ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}" + ("/2" if local.fold else "")


def times(schedule: dict[str, Any], zone: str, after: str, count: int) -> list[str]:
    """The next expected times, as the wall there shows them."""
    config = read_config({"schedule": schedule, "timezone": zone})
    found, at_ns = [], ns(after, zone)
    for _ in range(count):
        at_ns = expected_after(config, at_ns)
        found.append(wall(at_ns, zone))
    return found


def cron(line: str) -> dict[str, Any]:
    return {"type": "crontab", "value": line}


def every(count: int, unit: str) -> dict[str, Any]:
    return {"type": "interval", "value": count, "unit": unit}


BERLIN, NEW_YORK, LORD_HOWE = JUMPS


@pytest.mark.parametrize(
    ("zone", "schedule", "after", "expected"),
    [
        # an hour is left out
        (BERLIN, cron("30 2 * * *"), "2026-03-28 02:30", ["2026-03-29 03:00", "2026-03-30 02:30"]),
        (NEW_YORK, cron("30 2 * * *"), "2026-03-07 02:30", ["2026-03-08 03:00", "2026-03-09 02:30"]),
        (LORD_HOWE, cron("15 2 * * *"), "2026-10-03 02:15", ["2026-10-04 02:30", "2026-10-05 02:15"]),
        (BERLIN, cron("0 * * * *"), "2026-03-29 01:00", ["2026-03-29 03:00", "2026-03-29 04:00"]),
        (LORD_HOWE, cron("0 * * * *"), "2026-10-04 01:00", ["2026-10-04 03:00", "2026-10-04 04:00"]),
        (BERLIN, every(1, "day"), "2026-03-28 02:30", ["2026-03-29 03:30", "2026-03-30 03:30"]),
        (BERLIN, every(1, "day"), "2026-03-28 10:00", ["2026-03-29 10:00", "2026-03-30 10:00"]),
        (BERLIN, every(90, "minute"), "2026-03-29 01:00", ["2026-03-29 03:30", "2026-03-29 05:00"]),
        (LORD_HOWE, every(1, "hour"), "2026-10-04 01:30", ["2026-10-04 03:00", "2026-10-04 04:00"]),
        # an hour comes twice
        (BERLIN, cron("30 2 * * *"), "2026-10-24 02:30", ["2026-10-25 02:30", "2026-10-26 02:30"]),
        (BERLIN, cron("30 2 * * *"), "2026-10-25 02:10/2", ["2026-10-26 02:30"]),
        (NEW_YORK, cron("30 1 * * *"), "2026-10-31 01:30", ["2026-11-01 01:30", "2026-11-02 01:30"]),
        (LORD_HOWE, cron("45 1 * * *"), "2026-04-05 01:40/2", ["2026-04-06 01:45"]),
        (BERLIN, cron("0 * * * *"), "2026-10-25 01:00", ["2026-10-25 02:00", "2026-10-25 02:00/2", "2026-10-25 03:00"]),
        (LORD_HOWE, cron("*/30 * * * *"), "2026-04-05 01:00", ["2026-04-05 01:30", "2026-04-05 01:30/2"]),
        (BERLIN, every(1, "day"), "2026-10-24 02:30", ["2026-10-25 02:30", "2026-10-26 02:30"]),
        (BERLIN, every(1, "week"), "2026-10-20 10:00", ["2026-10-27 10:00", "2026-11-03 10:00"]),
        # the calendar
        ("UTC", every(1, "month"), "2026-01-31 10:00", ["2026-02-28 10:00", "2026-03-28 10:00"]),
        ("UTC", every(2, "month"), "2026-12-31 10:00", ["2027-02-28 10:00"]),
        ("UTC", every(1, "year"), "2028-02-29 10:00", ["2029-02-28 10:00"]),
        ("UTC", cron("0 0 L * *"), "2026-01-31 00:00", ["2026-02-28 00:00", "2026-03-31 00:00"]),
        ("UTC", cron("@daily"), "2026-01-31 00:00", ["2026-02-01 00:00"]),
    ],
)  # fmt: skip
def test_expected_times(zone: str, schedule: dict[str, Any], after: str, expected: list[str]) -> None:
    assert times(schedule, zone, after, len(expected)) == expected


def named(field: str, most: int) -> set[int]:
    """What a field of the lines below names."""
    first, _, step = field.partition("/")
    if first == "*":
        return set(range(0, most, int(step or 1)))
    begin, _, end = first.partition("-")
    return {int(each) for each in first.split(",")} if not end else set(range(int(begin), int(end) + 1))


@pytest.mark.parametrize("zone", JUMPS)
@pytest.mark.parametrize(
    "line", ["* * * * *", "*/7 * * * *", "5,35 * * * *", "0 * * * *", "45 * * * *", "*/5 3 * * *", "*/20 1-3 * * *"]
)
def test_a_line_with_a_star_is_due_at_every_minute_that_the_wall_shows_and_it_names(zone: str, line: str) -> None:
    minutes, hours = (named(field, most) for field, most in zip(line.split(), (60, 24), strict=False))
    config = read_config({"schedule": cron(line), "timezone": zone})
    for day in JUMPS[zone][:2]:
        first, last = ns(f"{day} 00:00", zone), ns(f"{day} 06:00", zone)
        shown = [(at_ns, wall(at_ns, zone)) for at_ns in range(first + MINUTE_NS, last + 1, MINUTE_NS)]
        found, at_ns = [], first
        while (at_ns := expected_after(config, at_ns)) <= last:
            found.append(at_ns)
        assert found == [at_ns for at_ns, time in shown if int(time[11:13]) in hours and int(time[14:16]) in minutes]


@pytest.mark.parametrize("zone", JUMPS)
@pytest.mark.parametrize("hour", range(5))
@pytest.mark.parametrize("minute", [0, 15, 59])
def test_a_daily_job_is_expected_once_on_every_day(zone: str, hour: int, minute: int) -> None:
    for day in JUMPS[zone][:2]:
        before = (datetime.fromisoformat(day) - timedelta(days=2)).strftime("%Y-%m-%d 12:00")
        found = times(cron(f"{minute} {hour} * * *"), zone, before, 4)
        assert [moment[:10] for moment in found] == sorted({moment[:10] for moment in found})


SCHEDULES = st.sampled_from(
    [
        *map(cron, ("* * * * *", "*/5 * * * *", "30 2 * * *", "0 1,2,3 * * *", "15 1-3 * * 0", "0 0 1 * *")),
        *(every(count, unit) for count in (1, 3, 45) for unit in ("minute", "hour", "day", "week", "month")),
    ]
)
MOMENTS = st.integers(ns("2026-01-01 00:00"), ns("2027-01-01 00:00"))


@given(SCHEDULES, st.sampled_from([*JUMPS, "UTC", "Asia/Kolkata"]), MOMENTS)
def test_the_next_time_is_always_later_and_never_jumps_over_one(schedule: Any, zone: str, at_ns: int) -> None:
    config = read_config({"schedule": schedule, "timezone": zone})
    chain = [at_ns]
    for _ in range(3):
        chain.append(expected_after(config, chain[-1]))
    assert all(one < other for one, other in pairwise(chain))
    if schedule["type"] == "crontab":  # anywhere before a time, that time is the next
        assert expected_after(config, chain[1], chain[2] - 1) == chain[2]


@given(SCHEDULES, MOMENTS, st.integers(0, 40 * 24 * HOUR_NS))
def test_after_a_pause_the_next_time_is_the_first_of_the_same_row_that_is_still_to_come(
    schedule: Any, anchor_ns: int, pause_ns: int
) -> None:
    config = read_config({"schedule": schedule})
    found = expected_after(config, anchor_ns, anchor_ns + pause_ns)
    assert found > anchor_ns + pause_ns
    if schedule.get("unit") in ("minute", "hour"):
        step_ns = schedule["value"] * (MINUTE_NS if schedule["unit"] == "minute" else HOUR_NS)
        assert (found - anchor_ns) % step_ns == 0
        assert found - step_ns <= anchor_ns + pause_ns
    if schedule.get("unit") == "day":
        days = datetime.fromtimestamp(found // 10**9, UTC) - datetime.fromtimestamp(anchor_ns // 10**9, UTC)
        assert (days.days % schedule["value"], days.seconds) == (0, 0)
