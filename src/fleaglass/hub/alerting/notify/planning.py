"""The rules applied to the state: which groups there are, which are due, and what waits to be said to whom.

    no group yet ─▶ group_wait ─▶ flush ─▶ group_interval ─▶ flush ─▶ … ─▶ nothing left to tell: forgotten
    flush ─▶ something to say ─▶ a note in the outbox, in place of the one that waits there
          ─▶ nothing          ─▶ the one that waits there is not true any more

A group lives while it has an open incident, or one whose end is yet to be told. All that `plan` decides is in one
transaction; it decides the same when it is asked again. A group of which a note waits is looked at each time, so what
goes out after a failure is true by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from fleaglass.alerts.rules.model import PagerDuty, Receiver, RuleBook
from fleaglass.hub.alerting.notify import outbox
from fleaglass.hub.alerting.notify.gathering import Gathering, gather, successors
from fleaglass.hub.alerting.notify.groups import Action, Members, Subject, action_due
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.routes import INTERVAL_NS
from fleaglass.hub.alerting.notify.rows import Group, read_groups, read_subjects, remove_group, write_group
from fleaglass.hub.alerting.notify.silence import Silence, silence_at

__all__ = ["plan"]


def plan(connection: Connection, book: RuleBook, now_ns: int, busy: Set[str] = frozenset()) -> None:
    """Bring groups and outbox up to date, but those of `busy` receivers, to whom something is being sent just now.

    `now_ns` is Unix nanoseconds. Raises StateError.
    """
    groups, notes = read_groups(connection), outbox.waiting(connection)
    known = read_subjects(connection, {each for group in groups.values() for each in group.told.firing})
    gathered = gather(book.route, known.values())
    moment = _Moment(connection, now_ns, known, silence_at(book, known.values(), now_ns))
    begun = {key: _begun(each, now_ns) for key, each in gathered.items() if key not in groups}
    for key, group in {**groups, **begun}.items():
        receiver = book.receivers.get(group.receiver)
        if receiver is None:
            _leave(moment, group)
        elif group.receiver not in busy:
            _keep(moment, group, _Step(moment, receiver, gathered.get(key), notes.get(key)).taken(group), key in begun)


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


def _begun(gathering: Gathering, now_ns: int) -> Group:
    to = gathering.destination
    return Group(to.key, to.receiver, dict(to.labels), now_ns, max(now_ns, gathering.due_ns))


def _leave(moment: _Moment, group: Group) -> None:
    """The rules have no such receiver now. It may come back, and then must hear the end of what it was told."""
    if not any(moment.is_open(each) for each in group.told.firing):
        remove_group(moment.connection, group.key)


def _keep(moment: _Moment, before: Group, after: Group | None, is_new: bool) -> None:
    if after is None:
        remove_group(moment.connection, before.key)
    elif is_new or after != before:
        write_group(moment.connection, after)


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of one group at one moment: what belongs to it now, and what waits to be said of it."""

    moment: _Moment
    receiver: Receiver
    gathering: Gathering | None
    note: Note | None

    @property
    def members(self) -> Mapping[int, Subject]:
        return self.gathering.members if self.gathering else {}

    def taken(self, group: Group) -> Group | None:
        """The group afterwards; None when there is nothing left to tell."""
        if self._is_done_with(group) and (self.note is None or self.note.action == "resolve"):
            return None
        if self.gathering and not group.is_flushed:
            group = replace(group, next_ns=min(group.next_ns, max(self.moment.now_ns, self.gathering.due_ns)))
        group = self._hastened(group)
        ended = [self.moment.known[each] for each in group.told.firing if self._has_ended(each)]
        group = replace(group, told=group.told.instead(successors(ended, self.members)))
        is_due = group.next_ns <= self.moment.now_ns
        if is_due or self.note is not None:
            group = self._flushed(group)
        elif self._is_news_to_a_pager(group):
            self._say(group, "acknowledge", group.told.firing)
        if is_due:
            group = replace(group, is_flushed=True, next_ns=self._next_ns(group))
        return None if self._is_done_with(group) else group

    def _hastened(self, group: Group) -> Group:
        """What has escalated does not wait for the next flush."""
        if self.gathering is None:
            return group
        told = group.told.escalated
        due_ns = self.gathering.escalation_due_ns(self._now(group).escalated - told, told)
        if due_ns is None:
            return group
        return replace(group, next_ns=min(group.next_ns, max(self.moment.now_ns, due_ns)))

    def _has_ended(self, incident: int) -> bool:
        return incident in self.moment.known and not self.moment.is_open(incident)

    def _is_done_with(self, group: Group) -> bool:
        return not self.members and not group.told.firing

    def _flushed(self, group: Group) -> Group:
        """Say what is to be said; the group with what it takes as told."""
        told, now, moment = group.told, self._now(group), self.moment
        repeat_ns = self.gathering.destination.repeat_ns if self.gathering else 0
        action = action_due(told, now, moment.now_ns, repeat_ns, send_resolved=self.receiver.send_resolved)
        if action == "resolve" and not self.receiver.send_resolved:
            action, group = None, replace(group, told=told.after("resolve", frozenset(), moment.now_ns))
        if action is None and self._is_news_to_a_pager(group):
            action = "acknowledge"
        if action is None and self._may_have_woken(group, now):
            action = "resolve"
        self._pass_on_what_was_unheard(group)
        if action is not None:
            over = now.over if self.receiver.send_resolved else frozenset[int]()
            self._say(group, action, told.firing if action == "acknowledge" else now.firing, over)
        elif self.note is not None:
            outbox.drop(moment.connection, self.note, moment.now_ns)
        return group

    def _now(self, group: Group) -> Members:
        may_be_told = self.moment.may_be_told
        firing = frozenset(each for each in self.members if may_be_told(each))
        return Members(
            firing=firing,
            over=frozenset(each for each in group.told.firing if each not in self.members and may_be_told(each)),
            acknowledged=frozenset(each.id for each in self.members.values() if each.is_acknowledged),
            escalated=frozenset(each for each in firing if self.members[each].escalated),
        )

    def _is_news_to_a_pager(self, group: Group) -> bool:
        """Whether people have acknowledged all that PagerDuty was told of, and it does not know that yet."""
        told = group.told
        return (
            isinstance(self.receiver, PagerDuty)
            and bool(told.firing)
            and not told.is_acknowledged
            and all(each in self.members and self.members[each].is_acknowledged for each in told.firing)
        )

    def _may_have_woken(self, group: Group, now: Members) -> bool:
        """Whether an attempt that seemed to fail may have reached PagerDuty, where nothing is left to be told."""
        is_tried = isinstance(self.receiver, PagerDuty) and self.note is not None and self.note.attempts > 0
        return is_tried and not now.firing and not group.told.firing

    def _pass_on_what_was_unheard(self, group: Group) -> None:
        """Name what came and went while its note waited; but nobody is woken for what is over."""
        firing = self.note.firing if self.note else ()
        unheard = [each for each in firing if each not in group.told.firing and not self.moment.is_open(each)]
        if unheard and not isinstance(self.receiver, PagerDuty):
            outbox.pass_on(self.moment.connection, group.receiver, unheard, self.moment.now_ns)

    def _say(self, group: Group, action: Action, firing: Set[int], over: Set[int] = frozenset()) -> None:
        said = self.note or Note(None, group.key, group.receiver, action, (), ())
        now = replace(said, action=action, firing=tuple(sorted(firing)), resolved=tuple(sorted(over)))
        outbox.put(self.moment.connection, now, self.moment.now_ns)

    def _next_ns(self, group: Group) -> int:
        """The next flush, in step with the one before; after a long pause, in step with now."""
        interval_ns = self.gathering.destination.interval_ns if self.gathering else INTERVAL_NS
        in_step_ns = group.next_ns + interval_ns
        return in_step_ns if in_step_ns > self.moment.now_ns else self.moment.now_ns + interval_ns
