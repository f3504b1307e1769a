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
from typing import Final, Self, TypeAlias

from msgspec import UnsetType, structs

from fleaglass.alerts.alert import Alert
from fleaglass.alerts.count import CountWatch
from fleaglass.alerts.duration import DurationWatch
from fleaglass.alerts.error_rate import Figures, Tally
from fleaglass.alerts.percentile import PercentileWatch
from fleaglass.alerts.rules.model import Count, ErrorRate, Percentile, Rule, RuleBook, Selector, SlowSpan
from fleaglass.alerts.rules.settling import Settling
from fleaglass.alerts.rules.taking import anything, one_of, takes
from fleaglass.alerts.watch import Calm, Judge, LockedWatch, SpanView, Watch

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

    def __init__(self, rule: Rule, names: Collection[str] | None, taken: _Takes, make: Callable[[], _Settled]) -> None:
        super().__init__(names)
        self.rule = rule
        self._takes = taken
        self._make = make
        self._labels = [label for label in rule.group_by if label not in _IDENTITY]
        self._group_of = _grouping(self._labels)
        self._groups: dict[Hashable, _Settled] = {}

    def judge_of(self, name: str | None) -> Judge:
        """What the rule says now. Where all spans of a name are taken, into one group, nothing is asked of a span."""
        if self._takes is not anything:
            return self._judge
        if not self._labels:
            return self._group(None).judge
        if self._labels == ["span"] and self.names is not None and len(self.names) <= _MAX_GROUPS:
            return self._group(name).judge
        return self._judge

    def _judge(self, span: SpanView) -> Sequence[Alert]:
        return self._group(self._group_of(span)).judge(span) if self._takes(span) else ()

    def _group(self, key: Hashable) -> _Settled:
        """The spans that are judged together. When there are too many such groups, the oldest is forgotten."""
        known = self._groups.get(key)
        if known is None:
            known = self._groups[key] = self._make()
            if len(self._groups) > _MAX_GROUPS:
                del self._groups[next(iter(self._groups))]
        return known


class _Settled(Calm):
    """What judges the spans of one group, and what it says settled by the rule."""

    rule: Rule
    settling: Settling

    def settled_by(self, rule: Rule) -> Self:
        """Itself, as the rule's."""
        self.rule = rule
        self.settling = Settling(rule.for_, rule.keep)
        return self

    def look(self, span: SpanView) -> Sequence[Alert]:
        """What the rule says now."""
        told = self.settling.tell(super().look(span), span.end_ns)  # type: ignore[safe-super]  # a watch's, next in line
        self.is_calm = self.is_calm and self.settling.held is None
        return [_named(alert, self.rule) for alert in told]


class _ErrorRate(_Settled, Tally):
    """An error rate's."""


class _Percentile(_Settled, PercentileWatch):
    """A percentile's."""


class _Count(_Settled, CountWatch):
    """A count's."""


class SlowSpanWatch(Watch):
    """A rule of slow spans: it remembers nothing, so that nothing is grouped and nothing settles."""

    def __init__(self, rule: SlowSpan, taken: _Takes) -> None:
        super().__init__({rule.span})
        self.rule = rule
        self._takes = taken
        self._fine_ns = int(rule.above_ms * 1e6) - 1  # below it none is too long, however the threshold is rounded
        self._durations = DurationWatch({rule.span: rule.above_ms})

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """What the rule says of this span."""
        if span.end_ns - span.start_ns < self._fine_ns:
            return ()  # as nearly always
        return [_named(alert, self.rule) for alert in self._durations.ended(span) if self._takes(span)]


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


def _made(rule: Rule, among: Selector, identity: _Identity, make: Callable[[], _Settled]) -> RuleWatch | None:
    taken = _taken(among, identity)
    return None if taken is None else RuleWatch(rule, among.span or None, taken, make)


def _taken(selector: Selector, identity: _Identity) -> _Takes | None:
    """Which spans of this agent are taken, of those with the selector's names; None when none ever is."""
    asked = selector.where.items()
    if not all(one_of(wanted)(identity[name]) for name, wanted in asked if name in identity):
        return None
    where = {name: wanted for name, wanted in asked if name not in identity}
    return takes(structs.replace(selector, span=(), where=where), _reader)


def _percentile(rule: Percentile) -> _Settled:
    return _Percentile(
        rule.span,
        quantile=rule.quantile,
        threshold_ms=rule.above_ms,
        resolved_ms=rule.above_ms if isinstance(rule.resolve_below_ms, UnsetType) else rule.resolve_below_ms,
        window_s=rule.window,
        minimum=rule.minimum,
        size=max(_MAX_DURATIONS, rule.minimum),
    ).settled_by(rule)


def _error_rate(rule: ErrorRate) -> _Settled:
    figures = Figures(
        threshold=rule.above,
        resolved=rule.above if isinstance(rule.resolve_at, UnsetType) else rule.resolve_at,
        window=max(_MAX_RESULTS, rule.minimum) if isinstance(rule.last, UnsetType) else rule.last,
        window_s=math.inf if isinstance(rule.window, UnsetType) else rule.window,
        minimum=rule.minimum,
    )
    return _ErrorRate(figures).settled_by(rule)


def _count(rule: Count, counts: _Takes) -> _Settled:
    return _Count(counts, above=rule.above, window_s=rule.window).settled_by(rule)


def _grouping(labels: Sequence[str]) -> Callable[[SpanView], Hashable]:
    """The group of a span, by labels that are not the same in all of an agent's."""
    if not labels:
        return lambda _: None
    readers = [_reader(label) for label in labels]
    if len(readers) == 1:
        return readers[0]
    return lambda span: tuple([read(span) for read in readers])


def _reader(name: str) -> Callable[[SpanView], Hashable]:
    return attrgetter("name") if name == "span" else _attribute(name)


def _attribute(name: str) -> Callable[[SpanView], Hashable]:
    def read(span: SpanView) -> Hashable:
        value = span.attributes.get(name)
        return tuple(value) if isinstance(value, list) else value

    return read


def _named(alert: Alert, rule: Rule) -> Alert:
    """The alert as the rule's."""
    fields = {**alert.fields, "rule": rule.name, "severity": rule.severity}
    return replace(alert, rule=rule.name, summary=f"{rule.name}: {alert.summary}", fields=fields)
