"""What clients say about the runs of a schedule, checked.

Source: Sentry's check-in payload; ranges and defaults are those of its monitors.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["LATEST", "CheckIn", "CheckInStatus", "Crontab", "Interval", "MonitorConfig", "Unit"]

CheckInStatus = Literal["in_progress", "ok", "error"]
Unit = Literal["year", "month", "week", "day", "hour", "minute"]

LATEST = "0" * 32
"""The id that means the latest run in progress."""


class Crontab(msgspec.Struct, frozen=True, tag="crontab"):
    """A line of cron, of five fields."""

    value: str


class Interval(msgspec.Struct, frozen=True, tag="interval"):
    """Every so many units."""

    value: int
    unit: Unit


class MonitorConfig(msgspec.Struct, frozen=True, kw_only=True):
    """When a monitor's runs are due and what is late.

    Attributes:
        margin_min: how late a run may begin, 1 to 40,320 minutes.
        max_runtime_min: how long one may take, 1 to 40,320 minutes.
        timezone: a name of the IANA database.
        failure_threshold: failures in a row that make an issue, 1 to 720.
        recovery_threshold: successes in a row that resolve it, 1 to 720.
    """

    schedule: Crontab | Interval
    margin_min: int = 1
    max_runtime_min: int = 30
    timezone: str = "UTC"
    failure_threshold: int = 1
    recovery_threshold: int = 1


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """One check-in of one monitor.

    Attributes:
        slug: name of the monitor.
        check_in_id: 32 lower-case hex digits, the same for the beginning and the end of a run; or LATEST.
        environment: `production` when it does not say.
        duration_s: how long the run took, seconds; None when it does not say.
        config: the schedule, when it brings one that can be read.
        problem: why the schedule that it brought cannot be, "" otherwise. The run counts all the same.
        trace_id: the trace that it happened in, 32 lower-case hex digits, or "".
    """

    slug: str
    check_in_id: str
    status: CheckInStatus
    environment: str = "production"
    duration_s: float | None = None
    release: str = ""
    config: MonitorConfig | None = None
    problem: str = ""
    trace_id: str = ""
