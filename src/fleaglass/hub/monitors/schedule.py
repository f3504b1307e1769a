"""When a job is expected next: crontab lines and intervals, by the clock on the wall of their zone.

When that clock jumps:

    a crontab line with set minutes and hours     in the hour that is left out: as soon as it is over
                                                  in the hour that comes twice: the first time only
    one with `*` for minutes or hours             at every minute that the wall shows and the line names
    an interval of minutes or hours               is real time
    one of days, weeks, months or years           keeps the time on the wall; 31 January and a month is 28 February

The first two are cronsim's, and Debian's cron.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from cronsim import CronSim

from fleaglass.hub.monitors.check_in import Crontab, Interval, MonitorConfig
from fleaglass.hub.monitors.config import MINUTE_NS, zone_of

__all__ = ["expected_after"]

_SECOND_NS: Final = 1_000_000_000
_DAY_NS: Final = 1440 * MINUTE_NS
_HOUR: Final = timedelta(hours=1)
_FIXED_NS: Final = {"minute": MINUTE_NS, "hour": 60 * MINUTE_NS}
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}


def expected_after(config: MonitorConfig, anchor_ns: int, after_ns: int | None = None) -> int:
    """The first expected time later than `after_ns` (the anchor when None), in Unix nanoseconds.

    Intervals are counted from `anchor_ns`, the check-in or the expected time before; crontab lines need none.
    """
    after_ns = anchor_ns if after_ns is None else after_ns
    zone = zone_of(config.timezone)
    if isinstance(config.schedule, Crontab):
        return _crontab(config.schedule.value, zone, after_ns)
    unit_ns = _FIXED_NS.get(config.schedule.unit)
    if unit_ns is None:
        return _calendar(config.schedule, zone, anchor_ns, after_ns)
    step_ns = unit_ns * config.schedule.value
    return anchor_ns + step_ns * (max(0, after_ns - anchor_ns) // step_ns + 1)


def _crontab(line: str, zone: tzinfo, after_ns: int) -> int:
    cron = CronSim(line, _moment(after_ns, zone))
    # In an hour that comes twice cronsim starts from the first, so its first answers may lie before `after_ns`.
    found = next(at_ns for at_ns in map(_ns, cron) if at_ns > after_ns)
    if line.startswith("*") or line.split()[1].startswith("*"):
        return _first_of_the_day(cron, zone, after_ns, found)
    return found


def _first_of_the_day(cron: CronSim, zone: tzinfo, after_ns: int, found_ns: int) -> int:
    """The answer, looked for once more where clocks jumped by half an hour: cronsim's leaps are whole ones."""
    day_before_ns = found_ns - _DAY_NS
    if _offset(day_before_ns, zone) % _HOUR == _offset(found_ns, zone) % _HOUR:
        return found_ns
    first_ns = (max(after_ns, day_before_ns) // MINUTE_NS + 1) * MINUTE_NS
    minutes = ((at_ns, _moment(at_ns, zone)) for at_ns in range(first_ns, found_ns, MINUTE_NS))
    return next((at_ns for at_ns, wall in minutes if _names(cron, wall)), found_ns)


def _names(cron: CronSim, wall: datetime) -> bool:
    return (
        wall.minute in cron.minutes
        and wall.hour in cron.hours
        and wall.month in cron.months
        and cron.match_day(wall.date())
    )


def _calendar(interval: Interval, zone: tzinfo, anchor_ns: int, after_ns: int) -> int:
    rest_ns = anchor_ns % _SECOND_NS
    wall = _moment(anchor_ns, zone).replace(tzinfo=None, fold=0)
    steps = 1
    while True:
        found = _ns(_later(wall, steps * interval.value, interval.unit).replace(tzinfo=zone)) + rest_ns
        if found > after_ns:
            return found
        steps += 1


def _later(wall: datetime, count: int, unit: str) -> datetime:
    if unit in _DAYS:
        return wall + timedelta(days=count * _DAYS[unit])
    years, month = divmod(wall.month - 1 + count * _MONTHS[unit], 12)
    year = wall.year + years
    day = min(wall.day, calendar.monthrange(year, month + 1)[1])
    return wall.replace(year=year, month=month + 1, day=day)


def _moment(at_ns: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at_ns // _SECOND_NS, zone)


def _offset(at_ns: int, zone: tzinfo) -> timedelta:
    return _moment(at_ns, zone).utcoffset() or timedelta()


def _ns(moment: datetime) -> int:
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * _SECOND_NS
