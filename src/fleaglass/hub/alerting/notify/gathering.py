"""Open incidents, gathered into the groups that they belong to now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fleaglass.alerts.rules.model import Route
from fleaglass.hub.alerting.notify.groups import Subject
from fleaglass.hub.alerting.notify.routes import Destination, destinations

__all__ = ["Gathering", "gather", "successors"]


@dataclass(frozen=True, slots=True)
class Gathering:
    """The open incidents of one group, by their ids: at least one."""

    destination: Destination
    members: dict[int, Subject] = field(default_factory=dict)

    @property
    def due_ns(self) -> int:
        """When its first message is due: so long after the first of them fired. Unix nanoseconds."""
        return min(each.fired_ns for each in self.members.values()) + self.destination.wait_ns


def gather(route: Route, incidents: Iterable[Subject]) -> dict[str, Gathering]:
    """The groups there are, by their keys. An incident may be in several: one for each receiver."""
    gathered: dict[str, Gathering] = {}
    for subject in incidents:
        for destination in destinations(route, subject.labels) if subject.is_open else ():
            gathered.setdefault(destination.key, Gathering(destination)).members[subject.id] = subject
    return gathered


def successors(ended: Iterable[Subject], members: Mapping[int, Subject]) -> dict[int, int]:
    """Which incidents have ended, but fire again as other ones with the same labels."""
    by_labels = {_identity(each): each.id for each in members.values()}
    return {each.id: by_labels[_identity(each)] for each in ended if _identity(each) in by_labels}


def _identity(subject: Subject) -> frozenset[tuple[str, str]]:
    return frozenset(subject.labels.items())
