"""Hours of the week, as a mute writes them: ``"mon-fri 22:00-06:00"``, ``"sat,sun"``, ``"12:00-13:00"``.

Days without hours are whole days; hours without days are those of every day. Hours that end before they begin go on
into the next day: those of a Friday evening end on Saturday morning.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Hours"]

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES: Final = 24 * 60
_WRITTEN: Final = re.compile(
    r"(?:(?P<days>[a-z]{3}(?:[-,][a-z]{3})*)(?: (?=[0-9])|$))?"
    r"(?:(?P<begin>[0-9]{2}:[0-9]{2})-(?P<end>[0-9]{2}:[0-9]{2}))?"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Some hours of some days.

    Attributes:
        days: the days on which they begin; Monday is 0.
        begin_minute: first minute, since midnight.
        end_minute: the minute after the last, at most 24 hours after the first.
    """

    days: frozenset[int]
    begin_minute: int
    end_minute: int

    @classmethod
    def read(cls, written: str) -> Hours:
        """The hours that are written.

        Raises:
            ValueError: what about them makes no sense.
        """
        found = _WRITTEN.fullmatch(written)
        if found is None or not written:
            raise ValueError('expected days and hours such as "mon-fri 22:00-06:00"')
        days = frozenset(range(7)) if found["days"] is None else _days(found["days"])
        if found["begin"] is None:
            return cls(days, 0, _DAY_MINUTES)
        begin, end = _minute(found["begin"]), _minute(found["end"])
        if begin == end:
            raise ValueError("expected hours that end at another time than they begin")
        return cls(days, begin, end if end > begin else end + _DAY_MINUTES)

    def has(self, moment: dt.datetime) -> bool:
        """Whether a moment, in the zone that they are meant in, is among them."""
        minute, day = moment.hour * 60 + moment.minute, moment.weekday()
        return (day in self.days and self.begin_minute <= minute < self.end_minute) or (
            (day - 1) % 7 in self.days and minute + _DAY_MINUTES < self.end_minute
        )


def _days(written: str) -> frozenset[int]:
    found: set[int] = set()
    for part in written.split(","):
        first, _, last = part.partition("-")
        begin, end = _day(first), _day(last or first)
        found.update(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))
    return frozenset(found)


def _day(written: str) -> int:
    if written not in _DAYS:
        raise ValueError(f"expected days among {', '.join(_DAYS)}")
    return _DAYS.index(written)


def _minute(written: str) -> int:
    hour, minute = int(written[:2]), int(written[3:])
    if minute > 59 or hour * 60 + minute > _DAY_MINUTES:
        raise ValueError("expected times of day from 00:00 to 24:00")
    return hour * 60 + minute
