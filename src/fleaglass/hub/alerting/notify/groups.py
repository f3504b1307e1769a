"""When a group's receiver hears of it: Alertmanager's aggregation groups and its notification log, as rules.

    first member ── group_wait ──▶ flush ── group_interval ──▶ flush ── …
    flush ──▶ a new member fires, one that was told of is over, or repeat_interval has passed ──▶ a message

It differs from Alertmanager in this: of an incident that was over before anybody was told that it began, nobody is told
at all; and the end of one that was told waits for the end of a mute or an inhibition, where Alertmanager forgets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Action", "Members", "Subject", "Told", "action_due"]

Action = Literal["trigger", "update", "repeat", "acknowledge", "resolve", "passed"]
"""`passed` names, once its receiver can be reached again, what came and went in the meantime."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules see of an incident. Times are Unix nanoseconds."""

    id: int
    labels: Mapping[str, str]
    is_open: bool
    fired_ns: int
    muted_until_ns: int | None = None
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a group's receiver was told last, and when: Unix nanoseconds, 0 for never."""

    at_ns: int = 0
    firing: frozenset[int] = frozenset()
    is_acknowledged: bool = False

    def after(self, action: Action, firing: Set[int], at_ns: int) -> Told:
        """The same once a message was taken."""
        if action == "acknowledge":
            return Told(self.at_ns, self.firing, True)
        return Told(at_ns, frozenset(firing), self.is_acknowledged and firing <= self.firing)

    def instead(self, successors: Mapping[int, int]) -> Told:
        """The same where incidents ended and fired again before anybody heard of their ends: nothing has changed."""
        return replace(self, firing=frozenset(successors.get(each, each) for each in self.firing))


@dataclass(frozen=True, slots=True)
class Members:
    """A group's incidents of which something may be said now: those that fire, those told of that are over."""

    firing: frozenset[int]
    over: frozenset[int]
    acknowledged: frozenset[int] = frozenset()


def action_due(told: Told, now: Members, now_ns: int, repeat_ns: int, *, send_resolved: bool) -> Action | None:
    """What a flush has to say; None: nothing.

    `send_resolved` or not, the end of the last one is due: what was told must be forgotten.
    """
    if now.firing - told.firing:
        return "update" if told.firing else "trigger"
    if now.over and not now.firing:
        return "resolve"
    if now.over and send_resolved:
        return "update"
    if now.firing - now.acknowledged and now_ns - told.at_ns >= repeat_ns:
        return "repeat"
    return None
