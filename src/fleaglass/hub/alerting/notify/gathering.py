"""Open incidents, gathered into the groups that they belong to now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

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

    def escalation_due_ns(self, untold: Set[int], told: Set[int]) -> int | None:
        """When a message is due on members that have escalated, given of whom that was told and of whom not.

        None: there are none, or they wait for the next flush, as others escalated less than an interval before.
        """
        when = {each.id: each.escalated.at_ns for each in self.members.values() if each.escalated}
        first_ns = min((when[each] for each in untold), default=None)
        last_ns = max((when[each] for each in told if each in when), default=None)
        if first_ns is None or (last_ns is not None and first_ns < last_ns + self.destination.interval_ns):
            return None
        return first_ns + self.destination.wait_ns


def gather(route: Route, incidents: Iterable[Subject]) -> dict[str, Gathering]:
    """The groups there are, by their keys. An incident may be in several: one for each receiver."""
    gathered: dict[str, Gathering] = {}
    for subject in incidents:
        for destination, member in _groups(route, subject) if subject.is_open else ():
            gathered.setdefault(destination.key, Gathering(destination)).members[subject.id] = member
    return gathered


def _groups(route: Route, subject: Subject) -> Iterator[tuple[Destination, Subject]]:
    """Where it belongs. Who heard of it before it escalated goes on hearing of it there; for others it fires then."""
    if subject.escalated is None:
        yield from ((each, subject) for each in destinations(route, subject.labels))
        return
    before = destinations(route, {**subject.labels, "severity": subject.escalated.was})
    yield from ((each, subject) for each in before)
    known = {each.receiver for each in before}
    later = replace(subject, fired_ns=subject.escalated.at_ns)
    yield from ((each, later) for each in destinations(route, subject.labels) if each.receiver not in known)


def successors(ended: Iterable[Subject], members: Mapping[int, Subject]) -> dict[int, int]:
    """Which incidents have ended, but fire again as other ones with the same labels."""
    by_labels = {_identity(each): each.id for each in members.values()}
    return {each.id: by_labels[_identity(each)] for each in ended if _identity(each) in by_labels}


def _identity(subject: Subject) -> frozenset[tuple[str, str]]:
    return frozenset(subject.labels.items())
