"""When a job should run and how much is forgiven: from a check-in's `monitor_config`, or from a form.

    {"schedule": {"type": "crontab", "value": "0 0 * * *"}}             in check-ins
    {"schedule": {"type": "interval", "value": 1, "unit": "day"}}
    {"schedule_type": "crontab", "schedule": "0 0 * * *"}               in REST APIs
    {"schedule_type": "interval", "schedule": [1, "day"]}

Fields, ranges and defaults are those of Sentry's cron monitors; crontab lines are read by cronsim, as Sentry's are.
What is absent or null has its default; what nobody here knows is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final, cast, get_args
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from fleaglass.hub.monitors.check_in import Crontab, Interval, MonitorConfig, Unit

__all__ = ["MINUTE_NS", "ConfigError", "read_config", "zone_of"]

MINUTE_NS: Final = 60_000_000_000

_MOST_MINUTES: Final = 40_320  # 28 days
_MOST_THRESHOLD: Final = 720
_MOST_CHARACTERS: Final = 200  # of a crontab line or a zone's name
_MOST_COUNT: Final[Mapping[Unit, int]] = {
    "minute": 5_256_000,
    "hour": 87_600,
    "day": 3_650,
    "week": 521,
    "month": 120,
    "year": 10,
}
"""Ten years each: longer than anybody waits, short enough that every sum of times stays within the calendar."""

_NICKNAMES: Final[Mapping[str, str]] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_SOME_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


class ConfigError(ValueError):
    """A configuration that cannot be used; the message says what must be how, and what was given."""


def read_config(sent: Mapping[str, Any]) -> MonitorConfig:
    """The configuration that was sent, in either form. Raises ConfigError."""
    return MonitorConfig(
        schedule=_schedule(sent),
        margin_min=_whole(sent, "checkin_margin", 1, _MOST_MINUTES),
        max_runtime_min=_whole(sent, "max_runtime", 30, _MOST_MINUTES),
        failure_threshold=_whole(sent, "failure_issue_threshold", 1, _MOST_THRESHOLD),
        recovery_threshold=_whole(sent, "recovery_threshold", 1, _MOST_THRESHOLD),
        timezone=_timezone(sent.get("timezone")),
    )


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """The zone of a name that `read_config` let pass."""
    return UTC if name == "UTC" else ZoneInfo(name)  # cronsim has a quick way for UTC itself


def _schedule(sent: Mapping[str, Any]) -> Crontab | Interval:
    schedule, kind = sent.get("schedule"), sent.get("schedule_type")
    if isinstance(schedule, Mapping):
        kind, unit, value = schedule.get("type"), schedule.get("unit"), schedule.get("value")
    elif isinstance(schedule, list | tuple) and len(schedule) == 2:
        value, unit = schedule
    else:
        value, unit = schedule, None
    if kind == "crontab":
        return Crontab(_crontab(value))
    if kind == "interval":
        return _interval(value, unit)
    raise ConfigError(f"the type of a schedule must be crontab or interval, got {_shown(kind)}")


def _crontab(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS:
        raise ConfigError(f"a crontab line must be text of at most {_MOST_CHARACTERS} characters, got {_shown(value)}")
    fields = _NICKNAMES.get(value.strip().lower(), value).split()
    if len(fields) != 5:
        raise ConfigError(
            f"a crontab line must have 5 fields (minute hour day month weekday), {_shown(value)} has {len(fields)}"
        )
    line = " ".join(fields)
    try:
        next(CronSim(line, _SOME_TIME))
    except CronSimError as error:
        raise ConfigError(f"the crontab line {_shown(value)} cannot be read: {str(error).lower()}") from None
    except StopIteration:
        raise ConfigError(f"the crontab line {_shown(value)} never comes true within 50 years") from None
    return line


def _interval(value: Any, unit: Any) -> Interval:
    if unit not in get_args(Unit):
        raise ConfigError(f"the unit of an interval must be one of {', '.join(get_args(Unit))}, got {_shown(unit)}")
    known = cast(Unit, unit)
    return Interval(_within(f"an interval in {known}s", value, _MOST_COUNT[known]), known)


def _whole(sent: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = sent.get(name)
    return default if value is None else _within(name, value, most)


def _within(name: str, value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ConfigError(f"{name} must be a whole number from 1 to {most}, got {_shown(value)}")
    return value


def _timezone(value: Any) -> str:
    if value is None:
        return "UTC"
    try:
        if isinstance(value, str) and len(value) <= _MOST_CHARACTERS and zone_of(value):
            return value
    except (LookupError, OSError, ValueError):  # what zoneinfo raises, by the kind of nonsense
        pass
    raise ConfigError(f"timezone must be an IANA name such as UTC or Europe/Berlin, got {_shown(value)}")


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 100 else shown[:100] + "…"
