"""A schedule and its moments in words, for people: `At 00:00 every day (Europe/Berlin)`."""

from __future__ import annotations

from datetime import datetime

from cronsim.explain import explain

from fleaglass.hub.monitors.check_in import Crontab, MonitorConfig
from fleaglass.hub.monitors.config import zone_of

__all__ = ["clock_time", "schedule_words"]


def schedule_words(config: MonitorConfig) -> str:
    """The schedule, and the zone that it is meant in."""
    if isinstance(config.schedule, Crontab):
        said = explain(config.schedule.value)
    elif config.schedule.value == 1:
        said = f"Every {config.schedule.unit}"
    else:
        said = f"Every {config.schedule.value} {config.schedule.unit}s"
    return f"{said} ({config.timezone})"


def clock_time(at_ns: int, timezone: str) -> str:
    """The time of day on the wall there: `00:00`."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, zone_of(timezone)).strftime("%H:%M")
