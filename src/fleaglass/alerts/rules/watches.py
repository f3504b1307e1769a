"""The rules file inside an agent: a watch for each rule that a single agent can judge where a span ends.

::

    slow_span    DurationWatch       of each span
    error_rate   ErrorRateWatch  ┐
    percentile   PercentileWatch ├   one for each group, and what it says settled by `for` and `keep`
    count        CountWatch      ┘

The other kinds need other agents' spans, or time that passes while no span ends: they are the hub's alone. So is a slow
span with a ``for``: one span lasts no longer than itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final, TypeAlias

from msgspec import UnsetType, structs

from fleaglass.alerts.alert import Alert
from fleaglass.alerts.count import CountWatch
from fleaglass.alerts.duration import DurationWatch
from fleaglass.alerts.error_rate import ErrorRateWatch
from fleaglass.alerts.percentile import PercentileWatch
from fleaglass.alerts.rules.model import Count, ErrorRate, Percentile, Rule, RuleBook, Selector, SlowSpan
from fleaglass.alerts.rules.settling import Settling
from fleaglass.alerts.rules.taking import one_of, takes
from fleaglass.alerts.watch import LockedWatch, SpanView, Watch

__all__ = ["RuleWatch", "SlowSpanWatch", "watches_of"]

_Takes: TypeAlias = Callable[[SpanView], bool]
_Identity: TypeAlias = Mapping[str, str]

_MAX_GROUPS: Final = 256
_MAX_RESULTS: Final = 10_000
_MAX_DURATIONS: Final = 1_000
"""Of a rule over a time, so many of the latest spans count at most. What an agent remembers must have an end."""
_IDENTITY: Final = ("agent", "environment", "release", "strategy")


def watches_of(
    book: RuleBook,
    *,
    agent: str | None = None,
    environment: str | None = None,
    release: str | None = None,
    strategy: str | None = None,
) -> tuple[RuleWatch | SlowSpanWatch, ...]:
    """Watches for the enabled rules that can be judged inside an agent.

    Args:
        book: the rules.
        agent, environment, release, strategy: the agent's, for rules that are only about some.
    """
    told = (agent, environment, release, strategy)
    identity = {name: value or "" for name, value in zip(_IDENTITY, told, strict=True)}
    made = (_watch(rule, identity) for rule in book.rules if rule.enabled)
    return tuple(watch for watch in made if watch is not None)


class RuleWatch(LockedWatch):
    """One rule.

    Args:
        rule: the rule.
        names: names of the spans that it is about; None for all.
        taken: which of those it sees.
        make: a watch for one group.
    """

    def __init__(
        self, rule: Rule, names: Collection[str] | None, taken: _Takes, make: Callable[[], LockedWatch]
    ) -> None:
        super().__init__(names)
        self.rule = rule
        self._takes = taken
        self._make = make
        self._group_of = _grouping([label for label in rule.group_by if label not in _IDENTITY])
        self._groups: dict[Hashable, tuple[LockedWatch, Settling]] = {}

    def judge(self, span: SpanView) -> Sequence[Alert]:
        """What the rule says now."""
        if not self._takes(span):
            return ()
        key = self._group_of(span)
        watch, settling = self._groups.get(key) or self._new_group(key)
        alerts = watch.judge(span)
        if not alerts and settling.held is None:
            return ()
        return [_named(alert, self.rule) for alert in settling.tell(alerts, span.end_ns)]

    def _new_group(self, key: Hashable) -> tuple[LockedWatch, Settling]:
        """A group that nothing is known of yet. When there are too many, the oldest is forgotten."""
        made = self._groups[key] = self._make(), Settling(self.rule.for_, self.rule.keep)
        if len(self._groups) > _MAX_GROUPS:
            del self._groups[next(iter(self._groups))]
        return made


class SlowSpanWatch(Watch):
    """A rule of slow spans: it remembers nothing, so that nothing is grouped and nothing settles."""

    def __init__(self, rule: SlowSpan, taken: _Takes) -> None:
        super().__init__({rule.span})
        self.rule = rule
        self._takes = taken
        self._durations = DurationWatch({rule.span: rule.above_ms})

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """What the rule says of this span."""
        alerts = self._durations.ended(span)
        return [_named(alert, self.rule) for alert in alerts if self._takes(span)] if alerts else ()


def _watch(rule: Rule, identity: _Identity) -> RuleWatch | SlowSpanWatch | None:
    """The watch for a rule; None if it is not for this agent, or not for any."""
    match rule:
        case SlowSpan(where=where) if not rule.for_.ns:
            taken = _taken(Selector(where=where), identity)
            return None if taken is None else SlowSpanWatch(rule, taken)
        case Percentile(span=span, where=where):
            return _made(rule, Selector(span=(span,), where=where), identity, lambda: _percentile(rule))
        case ErrorRate(among=among):
            return _made(rule, among, identity, lambda: _error_rate(rule))
        case Count(of=of) if (counts := _taken(of, identity)) is not None:
            # All spans of these names are seen: that others have ended since shows that time has passed.
            return _made(rule, Selector(span=of.span), identity, lambda: _count(rule, counts))
    return None


def _made(rule: Rule, among: Selector, identity: _Identity, make: Callable[[], LockedWatch]) -> RuleWatch | None:
    taken = _taken(among, identity)
    return None if taken is None else RuleWatch(rule, among.span or None, taken, make)


def _taken(selector: Selector, identity: _Identity) -> _Takes | None:
    """Which spans of this agent are taken, of those with the selector's names; None when none ever is."""
    asked = selector.where.items()
    if not all(one_of(wanted)(identity[name]) for name, wanted in asked if name in identity):
        return None
    where = {name: wanted for name, wanted in asked if name not in identity}
    return takes(structs.replace(selector, span=(), where=where), _reader)


def _percentile(rule: Percentile) -> LockedWatch:
    return PercentileWatch(
        rule.span,
        quantile=rule.quantile,
        threshold_ms=rule.above_ms,
        resolved_ms=rule.above_ms if isinstance(rule.resolve_below_ms, UnsetType) else rule.resolve_below_ms,
        window_s=rule.window,
        minimum=rule.minimum,
        size=max(_MAX_DURATIONS, rule.minimum),
    )


def _error_rate(rule: ErrorRate) -> LockedWatch:
    return ErrorRateWatch(
        rule.above,
        resolved=rule.above if isinstance(rule.resolve_at, UnsetType) else rule.resolve_at,
        window=max(_MAX_RESULTS, rule.minimum) if isinstance(rule.last, UnsetType) else rule.last,
        window_s=math.inf if isinstance(rule.window, UnsetType) else rule.window,
        minimum=rule.minimum,
        names=None,
    )


def _count(rule: Count, counts: _Takes) -> LockedWatch:
    return CountWatch(counts, above=rule.above, window_s=rule.window)


def _grouping(labels: Sequence[str]) -> Callable[[SpanView], Hashable]:
    """The group of a span, by labels that are not the same in all of an agent's."""
    if not labels:
        return lambda _: None
    readers = [_reader(label) for label in labels]
    if len(readers) == 1:
        return readers[0]
    return lambda span: tuple([read(span) for read in readers])


def _reader(name: str) -> Callable[[SpanView], Hashable]:
    return attrgetter("name") if name == "span" else lambda span: _hashable(span.attributes.get(name))


def _hashable(value: object) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


def _named(alert: Alert, rule: Rule) -> Alert:
    """The alert as the rule's."""
    fields = {**alert.fields, "rule": rule.name, "severity": rule.severity}
    return replace(alert, rule=rule.name, summary=f"{rule.name}: {alert.summary}", fields=fields)
