"""What a round changes: every standing that is known, stepped by what was read of it. No I/O.

    known standings ─┐
    readings ────────┴─▶ step (judge/machine.py) ──▶ moves: began, fired, changed, over
                         escalation (judge/escalation.py)   and: why it becomes critical

A standing whose rule is gone, or groups by other labels now, is over too, and says why. One whose incident a person has
resolved stays, so that the same breach fires no other (`step_quiet`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from fleaglass.alerts.judge.escalation import escalation
from fleaglass.alerts.judge.machine import Standing, is_another, step, step_quiet, without_reading
from fleaglass.alerts.judge.plan import group_by
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.rules.model import Rule, Severity

__all__ = ["Kept", "Move", "Readings", "moves"]

VALUE_EVERY_NS: Final = 30_000_000_000
"""A value that moves is written as often as this."""

Readings = Mapping[str, Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing as the state keeps it, with what its incident says, if it has one.

    `severity` is as it is now. `is_quiet`: a person has resolved it.
    """

    rule: str
    group_hash: str
    group: Labels
    standing: Standing
    incident: int | None = None
    worst: float | None = None
    changed_ns: int = 0
    is_quiet: bool = False
    severity: Severity | None = None
    fired_ns: int = 0
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One standing from `before` to `after`; None is none. `reason`: why it is over, when the rule itself does not say.

    `rule` is None where there is none of that name any more. `escalation`: why its incident becomes critical now.
    """

    rule: Rule | None
    group_hash: str
    group: Labels
    before: Kept | None
    after: Standing | None
    reading: Reading | None = None
    reason: str | None = None
    escalation: str | None = None

    @property
    def fires(self) -> bool:
        """Whether an incident begins."""
        return self.after is not None and self.after.is_firing and (self.before is None or self.before.incident is None)


def moves(rules: Iterable[Rule], kept: Iterable[Kept], readings: Readings, now_ns: int) -> list[Move]:
    """All that changes; nothing for what stays as it is, as all does of a rule that was not read."""
    by_name = {rule.name: rule for rule in rules if rule.enabled}
    standing: dict[str, dict[Labels, Kept]] = {name: {} for name in by_name}
    found: list[Move] = []
    for each in kept:
        rule = by_name.get(each.rule)
        if rule is None:
            found.append(_over(None, each, "the rule is gone"))
        elif {name for name, _ in each.group} != set(group_by(rule)):
            found.append(_over(rule, each, "the rule groups by other labels now"))
        else:
            standing[each.rule][each.group] = each
    for name, rule in by_name.items():
        if name in readings:
            found.extend(_of_rule(rule, standing[name], readings[name], now_ns))
    return found


def _of_rule(rule: Rule, kept: Mapping[Labels, Kept], readings: Sequence[Reading], now_ns: int) -> Iterator[Move]:
    unread = set(kept)
    for reading in readings:
        before = kept.get(reading.group)
        if before is None and not reading.is_breach:
            continue
        unread.discard(reading.group)
        yield from _stepped(rule, reading.group, before, reading, now_ns)
    for group in unread:
        yield from _stepped(rule, group, kept[group], without_reading(rule, group), now_ns)


def _stepped(rule: Rule, group: Labels, before: Kept | None, reading: Reading | None, now_ns: int) -> Iterator[Move]:
    if before is None or not before.is_quiet:
        after = step(rule, None if before is None else before.standing, reading, now_ns)
    elif is_another(before.standing, reading):
        before, after = replace(before, incident=None, is_quiet=False), step(rule, None, reading, now_ns)
    else:
        after = step_quiet(rule, before.standing, reading, now_ns)
    why = _escalation(rule, before, after, reading, now_ns)
    if after is not None and before is not None and why is None and not _is_news(before, after, now_ns):
        return
    if after is not None or before is not None:
        group_hash = _hash(rule.name, group) if before is None else before.group_hash
        yield Move(rule, group_hash, group, before, after, reading, escalation=why)


def _escalation(
    rule: Rule, before: Kept | None, after: Standing | None, reading: Reading | None, now_ns: int
) -> str | None:
    """Why its incident, or the one that fires now, becomes critical. It does so once, and stays so."""
    if after is None or not after.is_firing or (before is not None and before.is_quiet):
        return None
    if before is None or before.incident is None:
        return escalation(rule, reading, now_ns, now_ns)
    if before.severity == "critical":
        return None
    return escalation(rule, reading, before.fired_ns, now_ns, is_acknowledged=before.is_acknowledged)


def _is_news(before: Kept, after: Standing, now_ns: int) -> bool:
    was = before.standing
    if (was.is_firing, was.good_ns, was.rests_on) != (after.is_firing, after.good_ns, after.rests_on):
        return True
    value = None if after.value is None else float(after.value)  # as it is kept
    return after.is_firing and value != was.value and now_ns - before.changed_ns >= VALUE_EVERY_NS


def _over(rule: Rule | None, kept: Kept, reason: str) -> Move:
    return Move(rule, kept.group_hash, kept.group, kept, None, reason=reason)


def _hash(rule: str, group: Labels) -> str:
    return hashlib.sha256(msgspec.json.encode([rule, group])).hexdigest()[:32]
