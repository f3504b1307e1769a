"""How many messages a rule's episodes would have been: the rules of groups.py, flush by flush, with nothing sent.

Counted as if nobody had acknowledged or muted anything, no inhibition held, and every receiver had answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from fleaglass.alerts.judge.replay import Episode
from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.hub.alerting.labels import incident_labels
from fleaglass.hub.alerting.notify.gathering import gather
from fleaglass.hub.alerting.notify.groups import Escalated, Members, Subject, Told, action_due
from fleaglass.hub.alerting.notify.routes import Destination

__all__ = ["messages"]

_LEAST_INTERVAL_NS: Final = 5_000_000_000
"""Episodes change no faster."""


def messages(book: RuleBook, rule: Rule, episodes: Iterable[Episode], until_ns: int) -> int:
    """Messages to all receivers together, up to a moment; the ends that they tell of included."""
    known = list(episodes)
    sent = 0
    for group in gather(book.route, (_subject(rule, each, number) for number, each in enumerate(known))).values():
        if (receiver := book.receivers.get(group.destination.receiver)) is not None:
            there = [replace(known[each.id], fired_ns=each.fired_ns) for each in group.members.values()]
            there.sort(key=lambda episode: episode.fired_ns)
            sent += _to_one(group.destination, there, until_ns, send_resolved=receiver.send_resolved)
    return sent


def _subject(rule: Rule, episode: Episode, number: int) -> Subject:
    labels = incident_labels(rule, episode.group)
    if episode.escalated_ns is None:
        return Subject(number, labels, is_open=True, fired_ns=episode.fired_ns)
    escalated = Escalated(episode.escalated_ns, rule.severity)
    critical = {**labels, "severity": "critical"}
    return Subject(number, critical, is_open=True, fired_ns=episode.fired_ns, escalated=escalated)


def _to_one(to: Destination, episodes: Sequence[Episode], until_ns: int, *, send_resolved: bool) -> int:
    """Messages to one receiver of one group; its episodes by when they fired."""
    coming, members = list(reversed(episodes)), dict[int, Episode]()
    numbers = {group: number for number, group in enumerate({each.group for each in episodes})}
    told, sent, flush_ns, seen_ns = Told(), 0, 0, -1
    while coming or members:
        if not members:  # a group begins
            flush_ns = coming[-1].fired_ns + to.wait_ns
        known_ns = max((members[each].escalated_ns or 0 for each in told.escalated if each in members), default=None)
        flush_ns = min(flush_ns, _hastened_ns(to, episodes, seen_ns, known_ns) or flush_ns)
        if flush_ns > until_ns:
            break
        while coming and coming[-1].fired_ns <= flush_ns:
            episode = coming.pop()
            members[numbers[episode.group]] = episode  # what ends and fires again between two flushes is no news
        firing = frozenset(each for each, episode in members.items() if not _has_been(episode.resolved_ns, flush_ns))
        over = frozenset(told.firing - firing)
        escalated = frozenset(each for each in firing if _has_been(members[each].escalated_ns, flush_ns))
        now = Members(firing, over, escalated=escalated)
        action = action_due(told, now, flush_ns, to.repeat_ns, send_resolved=send_resolved)
        if action is not None:
            sent += action != "resolve" or send_resolved
            told = told.after(action, firing, flush_ns, escalated)
        members = {each: members[each] for each in firing}
        seen_ns, flush_ns = flush_ns, flush_ns + max(to.interval_ns, _LEAST_INTERVAL_NS)
    return sent


def _hastened_ns(to: Destination, episodes: Sequence[Episode], seen_ns: int, known_ns: int | None) -> int | None:
    """When what escalates after one flush is told instead of at the next: see Gathering.escalation_due_ns."""
    escalated = (each.escalated_ns for each in episodes if not _has_been(each.resolved_ns, each.escalated_ns or 0))
    first_ns = min((at_ns for at_ns in escalated if at_ns is not None and at_ns > seen_ns), default=None)
    if first_ns is None or (known_ns is not None and first_ns < known_ns + to.interval_ns):
        return None
    return first_ns + to.wait_ns


def _has_been(at_ns: int | None, now_ns: int) -> bool:
    return at_ns is not None and at_ns <= now_ns
