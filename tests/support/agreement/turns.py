"""When a rule fires and resolves, by the step; and how far apart two accounts of it are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.row import Row
from fleaglass.provision.promql.series import label_of
from tests.support.agreement.history import STEP_NS
from tests.support.replay import replay, shown

__all__ = ["FIRES", "RESOLVES", "Turns", "grouped", "steps_apart", "turns_in_hub"]

Group: TypeAlias = frozenset[tuple[str, str]]
"""Labels of Prometheus, and their values."""
To: TypeAlias = Literal["fires", "resolves"]
Turns: TypeAlias = Mapping[tuple[Group, To], Sequence[int]]
"""At which steps each group does so, the first first."""

FIRES: Final = "fires"
RESOLVES: Final = "resolves"


def grouped(found: Iterable[tuple[Group, To, int]]) -> Turns:
    """Turns in whatever order, group by group."""
    turns: dict[tuple[Group, To], list[int]] = defaultdict(list)
    for group, to, step in sorted(found, key=lambda each: each[2]):
        turns[group, to].append(step)
    return turns


def turns_in_hub(rule: SpanRule, rows: Sequence[Row], steps: int) -> Turns:
    """As the hub judges these spans."""
    found: list[tuple[Group, To, int]] = []
    for episode in replay(rule, shown(rule, rows), 0, (steps - 1) * STEP_NS, STEP_NS):
        group = frozenset((label_of(name), value) for name, value in episode.group)
        found.append((group, FIRES, episode.fired_ns // STEP_NS))
        if episode.resolved_ns is not None:
            found.append((group, RESOLVES, episode.resolved_ns // STEP_NS))
    return grouped(found)


def steps_apart(one: Turns, other: Turns, steps: int) -> int:
    """How far apart a turn is at most, the first from the first, the second from the second.

    One that the other account has not is as far from it as from the end of the history, after `steps`: there it may
    be about to come.
    """
    pairs = (
        pair for turn in {*one, *other} for pair in zip_longest(one.get(turn, ()), other.get(turn, ()), fillvalue=steps)
    )
    return max((abs(first - second) for first, second in pairs), default=0)
