"""An archived issue is out of sight until what it was archived for comes true.

::

    until_escalating       it happens more often than its past lets expect (escalation.py); the default
    until_condition_met    it happened so many times more, or to so many more users, or so long has passed
    forever                never
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Archive", "Until", "still_archived"]

Until = Literal["until_escalating", "until_condition_met", "forever"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What an issue was archived for.

    Attributes:
        until: which of the three.
        at_ns: when, Unix nanoseconds.
        events: for `until_condition_met`, so many events since `at_ns`; None when they do not matter.
        users: so many different users since `at_ns`.
        duration_ns: so long since `at_ns`.

    Raises:
        ValueError: a condition is not above 0, none is given where one is needed, or one where none is meant.
    """

    at_ns: int
    until: Until = "until_escalating"
    events: int | None = None
    users: int | None = None
    duration_ns: int | None = None

    def __post_init__(self) -> None:
        conditions = {"events": self.events, "users": self.users, "duration_ns": self.duration_ns}
        given = {name: value for name, value in conditions.items() if value is not None}
        if self.until == "until_condition_met" and not given:
            raise ValueError(f"archived until a condition is met needs one of {', '.join(conditions)}")
        if self.until != "until_condition_met" and given:
            raise ValueError(f"archived {self.until.replace('_', ' ')} goes without {', '.join(given)}")
        for name, value in given.items():
            if value <= 0:
                raise ValueError(f"{name} must be above 0, got {value}")


def still_archived(archive: Archive, *, now_ns: int, events: int, users: int, escalating: bool) -> bool:
    """Whether the issue stays out of sight.

    Args:
        archive: what it was archived for. Of several conditions the first to come true ends it.
        now_ns: Unix nanoseconds.
        events: since it was archived.
        users: different ones, since it was archived.
        escalating: escalation.is_escalating of the current hour.
    """
    match archive.until:
        case "until_escalating":
            return not escalating
        case "until_condition_met":
            return not (
                _reached(archive.events, events)
                or _reached(archive.users, users)
                or _reached(archive.duration_ns, now_ns - archive.at_ns)
            )
        case "forever":
            return True


def _reached(condition: int | None, value: int) -> bool:
    return condition is not None and value >= condition
