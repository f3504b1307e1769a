"""Over a change of the clocks a job that keeps its schedule is never blamed, and one that stopped is told each time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fleaglass.hub.monitors.check_in import CheckIn, Crontab, MonitorConfig
from fleaglass.hub.monitors.config import MINUTE_NS
from fleaglass.hub.monitors.keeper import take_check_in, tick
from fleaglass.hub.monitors.occurrence import Occurrence
from fleaglass.hub.monitors.words import clock_time
from fleaglass.hub.state import State

CHANGES = [
    # zone, the day, a line, when a job on that day should run by the wall (an hour that comes twice: twice)
    ("Europe/Berlin", "2026-03-29", "30 2 * * *", ["03:00"]),
    ("Europe/Berlin", "2026-03-29", "0 * * * *", ["00:00", "01:00", "03:00", "04:00"]),
    ("Europe/Berlin", "2026-10-25", "30 2 * * *", ["02:30"]),
    ("Europe/Berlin", "2026-10-25", "0 * * * *", ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]),
    ("America/New_York", "2026-03-08", "30 2 * * *", ["03:00"]),
    ("America/New_York", "2026-03-08", "*/60 * * * *", ["00:00", "01:00", "03:00", "04:00"]),
    ("America/New_York", "2026-11-01", "15 1 * * *", ["01:15"]),
    ("America/New_York", "2026-11-01", "0 * * * *", ["00:00", "01:00", "01:00", "02:00", "03:00", "04:00"]),
    ("Australia/Lord_Howe", "2026-10-04", "15 2 * * *", ["02:30"]),
    ("Australia/Lord_Howe", "2026-10-04", "0 * * * *", ["00:00", "01:00", "03:00", "04:00"]),
    ("Australia/Lord_Howe", "2026-04-05", "45 1 * * *", ["01:45"]),
    ("Australia/Lord_Howe", "2026-04-05", "45 * * * *", ["00:45", "01:45", "01:45", "02:45", "03:45"]),
]


@pytest.mark.parametrize(("zone", "day", "line", "due"), CHANGES)
def test_a_job_over_a_change_of_the_clocks(state: State, zone: str, day: str, line: str, due: list[str]) -> None:
    """By the hub's clock, minute by minute from midnight to half past four."""
    config = MonitorConfig(schedule=Crontab(line), timezone=zone)
    begin_ns = ns(f"{day} 00:00", zone) - MINUTE_NS
    minutes = range(begin_ns, ns(f"{day} 04:30", zone), MINUTE_NS)
    due_ns = [at_ns for at_ns in minutes if clock_time(at_ns, zone) in due]
    if len(due_ns) > len(due):  # a line with a set hour runs the first time only
        due_ns = due_ns[: len(due)]
    assert [clock_time(at_ns, zone) for at_ns in due_ns] == due
    told: list[Occurrence] = []
    with state.write() as connection:
        for at_ns in minutes:
            if at_ns == begin_ns or at_ns in due_ns:
                run = CheckIn(slug="good", check_in_id=f"{at_ns:032x}", status="ok", config=config)
                take_check_in(connection, 1, run, at_ns)
            if at_ns == begin_ns:
                stopped = CheckIn(slug="stopped", check_in_id=f"{at_ns:032x}", status="ok", config=config)
                take_check_in(connection, 1, stopped, at_ns)
            told += [each for each in tick(connection, at_ns) if isinstance(each, Occurrence)]
    assert {each.slug for each in told} == {"stopped"}
    assert [each.run.started_ns for each in told] == due_ns


def ns(moment: str, zone: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000_000
