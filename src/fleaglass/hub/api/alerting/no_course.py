"""Why there is nothing to draw of an incident, in words."""

from __future__ import annotations

from fleaglass.alerts.rules.model import Anomaly, InFlightAtDeath, MissedSchedule, NewIssue, Rule, SessionCrash

__all__ = ["no_course"]


def no_course(rule: Rule | None) -> str:
    """Of a rule, None being one that is not in force any more, whose chart has no value."""
    match rule:
        case None:
            return "Its rule is not in force any more."
        case SessionCrash():
            return "An agent came back or it did not: there is no value in between."
        case MissedSchedule():
            return "A schedule is kept or it is not: there is no value in between."
        case NewIssue():
            return "An issue appeared once: there is no value that goes on."
        case InFlightAtDeath():
            return "What is in flight is known of now, not of the past."
        case Anomaly():
            return "Too few of its spans are stored to say what was usual, or to be held against it."
    return "Too few of its spans are stored to judge."
