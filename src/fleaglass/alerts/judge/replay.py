"""A rule over history: when it would have fired, and when it would have been over. As the hub does it, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from fleaglass.alerts.judge.escalation import escalation
from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.machine import Standing, step, without_reading
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.judge.words import is_worse, says
from fleaglass.alerts.rules.model import Rule

__all__ = ["Episode", "Episodes", "Read", "shown_to"]

Read = Callable[[int], Sequence[Reading]]
"""What a rule reads at a moment, Unix nanoseconds. It is asked for one moment after the other."""

_NOBODY: Final = Hearing()


def _heard(_: int) -> Hearing:
    return _NOBODY


@dataclass(frozen=True, slots=True)
class Episode:
    """What would have been an incident. Times are Unix nanoseconds; `resolved_ns` is None if it would still be open.

    `says` and `trace_ids` are of the moment at which it fires; `worst` is the worst value until its end. If it would
    have become critical, `escalated_ns` is when.
    """

    group: Labels
    began_ns: int
    fired_ns: int
    resolved_ns: int | None
    says: str
    trace_ids: Sequence[str]
    worst: Decimal | float | None
    escalated_ns: int | None = None


class Episodes:
    """What would have been the incidents of a rule, of which moments are shown one after the other."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._standing: dict[Labels, Standing] = {}
        self._open: dict[Labels, Episode] = {}
        self._over: list[Episode] = []

    def see(self, readings: Sequence[Reading], now_ns: int) -> None:
        """Take what is read of every group at a moment."""
        for group, reading in _everybody(self._rule, readings, self._standing):
            after = step(self._rule, self._standing.get(group), reading, now_ns)
            if after is None:
                self._standing.pop(group, None)
                if group in self._open:
                    self._over.append(replace(self._open.pop(group), resolved_ns=now_ns))
                continue
            self._standing[group] = after
            if after.is_firing and reading is not None:
                self._fires(reading, after.began_ns, now_ns)
            if group in self._open:
                self._escalates(self._open[group], reading, now_ns)

    def all(self) -> list[Episode]:
        """Those so far, by when they fired."""
        return sorted([*self._over, *self._open.values()], key=lambda episode: (episode.fired_ns, episode.group))

    def _fires(self, reading: Reading, began_ns: int, now_ns: int) -> None:
        known, value = self._open.get(reading.group), reading.value
        if known is None:
            line = says(self._rule, reading)
            self._open[reading.group] = Episode(reading.group, began_ns, now_ns, None, line, reading.trace_ids, value)
        elif value is not None and is_worse(self._rule, value, known.worst):
            self._open[reading.group] = replace(known, worst=value)

    def _escalates(self, known: Episode, reading: Reading | None, now_ns: int) -> None:
        """As nobody would have acknowledged it."""
        if known.escalated_ns is None and escalation(self._rule, reading, known.fired_ns, now_ns) is not None:
            self._open[known.group] = replace(known, escalated_ns=now_ns)


def shown_to(judge: Judge, rule: SpanRule, rows: Iterable[Row], hearing: Callable[[int], Hearing] = _heard) -> Read:
    """What a rule reads of these rows, the earliest end first: at each moment of those that have ended by then.

    The judge may have seen earlier rows; `hearing` says what silence means at a moment.
    """
    coming = iter(rows)
    following = next(coming, None)

    def read(now_ns: int) -> Sequence[Reading]:
        nonlocal following
        while following is not None and following.end_ns <= now_ns:
            judge.see(following)
            following = next(coming, None)
        return judge.at(now_ns, hearing(now_ns))[rule.name]

    return read


def _everybody(
    rule: Rule, readings: Sequence[Reading], standing: Iterable[Labels]
) -> Iterator[tuple[Labels, Reading | None]]:
    """What is read of each group, and of those that stand what it means when nothing is."""
    unread = dict.fromkeys(standing)
    for reading in readings:
        unread.pop(reading.group, None)
        yield reading.group, reading
    for group in unread:
        yield group, without_reading(rule, group)
