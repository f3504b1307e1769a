"""What a rule book is in Sentry: detectors and workflows, before anything is asked or sent.

::

    figure of a project                    ──▶ detector ──▶ workflow on it: opened, back, resolved
    critical failure, the first of each    ──▶              workflow on errors, by trade.error_type
    new issue after a release              ──▶              workflow on errors, of the latest release
    missed schedule                        ──▶              workflow on the monitors that check-ins made

Ours are known by their marks: a detector by the last line of its description, a workflow by how its name begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from msgspec import UNSET

from fleaglass.alerts.rules.model import Count, MissedSchedule, NewIssue, Rule, RuleBook
from fleaglass.alerts.rules.worse import at_critical, worse_limit
from fleaglass.provision.sentry_alerts.bodies import (
    FREQUENCIES_MIN,
    Action,
    ActionFilter,
    Condition,
    ConditionGroup,
    Detector,
    Frequency,
    Level,
    Trigger,
    Triggers,
    Workflow,
)
from fleaglass.provision.sentry_alerts.measures import Inexpressible, Measure, measure
from fleaglass.provision.verdict import Approximate, Impossible, Verdict

__all__ = ["Planned", "critical_verdict", "lost_in_sentry", "mark_of", "plan", "prefix_of", "sentry_verdict"]

Source = Literal["own", "errors", "monitors"]
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "fatal": 50}
_FIRES: Final = (
    Trigger(type="first_seen_event", comparison=True),
    Trigger(type="regression_event", comparison=True),
    Trigger(type="reappeared_event", comparison=True),
)
_FIRES_AND_RESOLVES: Final = (*_FIRES, Trigger(type="issue_resolved_trigger", comparison=True))
_MAIL: Final = Action(
    type="email",
    integration_id=None,
    data={"fallthroughType": "ActiveMembers"},
    config={"targetType": "issue_owners", "targetDisplay": None, "targetIdentifier": None},
)
_TRADES: Final = ("pf.trade.", "order.")
_DEFAULT_REPEAT_S: Final = 4 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A rule in Sentry.

    Attributes:
        rule: the rule.
        detector: what is measured; None if the workflow looks at issues that are there anyway.
        workflow: who is told, without the ids of its detectors.
        source: whose detectors those are.
    """

    rule: Rule
    detector: Detector | None
    workflow: Workflow
    source: Source


def sentry_verdict(rule: Rule) -> Verdict:
    """How well Sentry can say it."""
    if _is_first_failure(rule):
        return Approximate("told when an issue is new, back or reopened, and not for each occurrence")
    match rule:
        case NewIssue():
            return Approximate("the latest release counts, and the issue's age instead of the release's")
        case MissedSchedule():
            return Approximate("looked at once a minute, and once the first check-in has made the monitor")
    try:
        return measure(rule).verdict
    except Inexpressible as why:
        return Impossible(why.verdict.why)


def critical_verdict(rule: Rule) -> Verdict:
    """How well Sentry can say the worse limit of a rule that has one."""
    if isinstance(sentry_verdict(rule), Impossible) or _is_first_failure(rule):
        return Impossible("the rule is no detector there")
    return Approximate("its issue becomes one of high priority, of which Sentry need not tell anybody again")


def plan(book: RuleBook, project: str, slack: Action | None = None) -> list[Planned]:
    """Every rule that is enabled, and can be said.

    Args:
        book: the rules file.
        project: slug of the project.
        slack: who is told instead of the issue's owners by mail.
    """
    actions = (slack or _MAIL,)
    frequency = _frequency(book)
    return [
        _planned(rule, f"{prefix_of(project)}{rule.name}", frequency, actions)
        for rule in book.rules
        if rule.enabled and not isinstance(sentry_verdict(rule), Impossible)
    ]


def lost_in_sentry(book: RuleBook) -> list[str]:
    """What of the rules file Sentry does not do, a sentence each."""
    found = [
        f"receiver {name}: Sentry tells by its own integrations; here the issue's owners by mail, or --slack-channel"
        for name in book.receivers
        if name != "log"
    ]
    if book.inhibitions:
        found.append("inhibit: Sentry has no inhibition, so both alerts are told")
    if book.mutes:
        found.append("mute: Sentry has no muted hours")
    return found


def mark_of(rule: str) -> str:
    """The last line of a detector's description."""
    return f"managed-by: fleaglass; key: {rule}"


def prefix_of(project: str) -> str:
    """How the names of a project's workflows begin; workflows belong to the whole organisation."""
    return f"[fleaglass {project}] "


def _planned(rule: Rule, name: str, frequency: Frequency, actions: tuple[Action, ...]) -> Planned:
    detector = None
    source: Source = "own"
    logic: Literal["any-short", "all"] = "all"
    when: tuple[Trigger, ...] = _FIRES_AND_RESOLVES
    asked: tuple[Trigger, ...] = ()
    match rule:
        case Count() if _is_first_failure(rule):
            source, when, logic, asked = "errors", _FIRES, "any-short", _of_classes(rule.of.error)
        case NewIssue():
            source, when, asked = "errors", _FIRES[:1], _of_a_release(rule)
        case MissedSchedule():
            source = "monitors"
        case _:
            detector = _detector(rule, measure(rule))
            asked = (Trigger(type="issue_priority_greater_or_equal", comparison=_level(rule)),)
    workflow = Workflow(
        name=name,
        detector_ids=(),
        config={"frequency": frequency},
        triggers=Triggers(conditions=when),
        action_filters=(ActionFilter(logic_type=logic, conditions=asked, actions=actions),),
    )
    return Planned(rule=rule, detector=detector, workflow=workflow, source=source)


def _of_classes(errors: Sequence[str]) -> tuple[Trigger, ...]:
    tags = ({"key": "trade.error_type", "match": "eq", "value": each} for each in errors)
    return tuple(Trigger(type="tagged_event", comparison=tag) for tag in tags)


def _of_a_release(rule: NewIssue) -> tuple[Trigger, ...]:
    age: dict[str, str | int] = {
        "comparisonType": "newer",
        "value": max(1, round(rule.within / 60)),
        "time": "minute",
    }
    lowest: dict[str, str | int] = {"level": min(_LEVELS[level] for level in rule.levels), "match": "gte"}
    return (
        Trigger(type="latest_release", comparison=True),
        Trigger(type="age_comparison", comparison=age),
        Trigger(type="level", comparison=lowest),
    )


def _detector(rule: Rule, found: Measure) -> Detector:
    worse = at_critical(rule)
    critical = () if worse is None else (Condition(type="gt", comparison=measure(worse).above, condition_result=75),)
    conditions = (
        *critical,
        Condition(type="gt", comparison=found.above, condition_result=_level(rule)),
        Condition(type="lte", comparison=found.resolve_at, condition_result=0),
    )
    description = "\n".join(text for text in (rule.summary, rule.runbook, mark_of(rule.name)) if text)
    return Detector(
        name=f"fleaglass {rule.name}",
        description=description,
        data_sources=(found.source,),
        condition_group=ConditionGroup(conditions=conditions),
    )


def _level(rule: Rule) -> Level:
    """High or medium; medium where a worse limit is the high one."""
    return 75 if rule.severity in ("critical", "error") and worse_limit(rule) is None else 50


def _is_first_failure(rule: Rule) -> bool:
    """The first failed trade of a class: events about trades are tagged with it."""
    if not isinstance(rule, Count) or rule.above or rule.of.where or not rule.of.error or not rule.of.span:
        return False
    return all(name.startswith(_TRADES) for name in rule.of.span)


def _frequency(book: RuleBook) -> Frequency:
    repeat = book.route.repeat_interval
    minutes = (_DEFAULT_REPEAT_S if repeat is UNSET else repeat) / 60
    return next((each for each in FREQUENCIES_MIN if each >= minutes), FREQUENCIES_MIN[-1])
