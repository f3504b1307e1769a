"""How many messages a rule's episodes would have been: the rules of groups.py, flush by flush, with nothing sent.

Counted as if nobody had acknowledged or muted anything, no inhibition held, and every receiver had answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from fleaglass.alerts.judge.replay import Episode
from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.hub.alerting.labels import incident_labels
from fleaglass.hub.alerting.notify.groups import Members, Told, action_due
from fleaglass.hub.alerting.notify.routes import Destination, destinations

__all__ = ["messages"]

_LEAST_INTERVAL_NS: Final = 5_000_000_000
"""Episodes change no faster."""


def messages(book: RuleBook, rule: Rule, episodes: Iterable[Episode], until_ns: int) -> int:
    """Messages to all receivers together, up to a moment; the ends that they tell of included."""
    grouped: dict[str, tuple[Destination, list[Episode]]] = {}
    for episode in episodes:
        for to in destinations(book.route, incident_labels(rule, episode.group)):
            grouped.setdefault(to.key, (to, []))[1].append(episode)
    return sum(
        _to_one(to, members, until_ns, send_resolved=book.receivers[to.receiver].send_resolved)
        for to, members in grouped.values()
        if to.receiver in book.receivers
    )


def _to_one(to: Destination, episodes: Sequence[Episode], until_ns: int, *, send_resolved: bool) -> int:
    """Messages to one receiver of one group; its episodes by when they fired."""
    coming, members = list(reversed(episodes)), dict[int, Episode]()
    numbers = {group: number for number, group in enumerate({each.group for each in episodes})}
    told, sent, flush_ns = Told(), 0, 0
    while coming or members:
        if not members:  # a group begins
            flush_ns = coming[-1].fired_ns + to.wait_ns
        if flush_ns > until_ns:
            break
        while coming and coming[-1].fired_ns <= flush_ns:
            episode = coming.pop()
            members[numbers[episode.group]] = episode  # what ends and fires again between two flushes is no news
        firing = frozenset(each for each, episode in members.items() if not _is_over(episode, flush_ns))
        over = frozenset(told.firing - firing)
        action = action_due(told, Members(firing, over), flush_ns, to.repeat_ns, send_resolved=send_resolved)
        if action is not None:
            sent += action != "resolve" or send_resolved
            told = told.after(action, firing, flush_ns)
        members = {each: members[each] for each in firing}
        flush_ns += max(to.interval_ns, _LEAST_INTERVAL_NS)
    return sent


def _is_over(episode: Episode, now_ns: int) -> bool:
    return episode.resolved_ns is not None and episode.resolved_ns <= now_ns
