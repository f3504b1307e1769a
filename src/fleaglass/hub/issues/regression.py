"""Does an event bring a resolved issue back? Only when the resolution does not cover the event's release.

=====================  ======================================  =======================================================
resolved               the event's release                     covered, so that the issue stays resolved
=====================  ======================================  =======================================================
now                    any                                     never
in release R, in next  none                                    always
in release R           R                                       never
in release R           comparable with R by version            R is newer
in release R           not comparable                          date of R >= its date
in next release        comparable with the current by version  the current release is the same or newer
in next release        not comparable                          the same release, or date of the current > its date
=====================  ======================================  =======================================================

"In next release" keeps the release that was current. Where that has no date, or there was none, the newest release of
the project stands in for it, by date. A release's date is when it was released, else when the hub first knew of it.

Two versions are comparable when both are of one package and can be ordered (releases/versions.py).
Source: Sentry's documentation of regressions and of resolving in a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass.hub.issues.resolution import Resolution
from fleaglass.hub.issues.states import State
from fleaglass.hub.releases.versions import InvalidRelease, compare_names

__all__ = ["GUARD_NS", "covers", "regresses"]

GUARD_NS: Final = 5_000_000_000
"""How much later than the issue became active an event must have happened: events of one burst do not reopen it."""


def regresses(
    state: State,
    resolution: Resolution | None,
    *,
    event_release: str,
    event_ns: int,
    active_at_ns: int,
    dates_ns: Mapping[str, int],
) -> bool:
    """Whether an event brings the issue back. Only a resolved one can come back; an archived one never does.

    An event that happened before somebody resolved the issue is no news, however late it arrives: what an agent wrote
    while it had no hub comes hours later.

    Args:
        state: the issue's.
        resolution: of a resolved issue.
        event_release: "" when the event has none.
        event_ns: when the event happened, Unix nanoseconds.
        active_at_ns: when the issue was first seen, or last came back or was opened again.
        dates_ns: the date of each release that is known, by name: at least of those in question.
    """
    if state != "resolved" or resolution is None:
        return False
    if event_ns < resolution.at_ns or event_ns - active_at_ns < GUARD_NS:
        return False
    return not covers(resolution, event_release, dates_ns)


def covers(resolution: Resolution, event_release: str, dates_ns: Mapping[str, int]) -> bool:
    """Whether the issue may still happen in that release without being news.

    A release of the event without a date is new to the hub, so its date is later than all.
    """
    if resolution.kind == "now":
        return False
    if not event_release:
        return True
    if resolution.kind == "in_release":
        return _before_fix(resolution.release, event_release, resolution.at_ns, dates_ns)
    return _not_after_current(resolution, event_release, dates_ns)


def _before_fix(fixed_in: str, release: str, at_ns: int, dates_ns: Mapping[str, int]) -> bool:
    if release == fixed_in:
        return False
    order = _order(fixed_in, release)
    if order is not None:
        return order > 0
    # A fix that is not out yet has no date: it is as new as the word that announced it.
    return release in dates_ns and dates_ns.get(fixed_in, at_ns) >= dates_ns[release]


def _not_after_current(resolution: Resolution, release: str, dates_ns: Mapping[str, int]) -> bool:
    order = _order(resolution.release, release)
    if order is not None:
        return order >= 0
    current = resolution.release if resolution.release in dates_ns else resolution.newest_release
    if release in (resolution.release, current):
        return True
    return release in dates_ns and dates_ns.get(current, resolution.at_ns) > dates_ns[release]


def _order(a: str, b: str) -> int | None:
    try:
        return compare_names(a, b)
    except InvalidRelease:
        return None
