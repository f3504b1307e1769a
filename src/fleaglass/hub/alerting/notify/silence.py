"""Why nobody is told of an incident for now: a mute of its own, hours in which its kind is mute, another incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fleaglass.alerts.rules.model import Inhibition, RuleBook
from fleaglass.hub.alerting.notify.groups import Subject
from fleaglass.hub.alerting.notify.matching import matches
from fleaglass.hub.alerting.notify.mutes import is_muted_at

__all__ = ["Silence", "silence_at"]

Silence = Callable[[Subject], str | None]
"""Why nobody is told of it now; None: it may be told."""


def silence_at(book: RuleBook, incidents: Iterable[Subject], now_ns: int) -> Silence:
    """The silence of one moment. `incidents` has all that are open.

    The end of an incident is not held back by a mute of its own, which somebody set to have no more of it.
    """
    mutes = [mute for mute in book.mutes if is_muted_at(mute, now_ns)]
    sources = [_Sources(each, incidents) for each in book.inhibitions]

    def silence(subject: Subject) -> str | None:
        if subject.is_open and (subject.muted_until_ns or 0) > now_ns:
            return "it is muted"
        if any(matches(mute.match, subject.labels) for mute in mutes):
            return "these are hours in which nobody is told of it"
        for each in sources:
            if (source := each.inhibitor(subject)) is not None:
                return f"incident {source.id} ({source.labels.get('rule', '')}) stands for it"
        return None

    return silence


class _Sources:
    """The open incidents by which one inhibition silences others, by their `equal` labels."""

    def __init__(self, rule: Inhibition, incidents: Iterable[Subject]) -> None:
        self._rule = rule
        self._by_equal: dict[Sequence[str], list[Subject]] = {}
        for each in incidents:
            if each.is_open and matches(rule.source, each.labels):
                self._by_equal.setdefault(self._equal(each), []).append(each)

    def inhibitor(self, subject: Subject) -> Subject | None:
        """What silences it. What is source and target at once is not silenced by its like, nor by itself."""
        if not matches(self._rule.target, subject.labels):
            return None
        is_both = matches(self._rule.source, subject.labels)
        for source in self._by_equal.get(self._equal(subject), ()):
            if not (is_both and matches(self._rule.target, source.labels)):
                return source
        return None

    def _equal(self, subject: Subject) -> Sequence[str]:
        return tuple(subject.labels.get(name, "") for name in self._rule.equal)
