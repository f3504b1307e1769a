"""`check_in` items → check-ins, every field checked.

    {"check_in_id": …, "monitor_slug": "nightly", "status": "ok", "duration": 1.5, "environment": "prod",
     "monitor_config": {"schedule": {"type": "crontab", "value": "0 3 * * *"}, "checkin_margin": 5, …}}

A run counts even if the schedule that it brings cannot be read: or a slip in a schedule would look like a run that was
missed.

Source: Sentry's check-in payload. Lines of cron are read by cronsim, as Sentry reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from fleaglass.hub.monitors.check_in import CheckIn, Crontab, Interval, MonitorConfig, Unit
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import HEX32, hex_digits
from fleaglass.hub.receive.strictly import id_in, label_in, seconds_in, whole_in

__all__ = ["check_in_of", "config_of"]

_SLUG: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_MOST_MINUTES: Final = 40_320
_MOST_THRESHOLD: Final = 720
_UNITS: Final = get_args(Unit)
_ANY_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


def check_in_of(payload: bytes) -> CheckIn:
    """One check-in. Raises Malformed, which names the field."""
    what = "the check-in"
    sent = object_of(payload, what)
    slug, status = sent.get("monitor_slug"), sent.get("status")
    if not isinstance(slug, str) or _SLUG.fullmatch(slug) is None:
        raise Malformed(f"{what}: monitor_slug must be 1 to 128 letters, digits and _.-, not {str(slug)[:40]!r}")
    if status not in ("in_progress", "ok", "error"):
        raise Malformed(f"{what}: status must be in_progress, ok or error, not {str(status)[:40]!r}")
    config, problem = _config(sent.get("monitor_config"))
    return CheckIn(
        slug=slug,
        check_in_id=id_in(sent, "check_in_id", what),
        status=status,
        environment=label_in(sent, "environment", what) or "production",
        duration_s=seconds_in(sent, "duration", what),
        release=label_in(sent, "release", what),
        config=config,
        problem=problem,
        trace_id=_trace_id(sent),
    )


def _config(sent: Any) -> tuple[MonitorConfig | None, str]:
    if sent is None:
        return None, ""
    try:
        return config_of(sent), ""
    except Malformed as error:
        return None, str(error)


def config_of(sent: Any) -> MonitorConfig:
    """A monitor's configuration as check-ins spell it. Raises Malformed, which names the field."""
    what = "monitor_config"
    if not isinstance(sent, dict):
        raise Malformed(f"{what} must be an object")
    timezone = label_in(sent, "timezone", what) or "UTC"
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Malformed(f"{what}: timezone {timezone[:40]!r} is not known") from None
    return MonitorConfig(
        schedule=_schedule(sent.get("schedule")),
        margin_min=whole_in(sent, "checkin_margin", what, 1, 1, _MOST_MINUTES),
        max_runtime_min=whole_in(sent, "max_runtime", what, 30, 1, _MOST_MINUTES),
        timezone=timezone,
        failure_threshold=whole_in(sent, "failure_issue_threshold", what, 1, 1, _MOST_THRESHOLD),
        recovery_threshold=whole_in(sent, "recovery_threshold", what, 1, 1, _MOST_THRESHOLD),
    )


def _schedule(sent: Any) -> Crontab | Interval:
    what = "monitor_config: schedule"
    if not isinstance(sent, dict) or sent.get("type") not in ("crontab", "interval"):
        raise Malformed(f"{what} must be an object of type crontab or interval")
    if sent["type"] == "crontab":
        line = label_in(sent, "value", what)
        try:
            next(CronSim(line, _ANY_TIME))
        except (CronSimError, StopIteration):
            raise Malformed(f"{what}: {line[:40]!r} is no line of cron that ever comes true") from None
        return Crontab(line)
    unit: Any = sent.get("unit")
    if unit not in _UNITS:
        raise Malformed(f"{what}: unit must be one of {', '.join(_UNITS)}, not {str(unit)[:40]!r}")
    if sent.get("value") is None:
        raise Malformed(f"{what}: value is missing")
    return Interval(whole_in(sent, "value", what, 1, 1, 10_000), unit)


def _trace_id(sent: Mapping[str, Any]) -> str:
    contexts = sent.get("contexts")
    trace = contexts.get("trace") if isinstance(contexts, dict) else None
    return hex_digits(trace.get("trace_id"), HEX32) if isinstance(trace, dict) else ""
