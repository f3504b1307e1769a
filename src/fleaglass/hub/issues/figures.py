"""What a group counts and shows: how many events, the earliest, and what the latest says.

    event ──▶ Figures ─┬─ + ──▶ group's Figures ─┬─ + ──▶ issue's Figures
    event ──▶ Figures ─┘                         │
                          another group of it ───┘

Figures add up, and in any order to the same: late events, other batches and merged issues need no rule of their own.
Users do not add up, so they are not among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.title import Title

__all__ = ["Earliest", "Figures", "Latest", "figures_in", "figures_of", "together"]


class Earliest(NamedTuple):
    """When it was first seen, in Unix nanoseconds, and in which release."""

    seen_ns: int
    release: str


class Latest(NamedTuple):
    """When it was last seen, and what was seen then. Of several at the same time one is taken, always the same."""

    seen_ns: int
    release: str
    title: str
    culprit: str
    type: str
    value: str
    level: str
    platform: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many events, the earliest and the latest."""

    events: int
    first: Earliest
    last: Latest

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.events + other.events, min(self.first, other.first), max(self.last, other.last))

    def columns(self) -> dict[str, Any]:
        """As the columns of a group or an issue."""
        seen_ns, release, *said = self.last
        return {
            "events": self.events,
            "first_seen_ns": self.first.seen_ns,
            "first_release": self.first.release,
            "last_seen_ns": seen_ns,
            "last_release": release,
            **dict(zip(Latest._fields[2:], said, strict=True)),
        }


def figures_of(event: Event, title: Title, counted: int = 1) -> Figures:
    """Of one event; `counted` is 0 where it is known by a hash that it is not counted by."""
    last = Latest(
        event.time_ns,
        event.release,
        title.title,
        title.culprit,
        title.type,
        title.value,
        event.level,
        event.platform,
    )
    return Figures(counted, Earliest(event.time_ns, event.release), last)


def figures_in(row: Mapping[str, Any]) -> Figures:
    """Of a row of `groups` or `issues`."""
    last = Latest(row["last_seen_ns"], row["last_release"], *(row[name] for name in Latest._fields[2:]))
    return Figures(row["events"], Earliest(row["first_seen_ns"], row["first_release"]), last)


def together(figures: Iterable[Figures]) -> Figures:
    """The sum of some; there must be one."""
    return reduce(add, figures)
