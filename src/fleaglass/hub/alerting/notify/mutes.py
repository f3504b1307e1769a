"""Whether a moment is among a mute's hours.

They are hours on the wall: when clocks go back, an hour that comes twice is mute both times or not at all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from fleaglass.alerts.rules.hours import Hours
from fleaglass.alerts.rules.model import Mute

__all__ = ["is_muted_at"]

_hours = lru_cache(maxsize=256)(Hours.read)


def is_muted_at(mute: Mute, at_ns: int) -> bool:
    """Whether a moment, Unix nanoseconds, is in one of its windows. The mute is one that passed `alerts check`."""
    moment = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).astimezone(ZoneInfo(mute.timezone))
    return any(_hours(written).has(moment) for written in mute.times)
