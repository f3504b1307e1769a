"""A rule book's routes as Alertmanager understands routes, and Grafana does, whose own is one.

::

    root   nobody, by rule                  the rules file's own root is below this one, because a root matches all
    └── its route                           with each mute as a child, because mutes belong to whole routes
        ├── its children, likewise
        └── what a mute matches             the same receivers, at other hours

A route has one receiver there, so the several receivers of one of ours are one of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from msgspec import UNSET, UnsetType

from fleaglass.alerts.rules.hours import Hours
from fleaglass.alerts.rules.model import Duration, Mute, Route, RuleBook
from fleaglass.provision.promql.series import seconds

__all__ = ["Hop", "Match", "Matcher", "TimeRange", "hops", "matchers", "mute_names", "receiver_sets", "time_ranges"]

Match: TypeAlias = Mapping[str, str | tuple[str, ...]]
Matcher: TypeAlias = tuple[str, str, str]
"""Label, ``=`` or ``=~``, and value."""

_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A route there.

    Attributes:
        receivers: who are told together; nobody when empty.
        matchers: what an alert must have.
        group_by: labels that alerts of one message share; those of the route above if None.
        times: ``group_wait``, ``group_interval`` and ``repeat_interval``, as far as they are said.
        mutes: names of the hours at which nobody is told.
        goes_on: whether later siblings are asked as well.
        routes: below it.
    """

    receivers: tuple[str, ...] = ()
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] | None = None
    times: Mapping[str, str] = field(default_factory=dict)
    mutes: tuple[str, ...] = ()
    goes_on: bool = False
    routes: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Some hours of one day or more; they do not go on into the next. Minutes since midnight, Monday is 0."""

    days: tuple[int, ...]
    begin_minute: int
    end_minute: int

    @property
    def begin(self) -> str:
        """Such as ``22:00``."""
        return _clock(self.begin_minute)

    @property
    def end(self) -> str:
        """Such as ``24:00``."""
        return _clock(self.end_minute)


def hops(book: RuleBook) -> Hop:
    """The whole tree. Where the file says nothing, the times are the hub's."""
    times = {"group_wait": "5s", "group_interval": "300s", "repeat_interval": "14400s"}
    return Hop(group_by=("topic",), times=times, routes=(_hop(book.route, (), mute_names(book)),))


def receiver_sets(book: RuleBook) -> list[tuple[str, ...]]:
    """The receivers that are told together, each set once."""
    return [names for names in dict.fromkeys(_sets_of(book.route, ())) if names]


def mute_names(book: RuleBook) -> list[tuple[str, Mute]]:
    """Mutes by a name of their own."""
    return [(f"fleaglass-mute-{number}", mute) for number, mute in enumerate(book.mutes, 1)]


def time_ranges(mute: Mute) -> Iterator[TimeRange]:
    """A mute's hours, cut at midnight."""
    for written in mute.times:
        hours = Hours.read(written)
        yield TimeRange(tuple(sorted(hours.days)), hours.begin_minute, min(hours.end_minute, _DAY_MINUTES))
        if hours.end_minute > _DAY_MINUTES:
            days = tuple(sorted((day + 1) % 7 for day in hours.days))
            yield TimeRange(days, 0, hours.end_minute - _DAY_MINUTES)


def matchers(match: Match) -> tuple[Matcher, ...]:
    """What a match asks for, label by label."""
    return tuple(_matcher(label, value) for label, value in match.items())


def _hop(route: Route, above: tuple[str, ...], muted: Sequence[tuple[str, Mute]]) -> Hop:
    receivers = route.receivers or above
    lengths: dict[str, Duration | UnsetType] = {
        "group_wait": route.group_wait,
        "group_interval": route.group_interval,
        "repeat_interval": route.repeat_interval,
    }
    below = [_hop(child, receivers, muted) for child in route.routes]
    if not any(child.continue_ for child in route.routes):  # it would go on into the mutes, and be told twice
        below += _mute_hops(receivers, (), muted)
    return Hop(
        receivers=receivers,
        matchers=matchers(route.match),
        group_by=None if route.group_by is UNSET else tuple(route.group_by),
        # An interval of nothing is none there.
        times={
            name: seconds(length if name == "group_wait" else max(1, length))
            for name, length in lengths.items()
            if length is not UNSET
        },
        goes_on=route.continue_,
        routes=tuple(below),
    )


def _mute_hops(receivers: tuple[str, ...], before: tuple[str, ...], muted: Sequence[tuple[str, Mute]]) -> list[Hop]:
    """One for each mute, with those that may match besides it below."""
    return [
        Hop(
            receivers=receivers,
            matchers=matchers(mute.match),
            mutes=(*before, name),
            routes=tuple(_mute_hops(receivers, (*before, name), muted[number:])),
        )
        for number, (name, mute) in enumerate(muted, 1)
    ]


def _sets_of(route: Route, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    receivers = route.receivers or above
    yield receivers
    for child in route.routes:
        yield from _sets_of(child, receivers)


def _matcher(label: str, value: str | tuple[str, ...]) -> Matcher:
    values = (value,) if isinstance(value, str) else tuple(value)
    return (label, "=", values[0]) if len(values) == 1 else (label, "=~", "|".join(map(re.escape, values)))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
