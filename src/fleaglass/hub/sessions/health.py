"""Session health by the definitions of Sentry's release health, and adoption of releases.

    sessions = healthy + errored + crashed + abnormal        errored: with errors, and neither crashed nor abnormal
    crash-free sessions = 1 - crashed / sessions             crash-free users = 1 - crashed users / users
    adopted: at least 10 % of the sessions of the last 6 h   replaced: was adopted, and is no more

Percentages have three decimals; of nothing there is none. A session counts for adoption in every hour in which it ran,
since an agent's lasts a day: by their starts alone most hours would have none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import Final, Literal, NamedTuple

import msgspec

__all__ = ["Adoption", "Presence", "Tally", "adoption", "percent"]

_DAY_HOURS: Final = 24
_WINDOW_HOURS: Final = 6
_ADOPTED_PERCENT: Final = 10


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole`, with three decimals; None of nothing."""
    return round(100 * part / whole, 3) if whole else None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions went how. Those `running` are among the healthy and errored, those `inferred` are abnormal."""

    sessions: int = 0
    errored: int = 0
    crashed: int = 0
    abnormal: int = 0
    inferred: int = 0
    running: int = 0
    users: int = 0
    crashed_users: int = 0

    @property
    def healthy(self) -> int:
        """Without errors."""
        return self.sessions - self.errored - self.crashed - self.abnormal

    @property
    def crash_free_sessions_percent(self) -> float | None:
        """0 to 100."""
        return percent(self.sessions - self.crashed, self.sessions)

    @property
    def crash_free_users_percent(self) -> float | None:
        """0 to 100."""
        return percent(self.users - self.crashed_users, self.users)


class Presence(NamedTuple):
    """So many sessions of a release ran from one hour to another, both included; hours are since 1970."""

    release: str
    first_hour: int
    last_hour: int
    sessions: int


class Adoption(NamedTuple):
    """How far a release is adopted; hours are those in which it became, and ceased to be."""

    percent: float | None
    stage: Literal["low", "adopted", "replaced"]
    adopted_hour: int | None
    replaced_hour: int | None


def adoption(present: Iterable[Presence], from_hour: int, now_hour: int) -> dict[str, Adoption]:
    """The adoption of every release that ran since `from_hour`, as it is in the hour `now_hour`."""
    present = [each for each in present if each.last_hour >= from_hour and each.first_hour <= now_hour]
    windows = _running(present, from_hour, now_hour, _WINDOW_HOURS)
    days = _running(present, now_hour, now_hour, _DAY_HOURS)
    everyone = [sum(hours) for hours in zip(*windows.values(), strict=True)]
    whole_day = sum(counts[0] for counts in days.values())
    return {
        release: _adoption(percent(days[release][0], whole_day), counts, everyone, from_hour)
        for release, counts in windows.items()
    }


def _running(present: Iterable[Presence], from_hour: int, now_hour: int, window: int) -> dict[str, list[int]]:
    """By release, how many of its sessions ran in the `window` hours up to each hour."""
    steps: dict[str, list[int]] = defaultdict(lambda: [0] * (now_hour - from_hour + 2))
    for each in present:
        changes = steps[each.release]
        first = max(each.first_hour, from_hour) - from_hour
        end = min(each.last_hour + window, now_hour + 1) - from_hour
        if end > first:
            changes[first] += each.sessions
            changes[end] -= each.sessions
    return {release: list(accumulate(changes[:-1])) for release, changes in steps.items()}


def _adoption(share: float | None, counts: list[int], everyone: list[int], from_hour: int) -> Adoption:
    adopted_hour: int | None = None
    replaced_hour: int | None = None
    for hour, (count, whole) in enumerate(zip(counts, everyone, strict=True), from_hour):
        if not whole:
            continue  # where nothing runs, nothing replaces
        is_adopted = count * 100 >= whole * _ADOPTED_PERCENT
        if is_adopted and (adopted_hour is None or replaced_hour is not None):
            adopted_hour, replaced_hour = hour, None
        elif not is_adopted and adopted_hour is not None and replaced_hour is None:
            replaced_hour = hour
    if adopted_hour is None:
        return Adoption(share, "low", None, None)
    return Adoption(share, "adopted" if replaced_hour is None else "replaced", adopted_hour, replaced_hour)
