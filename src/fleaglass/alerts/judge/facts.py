"""Rules about what is known beside spans: sessions, schedules, issues, earnings, and money out when an agent died.

Each gets the facts of the moment and keeps nothing. What is not among them any more is good again. Where several are
of one group, the worst is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fleaglass.alerts.judge.earned import Earned, drawdowns
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.rules.model import Drawdown, InFlightAtDeath, MissedSchedule, NewIssue, Rule, SessionCrash

__all__ = ["Death", "Facts", "InFlight", "Issue", "Schedule", "of_facts"]

SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Death:
    """An agent's session that crashed or ended without a word: its id. `is_latest`: the agent began no other since."""

    agent: str
    environment: str
    release: str
    died_ns: int
    is_latest: bool
    session: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A monitor in an environment. `status` is `ok`, `error`, or `active` until anything is known."""

    monitor: str
    environment: str
    status: str


@dataclass(frozen=True, slots=True)
class Issue:
    """An unresolved issue, and the release that it was first seen in; `released_ns` is None where that is unknown."""

    id: int
    title: str
    level: str
    release: str
    first_seen_ns: int
    released_ns: int | None


@dataclass(frozen=True, slots=True)
class InFlight:
    """An order or an escrow that was sent and is not answered. Of an agent, since when, and in which trace."""

    agent: str
    since_ns: int
    trace_id: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known at a moment. `in_flight`: of agents that died; `earned`: within the longest window."""

    deaths: Sequence[Death] = ()
    schedules: Sequence[Schedule] = ()
    issues: Sequence[Issue] = ()
    in_flight: Sequence[InFlight] = ()
    earned: Sequence[Earned] = ()


def of_facts(rules: Iterable[Rule], facts: Facts, now_ns: int) -> dict[str, list[Reading]]:
    """What those rules read that are judged by facts, by their names; others are left out."""
    readings: dict[str, list[Reading]] = {}
    for rule in rules:
        match rule:
            case SessionCrash():
                readings[rule.name] = _crashes(rule, facts.deaths, now_ns)
            case MissedSchedule():
                readings[rule.name] = _missed_schedules(rule, facts.schedules)
            case NewIssue():
                readings[rule.name] = _new_issues(rule, facts.issues, now_ns)
            case InFlightAtDeath():
                readings[rule.name] = _in_flight_at_death(rule, facts.deaths, facts.in_flight)
            case Drawdown():
                readings[rule.name] = drawdowns(rule, facts.earned, now_ns)
    return readings


def _crashes(rule: SessionCrash, deaths: Iterable[Death], now_ns: int) -> list[Reading]:
    """Value: seconds since the session ended."""
    return _worst(
        Reading(
            _labels(rule.group_by, {"agent": each.agent, "environment": each.environment, "release": each.release}),
            (now_ns - each.died_ns) / SECOND_NS,
            is_breach=now_ns - each.died_ns > rule.restart_within.ns,
            is_good=False,
            rests_on=(each.session,),
        )
        for each in deaths
        if each.is_latest
    )


def _missed_schedules(rule: MissedSchedule, schedules: Iterable[Schedule]) -> list[Reading]:
    """No value: a monitor is in trouble, or it is not."""
    return _worst(
        Reading(
            _labels(rule.group_by, {"monitor": each.monitor, "environment": each.environment}),
            None,
            is_breach=each.status == "error",
            is_good=each.status == "ok",
            rests_on=(f"{each.monitor} {each.environment}",),
        )
        for each in schedules
        if not rule.monitors or each.monitor in rule.monitors
    )


def _new_issues(rule: NewIssue, issues: Iterable[Issue], now_ns: int) -> list[Reading]:
    """Value: seconds from the release to the issue. An issue is new for as long as the rule's `within`."""
    return _worst(
        Reading(
            _labels(
                rule.group_by,
                {"release": each.release, "issue": str(each.id), "level": each.level},
            ),
            (each.first_seen_ns - each.released_ns) / SECOND_NS,
            is_breach=True,
            is_good=False,
            rests_on=(str(each.id),),
        )
        for each in issues
        if each.level in rule.levels
        and each.released_ns is not None
        and 0 <= each.first_seen_ns - each.released_ns <= rule.within.ns
        and now_ns - each.first_seen_ns <= rule.within.ns
    )


def _in_flight_at_death(rule: InFlightAtDeath, deaths: Iterable[Death], items: Sequence[InFlight]) -> list[Reading]:
    """Value: how many were sent before the agent last died."""
    last: dict[str, Death] = {}
    for each in deaths:
        if each.agent not in last or each.died_ns > last[each.agent].died_ns:
            last[each.agent] = each
    left: dict[Labels, list[InFlight]] = defaultdict(list)
    rests_on: dict[Labels, set[str]] = defaultdict(set)
    for item in items:
        death = last.get(item.agent)
        if death is not None and item.since_ns <= death.died_ns:
            known = {"agent": death.agent, "environment": death.environment, "release": death.release}
            group = _labels(rule.group_by, known)
            left[group].append(item)
            rests_on[group] |= {death.session, item.trace_id}
    return [
        Reading(group, float(len(found)), True, False, len(found), _traces(found), tuple(sorted(rests_on[group])))
        for group, found in left.items()
    ]


def _worst(readings: Iterable[Reading]) -> list[Reading]:
    """Of each group the worst, which rests on all that are beyond the threshold."""
    worst: dict[Labels, Reading] = {}
    rests_on: dict[Labels, set[str]] = defaultdict(set)
    for each in readings:
        if each.group not in worst or _badness(each) > _badness(worst[each.group]):
            worst[each.group] = each
        if each.is_breach:
            rests_on[each.group].update(each.rests_on)
    return [replace(each, rests_on=tuple(sorted(rests_on[each.group]))) for each in worst.values()]


def _badness(reading: Reading) -> tuple[bool, bool, float]:
    return reading.is_breach, not reading.is_good, float(reading.value or 0)


def _traces(items: Iterable[InFlight]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.trace_id for item in sorted(items, key=lambda item: item.since_ns)))[:5]


def _labels(group_by: Sequence[str], known: Mapping[str, str]) -> Labels:
    return tuple((name, known.get(name, "")) for name in sorted(set(group_by)))
