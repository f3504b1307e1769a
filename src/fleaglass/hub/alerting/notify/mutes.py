"""Hours in which nobody is told: ``"mon-fri 22:00-06:00"``, ``"sat,sun 00:00-24:00"``, ``"01:00-02:00"`` (each day).

They are hours on the wall: when clocks go back, an hour that comes twice is in both times or in neither. A window over
midnight belongs to the day on which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from fleaglass.alerts.rules.model import Mute

__all__ = ["Window", "is_muted_at", "parse_window"]

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW: Final = re.compile(r"(?:([a-z]{3}(?:[-,][a-z]{3})*)\s+)?(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)", re.ASCII)
_DAY_MIN: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Days of the week on which it begins, Monday 0, and minutes of the day; an end before the start is tomorrow's."""

    days: frozenset[int]
    start_min: int
    end_min: int

    def has(self, weekday: int, minute: int) -> bool:
        """Whether a minute of a weekday is in it."""
        if self.start_min < self.end_min:
            return weekday in self.days and self.start_min <= minute < self.end_min
        began_today = weekday in self.days and minute >= self.start_min
        return began_today or ((weekday - 1) % 7 in self.days and minute < self.end_min)


@lru_cache(maxsize=256)
def parse_window(text: str) -> Window:
    """What a mute's `times` say. Raises ValueError that says what was expected."""
    found = _WINDOW.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f'"{text}" is no time to be mute: expected days and hours, such as "mon-fri 22:00-06:00"')
    days, *clock = found.groups()
    start, end = (_minutes(text, *clock[at : at + 2]) for at in (0, 2))
    if start in (end, _DAY_MIN):
        raise ValueError(f'"{text}" is no time to be mute: it ends where it begins; a whole day is 00:00-24:00')
    return Window(frozenset(_days(text, days) if days else range(7)), start, end)


def is_muted_at(mute: Mute, at_ns: int) -> bool:
    """Whether a moment, Unix nanoseconds, is in one of its windows. Raises ValueError and ZoneInfoNotFoundError."""
    moment = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).astimezone(ZoneInfo(mute.timezone))
    minute = moment.hour * 60 + moment.minute
    return any(parse_window(text).has(moment.weekday(), minute) for text in mute.times)


def _minutes(text: str, hours: str, minutes: str) -> int:
    found = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or found > _DAY_MIN:
        raise ValueError(f'"{text}" is no time to be mute: {hours}:{minutes} is no time of day')
    return found


def _days(text: str, days: str) -> Iterator[int]:
    """Weekdays of ``mon-wed,sat``; ``sat-mon`` goes round the end of the week."""
    for part in days.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not set(ends) <= set(_DAYS):
            raise ValueError(
                f'"{text}" is no time to be mute: {part} is none of {", ".join(_DAYS)}, nor a range of them'
            )
        first, last = _DAYS.index(ends[0]), _DAYS.index(ends[-1])
        yield from ((first + step) % 7 for step in range((last - first) % 7 + 1))
