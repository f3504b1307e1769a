"""When a job should run, as Sentry's cron monitors are told: a check-in's ``monitor_config``.

    "0 0 * * *"   minute hour day-of-month month day-of-week, crontab(5); also L, LW, 5L and 5#3 for days
    "@daily"      the nicknames of crontab(5), except @reboot
    60            an interval, in minutes

A schedule that Sentry would refuse is refused here first, in words, when the job is declared: Sentry says nothing to
the agent, and a monitor that was never made never warns. Lines are read by cronsim, as Sentry reads them; limits are
those of Sentry's monitors. What it takes to check a schedule is loaded with the first one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

__all__ = ["check_crontab", "monitor_config"]

_MAX_MINUTES: Final = 40_320
_MAX_THRESHOLD: Final = 720
# Sentry knows all of them but one.
_NICKNAMES: Final[Mapping[str, str]] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_FIELDS: Final = 5
_SOME_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


def monitor_config(
    schedule: str | int,
    *,
    margin: int = 1,
    max_runtime: int = 30,
    failure_threshold: int = 1,
    recovery_threshold: int = 1,
    timezone: str = "UTC",
) -> dict[str, object]:
    """The ``monitor_config`` of a check-in, which makes the monitor or brings it up to date.

    Args:
        schedule: a crontab line, or an interval in minutes.
        margin: minutes that a run may begin late.
        max_runtime: minutes that a run may take.
        failure_threshold: failures in a row that open an issue.
        recovery_threshold: successes in a row that close it.
        timezone: IANA name of the zone that a crontab line is meant in.

    Raises:
        ValueError: something that Sentry would refuse; the message says what, and what is allowed.
    """
    return {
        "schedule": _schedule(schedule),
        "checkin_margin": _within("margin", margin, _MAX_MINUTES),
        "max_runtime": _within("max_runtime", max_runtime, _MAX_MINUTES),
        "failure_issue_threshold": _within("failure_threshold", failure_threshold, _MAX_THRESHOLD),
        "recovery_threshold": _within("recovery_threshold", recovery_threshold, _MAX_THRESHOLD),
        "timezone": _zone(timezone),
    }


def check_crontab(line: str) -> str:
    """The line, if it is one that can come true; of a nickname, the line that it stands for.

    Raises:
        ValueError: it is not; the message says which field is bad.
    """
    fields = _NICKNAMES.get(line.strip().lower(), line).split()
    if len(fields) != _FIELDS:
        raise ValueError(f"a schedule has 5 fields (minute hour day month weekday), {line!r} has {len(fields)}")
    found = " ".join(fields)
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(found, _SOME_TIME))
    except CronSimError as error:
        raise ValueError(f"{line!r} is no schedule that comes true: {str(error).lower()}") from None
    except StopIteration:
        raise ValueError(f"{line!r} is no schedule that comes true: not within 50 years") from None
    return found


def _schedule(schedule: str | int) -> dict[str, object]:
    if isinstance(schedule, str):
        return {"type": "crontab", "value": check_crontab(schedule)}
    return {"type": "interval", "value": _within("schedule", schedule, _MAX_MINUTES), "unit": "minute"}


def _within(name: str, value: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}, got {value!r}")
    return value


def _zone(name: str) -> str:
    """The zone, if this machine knows it. UTC needs no database of zones."""
    if name == "UTC":
        return name
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError, TypeError):  # what zoneinfo raises, by the kind of nonsense
        raise ValueError(f"{name!r} is no time zone that this machine knows (an IANA name such as UTC)") from None
