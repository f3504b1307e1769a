"""The rules applied to the state: which groups there are, which are due, and what waits to be said to whom.

A group lives while it has an open incident, or one whose end is yet to be told. All that `plan` decides is in one
transaction; it decides the same when it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from fleaglass.alerts.rules.model import PagerDuty, Receiver, Route, RuleBook
from fleaglass.hub.alerting.notify import outbox
from fleaglass.hub.alerting.notify.groups import Action, Members, Subject, action_due
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.routes import INTERVAL_NS, Destination, destinations
from fleaglass.hub.alerting.notify.rows import Group, read_groups, read_subjects, remove_group, write_group
from fleaglass.hub.alerting.notify.silence import Silence, silence_at

__all__ = ["plan"]


def plan(connection: Connection, book: RuleBook, now_ns: int, busy: Set[str] = frozenset()) -> None:
    """Bring groups and outbox up to date, but those of `busy` receivers, to whom something is being sent just now.

    `now_ns` is Unix nanoseconds. Raises StateError.
    """
    groups, notes = read_groups(connection), outbox.waiting(connection)
    known = read_subjects(connection, {each for group in groups.values() for each in group.told.firing})
    gathered = _gather(book.route, known.values())
    moment = _Moment(connection, now_ns, known, silence_at(book, known.values(), now_ns))
    for key in {**gathered, **groups}:
        gathering, group = gathered.get(key), groups.get(key)
        if group is None:
            assert gathering is not None  # it is from one of the two
            group = gathering.group(now_ns)
        receiver = book.receivers.get(group.receiver)
        if receiver is None:
            remove_group(connection, key)
        elif group.receiver not in busy:
            _step(moment, receiver, group, gathering or _Gathering(), notes.get(key), groups.get(key))


@dataclass(frozen=True, slots=True)
class _Moment:
    connection: Connection
    now_ns: int
    known: Mapping[int, Subject]
    silence: Silence

    def is_open(self, incident: int) -> bool:
        return incident in self.known and self.known[incident].is_open

    def may_be_told(self, incident: int) -> bool:
        """Of an incident that was deleted, its end may."""
        return incident not in self.known or self.silence(self.known[incident]) is None


@dataclass(slots=True)
class _Gathering:
    """The open incidents that belong to one group now. None of them: it is known by what it told only."""

    destination: Destination | None = None
    members: dict[int, Subject] = field(default_factory=dict)

    def group(self, now_ns: int) -> Group:
        """A group that begins."""
        to = self.destination
        assert to is not None
        return Group(to.key, to.receiver, dict(to.labels), now_ns, self.first_flush_ns(now_ns))

    def first_flush_ns(self, now_ns: int) -> int:
        """When its first message is due: so long after the first of them fired."""
        wait_ns = self.destination.wait_ns if self.destination else 0
        return max(now_ns, min((each.fired_ns for each in self.members.values()), default=now_ns) + wait_ns)


def _gather(route: Route, incidents: Iterable[Subject]) -> dict[str, _Gathering]:
    gathered: dict[str, _Gathering] = {}
    for subject in incidents:
        for destination in destinations(route, subject.labels) if subject.is_open else ():
            gathering = gathered.setdefault(destination.key, _Gathering(destination))
            gathering.members[subject.id] = subject
    return gathered


def _step(
    moment: _Moment, receiver: Receiver, group: Group, gathering: _Gathering, note: Note | None, kept: Group | None
) -> None:
    """Take one group from how it is kept to how it must be now."""
    is_done_with = not gathering.members and not group.told.firing
    if is_done_with and (note is None or note.action == "resolve"):
        remove_group(moment.connection, group.key)
        return
    if not group.is_flushed:
        group = replace(group, next_ns=min(group.next_ns, gathering.first_flush_ns(moment.now_ns)))
    is_due = group.next_ns <= moment.now_ns
    if is_due or note is not None:
        group = _flush(moment, receiver, group, gathering, note)
    elif isinstance(receiver, PagerDuty) and _is_taken_care_of(group, gathering):
        _say(moment, group, None, "acknowledge", group.told.firing)
    if is_due:
        group = replace(group, is_flushed=True, next_ns=_next_ns(group, gathering.destination, moment.now_ns))
    if not gathering.members and not group.told.firing:
        remove_group(moment.connection, group.key)
    elif group != kept:
        write_group(moment.connection, group)


def _flush(moment: _Moment, receiver: Receiver, group: Group, gathering: _Gathering, note: Note | None) -> Group:
    """Say what is to be said, in place of what waits to be said; the group with what it takes as told."""
    told, members = group.told, gathering.members
    now = Members(
        firing=frozenset(each for each in members if moment.may_be_told(each)),
        over=frozenset(each for each in told.firing if each not in members and moment.may_be_told(each)),
        acknowledged=frozenset(each.id for each in members.values() if each.is_acknowledged),
    )
    repeat_ns = gathering.destination.repeat_ns if gathering.destination else 0
    action = action_due(told, now, moment.now_ns, repeat_ns, send_resolved=receiver.send_resolved)
    unheard = {each for each in note.firing if each not in told.firing and not moment.is_open(each)} if note else set()
    if action == "resolve" and not receiver.send_resolved:
        action, group = None, replace(group, told=told.after("resolve", frozenset(), moment.now_ns))
    if isinstance(receiver, PagerDuty):
        if action is None and note is not None:
            action = _last_word(note, group, gathering, now)
    elif unheard:
        outbox.pass_on(moment.connection, group.receiver, unheard, moment.now_ns)
    if action == "acknowledge":
        _say(moment, group, note, action, told.firing)
    elif action is not None:
        _say(moment, group, note, action, now.firing, now.over if receiver.send_resolved else frozenset())
    elif note is not None:
        outbox.drop(moment.connection, note, moment.now_ns)
    return group


def _last_word(note: Note, group: Group, gathering: _Gathering, now: Members) -> Action | None:
    """What else PagerDuty must hear in place of a note that has nothing new to say.

    An attempt that seemed to fail may have reached it: then it is told that all is over, or somebody would be woken.
    """
    if _is_taken_care_of(group, gathering):
        return "acknowledge"
    return "resolve" if note.attempts and not now.firing and not group.told.firing else None


def _say(
    moment: _Moment,
    group: Group,
    note: Note | None,
    action: Action,
    firing: Set[int],
    over: Set[int] = frozenset(),
) -> None:
    said = note or Note(None, group.key, group.receiver, action, (), ())
    now = replace(said, action=action, firing=tuple(sorted(firing)), resolved=tuple(sorted(over)))
    outbox.put(moment.connection, now, moment.now_ns)


def _next_ns(group: Group, destination: Destination | None, now_ns: int) -> int:
    """The next flush, in step with the one before; after a long pause, in step with now."""
    interval_ns = destination.interval_ns if destination else INTERVAL_NS
    in_step_ns = group.next_ns + interval_ns
    return in_step_ns if in_step_ns > now_ns else now_ns + interval_ns


def _is_taken_care_of(group: Group, gathering: _Gathering) -> bool:
    """Whether people have acknowledged all that the receiver was told of, and it does not know that yet."""
    told, members = group.told, gathering.members
    return (
        bool(told.firing)
        and not told.is_acknowledged
        and all(each in members and members[each].is_acknowledged for each in told.firing)
    )
