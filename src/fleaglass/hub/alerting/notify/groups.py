"""When a group's receiver hears of it: Alertmanager's aggregation groups and its notification log, as rules.

    first member ── group_wait ──▶ flush ── group_interval ──▶ flush ── …
    flush ──▶ a new member fires, one that was told of is over, or repeat_interval has passed ──▶ a message
    a member escalates ── group_wait ──▶ flush, whatever the interval; further ones within an interval wait for its end

It differs from Alertmanager in this: of an incident that was over before anybody was told that it began, nobody is told
at all; and the end of one that was told waits for the end of a mute or an inhibition, where Alertmanager forgets it.
What escalates is another alert there, with another severity; here it is the same incident, and its group goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Action", "Escalated", "Members", "Subject", "Told", "action_due"]

Action = Literal["trigger", "escalate", "update", "repeat", "acknowledge", "resolve", "passed"]
"""`passed` names, once its receiver can be reached again, what came and went in the meantime."""


@dataclass(frozen=True, slots=True)
class Escalated:
    """When an incident became critical, and its severity until then."""

    at_ns: int
    was: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules see of an incident. Times are Unix nanoseconds. Labels have its severity as it is now."""

    id: int
    labels: Mapping[str, str]
    is_open: bool
    fired_ns: int
    muted_until_ns: int | None = None
    is_acknowledged: bool = False
    escalated: Escalated | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a group's receiver was told last, and when: Unix nanoseconds, 0 for never.

    `escalated`: those of `firing` that it knows to be so.
    """

    at_ns: int = 0
    firing: frozenset[int] = frozenset()
    is_acknowledged: bool = False
    escalated: frozenset[int] = frozenset()

    def after(self, action: Action, firing: Set[int], at_ns: int, escalated: Set[int] = frozenset()) -> Told:
        """The same once a message was taken."""
        if action == "acknowledge":
            return replace(self, is_acknowledged=True)
        is_known = firing <= self.firing and escalated <= self.escalated
        return Told(at_ns, frozenset(firing), self.is_acknowledged and is_known, frozenset(firing & escalated))

    def instead(self, successors: Mapping[int, int]) -> Told:
        """The same where incidents ended and fired again before anybody heard of their ends: nothing has changed."""
        firing, escalated = (
            frozenset(successors.get(each, each) for each in known) for known in (self.firing, self.escalated)
        )
        return replace(self, firing=firing, escalated=escalated)


@dataclass(frozen=True, slots=True)
class Members:
    """A group's incidents of which something may be said now: those that fire, those told of that are over.

    `acknowledged` are members, `escalated` of those that fire.
    """

    firing: frozenset[int]
    over: frozenset[int]
    acknowledged: frozenset[int] = frozenset()
    escalated: frozenset[int] = frozenset()


def action_due(told: Told, now: Members, now_ns: int, repeat_ns: int, *, send_resolved: bool) -> Action | None:
    """What a flush has to say; None: nothing.

    `send_resolved` or not, the end of the last one is due: what was told must be forgotten.
    """
    if now.firing and not told.firing:
        return "trigger"
    if now.escalated - told.escalated:
        return "escalate"
    if now.firing - told.firing:
        return "update"
    if now.over and not now.firing:
        return "resolve"
    if now.over and send_resolved:
        return "update"
    if now.firing - now.acknowledged and now_ns - told.at_ns >= repeat_ns:
        return "repeat"
    return None
