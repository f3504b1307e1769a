"""When a job should run, as Sentry's cron monitors are told: a check-in's ``monitor_config``.

    "0 0 * * *"   minute hour day-of-month month day-of-week, crontab(5)
    "@daily"      the nicknames of crontab(5), except @reboot
    60            an interval, in minutes

A schedule that Sentry would refuse is refused here first, in words, when the job is declared: Sentry says nothing to
the agent, and a monitor that was never made never warns. Limits are those of Sentry's monitors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["check_crontab", "monitor_config", "slug_of"]

_MAX_SLUG_CHARS: Final = 50
_MAX_MINUTES: Final = 40_320
_MAX_THRESHOLD: Final = 720
_NICKNAMES: Final = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Name, lowest, highest, and the words for numbers.
_FIELDS: Final[tuple[tuple[str, int, int, Mapping[str, int]], ...]] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, {word: number for number, word in enumerate(_MONTHS, 1)}),
    ("day of the week", 0, 7, {word: number for number, word in enumerate(_DAYS)}),
)
_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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


def slug_of(name: str) -> str:
    """The name as Sentry's slugs are: lower-case letters, digits, ``-`` and ``_``, at most 50 of them.

    A longer one keeps its beginning and ends in a digest, and so does one with letters that a slug cannot hold: two
    jobs that share a slug hide each other's failures.
    """
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")
    if len(slug) > _MAX_SLUG_CHARS or any(mark.isalnum() and not mark.isascii() for mark in name):
        digest = sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
        slug = f"{slug[: _MAX_SLUG_CHARS - 9].rstrip('-_')}-{digest}".lstrip("-")
    return slug or "monitor"


def check_crontab(line: str) -> str:
    """The line, if it is one that can come true.

    Raises:
        ValueError: it is not; the message says which field and why.
    """
    if line.strip().lower() in _NICKNAMES:
        return line.strip().lower()
    fields = line.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"a schedule has 5 fields (minute hour day month weekday), {line!r} has {len(fields)}")
    found = [_field(text, *row) for text, row in zip(fields, _FIELDS, strict=True)]
    _day_exists(fields, found)
    return " ".join(fields)


def _schedule(schedule: str | int) -> dict[str, object]:
    if isinstance(schedule, str):
        return {"type": "crontab", "value": check_crontab(schedule)}
    return {"type": "interval", "value": _within("schedule", schedule, _MAX_MINUTES), "unit": "minute"}


def _field(text: str, name: str, low: int, high: int, words: Mapping[str, int]) -> set[int]:
    """The values a field stands for: ``*``, ``a``, ``a-b``, each with ``/step``, and lists of them."""

    def number(part: str) -> int:
        value = words.get(part.lower(), -1) if not part.isdecimal() or not part.isascii() else int(part)
        if not low <= value <= high or len(part) > 3:
            raise ValueError(f"{part!r} is no {name}; it goes from {low} to {high}")
        return value

    values: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdecimal() and len(step) <= 3 and int(step) > 0):
            raise ValueError(f"{step!r} is no step for the {name}")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        elif dash:
            begin, end = number(first), number(last)
        else:
            begin = number(first)
            end = high if slash else begin
        if begin > end:
            raise ValueError(f"{span!r} runs backwards; write the {name} as two ranges")
        values.update(range(begin, end + 1, int(step) if slash else 1))
    return values


def _day_exists(fields: Sequence[str], found: Sequence[set[int]]) -> None:
    """Whether any of the months has any of the days: the 30th of February never comes."""
    days, months = found[2], found[3]
    if fields[4] == "*" and min(days) > max(_LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(f"day {min(days)} does not occur in month {fields[3]}, so the job would never be due")


def _within(name: str, value: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}, got {value!r}")
    return value


def _zone(name: str) -> str:
    """The zone, if this machine knows it. UTC needs no database of zones."""
    if name == "UTC":
        return name
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError, TypeError):  # what zoneinfo raises, by the kind of nonsense
        raise ValueError(f"{name!r} is no time zone that this machine knows (an IANA name such as UTC)") from None
