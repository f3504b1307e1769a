"""The states of an issue, and everything that leads from one to another: one table.

::

    unresolved    new (first seen less than 7 days ago) · ongoing · escalating · regressed
    resolved      resolved
    ignored       until_escalating · until_condition_met · forever          (people say "archived")

An event by itself changes nothing: it may be a regression (regression.py), an escalation (escalation.py) or meet the
condition of an archived issue (archive.py), and these do. Time changes what stands for 7 days into ongoing.

Source: Sentry's documentation of issue states, whose words these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

__all__ = ["NEW_NS", "STATES", "TRANSITIONS", "Happening", "State", "Status", "after", "is_young", "settled", "status"]

Status = Literal["unresolved", "resolved", "ignored"]

State = Literal[
    "new", "ongoing", "escalating", "regressed", "resolved", "until_escalating", "until_condition_met", "forever"
]
"""Status and substatus in one word."""

Happening = Literal[
    "event",
    "week",
    "regression",
    "escalation",
    "condition_met",
    "resolve",
    "unresolve",
    "archive_until_escalating",
    "archive_until_condition_met",
    "archive_forever",
]

STATES: Final[tuple[State, ...]] = get_args(State)

NEW_NS: Final = 7 * 24 * 3_600 * 1_000_000_000
"""How long an issue is new, and how long one that escalated or regressed is said to."""

_STATUS: Final[Mapping[State, Status]] = {
    "new": "unresolved",
    "ongoing": "unresolved",
    "escalating": "unresolved",
    "regressed": "unresolved",
    "resolved": "resolved",
    "until_escalating": "ignored",
    "until_condition_met": "ignored",
    "forever": "ignored",
}

_CLOSED: Final[tuple[State, ...]] = ("resolved", "until_escalating", "until_condition_met", "forever")

TRANSITIONS: Final[Mapping[Happening, Mapping[State, State]]] = {
    "event": {},
    "week": dict.fromkeys(("new", "escalating", "regressed"), "ongoing"),
    "regression": {"resolved": "regressed"},
    "escalation": {"until_escalating": "escalating"},
    "condition_met": {"until_condition_met": "ongoing"},
    "resolve": dict.fromkeys(STATES, "resolved"),
    "unresolve": dict.fromkeys(_CLOSED, "ongoing"),
    "archive_until_escalating": dict.fromkeys(STATES, "until_escalating"),
    "archive_until_condition_met": dict.fromkeys(STATES, "until_condition_met"),
    "archive_forever": dict.fromkeys(STATES, "forever"),
}
"""What each happening makes of each state; a state that it does not name stays."""


def status(state: State) -> Status:
    """The status that a state belongs to."""
    return _STATUS[state]


def is_young(first_seen_ns: int, now_ns: int) -> bool:
    """Whether an issue was first seen less than 7 days ago."""
    return now_ns - first_seen_ns < NEW_NS


def after(state: State, happening: Happening, *, young: bool) -> State:
    """The state after something happened. An issue that comes back into sight while it is young is new again."""
    then = TRANSITIONS[happening].get(state, state)
    return "new" if then == "ongoing" and then != state and young else then


def settled(state: State, *, first_seen_ns: int, since_ns: int, now_ns: int) -> State:
    """The state after time alone has passed.

    Args:
        state: as it was last stored.
        first_seen_ns: when the issue was first seen: what is new is new from then.
        since_ns: when it came into its state: what escalated or regressed did so then.
        now_ns: Unix nanoseconds.
    """
    start_ns = first_seen_ns if state == "new" else since_ns
    return state if is_young(start_ns, now_ns) else after(state, "week", young=False)
