"""The states of an issue, and what leads from one to another."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from fleaglass.hub.issues.states import NEW_NS, STATES, Happening, State, Status, after, is_young, settled, status

HAPPENINGS: tuple[Happening, ...] = get_args(Happening)

CHANGES: dict[tuple[State, Happening], State] = {
    # Of an issue that is older than a week. What is not here stays as it is.
    ("new", "week"): "ongoing",
    ("escalating", "week"): "ongoing",
    ("regressed", "week"): "ongoing",
    ("resolved", "regression"): "regressed",
    ("until_escalating", "escalation"): "escalating",
    ("until_condition_met", "condition_met"): "ongoing",
    ("resolved", "unresolve"): "ongoing",
    ("until_escalating", "unresolve"): "ongoing",
    ("until_condition_met", "unresolve"): "ongoing",
    ("forever", "unresolve"): "ongoing",
    **{(state, "resolve"): "resolved" for state in STATES},
    **{(state, "archive_until_escalating"): "until_escalating" for state in STATES},
    **{(state, "archive_until_condition_met"): "until_condition_met" for state in STATES},
    **{(state, "archive_forever"): "forever" for state in STATES},
}


@pytest.mark.parametrize(("state", "happening"), list(product(STATES, HAPPENINGS)))
def test_every_happening_in_every_state(state: State, happening: Happening) -> None:
    assert after(state, happening, young=False) == CHANGES.get((state, happening), state)


@pytest.mark.parametrize(
    ("state", "happening", "expected"),
    [
        ("resolved", "unresolve", "new"),
        ("forever", "unresolve", "new"),
        ("until_condition_met", "condition_met", "new"),
        ("resolved", "regression", "regressed"),
        ("until_escalating", "escalation", "escalating"),
        ("ongoing", "event", "ongoing"),
    ],
)
def test_an_issue_that_comes_back_into_sight_in_its_first_week_is_new(
    state: State, happening: Happening, expected: State
) -> None:
    assert after(state, happening, young=True) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("new", "unresolved"),
        ("ongoing", "unresolved"),
        ("escalating", "unresolved"),
        ("regressed", "unresolved"),
        ("resolved", "resolved"),
        ("until_escalating", "ignored"),
        ("until_condition_met", "ignored"),
        ("forever", "ignored"),
    ],
)
def test_each_state_has_a_status(state: State, expected: Status) -> None:
    assert status(state) == expected


@pytest.mark.parametrize(("age_ns", "young"), [(-1, True), (0, True), (NEW_NS - 1, True), (NEW_NS, False)])
def test_an_issue_is_new_for_seven_days(age_ns: int, young: bool) -> None:
    assert is_young(1_000, 1_000 + age_ns) is young
    assert settled("new", first_seen_ns=1_000, since_ns=0, now_ns=1_000 + age_ns) == ("new" if young else "ongoing")


@pytest.mark.parametrize("state", STATES)
def test_a_week_settles_what_escalated_or_regressed_counted_from_then(state: State) -> None:
    before = settled(state, first_seen_ns=0, since_ns=NEW_NS, now_ns=2 * NEW_NS - 1)
    then = settled(state, first_seen_ns=0, since_ns=NEW_NS, now_ns=2 * NEW_NS)
    assert before == ("ongoing" if state == "new" else state)
    assert then == ("ongoing" if state in ("new", "escalating", "regressed") else state)
