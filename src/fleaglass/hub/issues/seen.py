"""When an issue was first and last seen, how often, and in which release first: the same in whatever order events come.

Events arrive late and out of order: an agent without a hub keeps them for hours. So "first" is the earliest by its own
time, not the first to arrive; among events of the same time the release that sorts first is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleaglass.hub.issues.event import Event

__all__ = ["Seen", "merged", "seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What some events of an issue say together. Times are Unix nanoseconds; a release is "" when it is not known."""

    events: int
    first_ns: int
    last_ns: int
    first_release: str


def seen(event: Event) -> Seen:
    """What one event says."""
    return Seen(1, event.time_ns, event.time_ns, event.release)


def merged(a: Seen, b: Seen) -> Seen:
    """What two lots of events say together: also those of two issues that are made one."""
    first_ns, first_release = min((a.first_ns, a.first_release), (b.first_ns, b.first_release))
    return Seen(a.events + b.events, first_ns, max(a.last_ns, b.last_ns), first_release)
