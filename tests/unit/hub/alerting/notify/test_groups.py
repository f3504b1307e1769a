"""What a flush has to say, case by case; and how incidents gather."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules.model import Duration, Route
from fleaglass.hub.alerting.notify.gathering import gather, successors
from fleaglass.hub.alerting.notify.groups import Action, Escalated, Members, Subject, Told, action_due

HOUR_NS = 3600 * 10**9


def due(
    told: set[int], firing: set[int], over: set[int], *, wants_ends: bool = True, acknowledged: set[int] | None = None
) -> Action | None:
    now = Members(frozenset(firing), frozenset(over), frozenset(acknowledged or ()))
    return action_due(Told(0, frozenset(told)), now, HOUR_NS - 1, HOUR_NS, send_resolved=wants_ends)


@pytest.mark.parametrize(
    ("told", "firing", "over", "action", "action_without_ends"),
    [
        (set(), {1}, set(), "trigger", "trigger"),
        ({1}, {1, 2}, set(), "update", "update"),
        ({1}, {2}, {1}, "update", "update"),
        ({1, 2}, {1}, {2}, "update", None),
        ({1, 2}, set(), {1, 2}, "resolve", "resolve"),
        ({1, 2}, set(), {1}, "resolve", "resolve"),
        ({1}, {1}, set(), None, None),
        ({1}, set(), set(), None, None),
        (set(), set(), set(), None, None),
    ],
    ids=[
        "the first",
        "one joins",
        "one joins and one is over",
        "one is over",
        "all are over",
        "one is over, the other is silent",
        "nothing new",
        "what was told is silent",
        "nothing at all",
    ],
)
def test_a_flush_says_what_has_changed(
    told: set[int], firing: set[int], over: set[int], action: Action | None, action_without_ends: Action | None
) -> None:
    assert due(told, firing, over) == action
    assert due(told, firing, over, wants_ends=False) == action_without_ends


@pytest.mark.parametrize(
    ("told", "told_escalated", "escalated", "over", "action"),
    [
        ({1}, set(), {1}, set(), "escalate"),
        ({1}, {1}, {1}, set(), None),
        ({1}, {1}, {1, 2}, set(), "escalate"),
        ({1}, set(), {1}, {3}, "escalate"),
        (set(), set(), {1}, set(), "trigger"),
        ({1, 2}, {1}, {1}, {3}, "update"),
    ],
    ids=["one does", "that is known", "another joins as one", "and another is over", "the first", "an older one"],
)
def test_a_flush_says_what_has_escalated(
    told: set[int], told_escalated: set[int], escalated: set[int], over: set[int], action: Action | None
) -> None:
    known = Told(0, frozenset(told | over), escalated=frozenset(told_escalated))
    firing = frozenset(told | escalated)
    now = Members(firing, frozenset(over), escalated=frozenset(escalated))
    assert action_due(known if told else Told(), now, 1, HOUR_NS, send_resolved=True) == action
    after = known.after("escalate", firing, 7, frozenset(escalated))
    assert (after.firing, after.escalated) == (firing, escalated)


@pytest.mark.parametrize(
    ("now_ns", "acknowledged", "action"),
    [
        (HOUR_NS - 1, set(), None),
        (HOUR_NS, set(), "repeat"),
        (HOUR_NS, {1}, "repeat"),
        (HOUR_NS, {1, 2}, None),
    ],
)
def test_it_is_repeated_when_its_time_has_come_while_anybody_should_care(
    now_ns: int, acknowledged: set[int], action: Action | None
) -> None:
    both = frozenset((1, 2))
    now = Members(both, frozenset(), frozenset(acknowledged))
    assert action_due(Told(0, both), now, now_ns, HOUR_NS, send_resolved=True) == action


subjects = st.lists(
    st.builds(
        Subject,
        id=st.integers(1, 10**6),
        labels=st.fixed_dictionaries(
            {
                "rule": st.sampled_from("xyz"),
                "agent": st.sampled_from("abc"),
                "severity": st.sampled_from(["error", "info"]),
            }
        ),
        is_open=st.booleans(),
        fired_ns=st.integers(0, 10**9),
    ),
    unique_by=lambda each: each.id,
    max_size=30,
)
ROUTE = Route(
    receivers=("team", "log"),
    routes=(
        Route(match={"severity": "error"}, receivers=("pager",), group_by=("rule", "agent"), continue_=True),
        Route(match={"severity": "error"}, group_wait=Duration(9)),
    ),
)


@given(subjects)
def test_every_open_incident_is_in_one_group_of_each_receiver_that_should_hear_of_it(incidents: list[Subject]) -> None:
    gathered = gather(ROUTE, incidents).values()
    for subject in incidents:
        heard = sorted(each.destination.receiver for each in gathered if subject.id in each.members)
        expected = ["log", "pager", "team"] if subject.labels["severity"] == "error" else ["log", "team"]
        assert heard == (expected if subject.is_open else [])
    for each in gathered:
        assert all(
            one.labels[name] == value for one in each.members.values() for name, value in each.destination.labels
        )
        assert each.due_ns - each.destination.wait_ns == min(one.fired_ns for one in each.members.values())


@given(subjects)
def test_how_incidents_gather_does_not_depend_on_their_order(incidents: list[Subject]) -> None:
    assert gather(ROUTE, incidents) == gather(ROUTE, incidents[::-1])


@given(st.sampled_from(["error", "info"]), st.sampled_from(["error", "info"]))
def test_what_has_escalated_stays_where_it_was_and_joins_only_those_who_had_not_heard_of_it(was: str, now: str) -> None:
    before = Subject(1, {"rule": "x", "agent": "a", "severity": was}, True, 5)
    after = replace(before, labels={**before.labels, "severity": now}, escalated=Escalated(9, was))
    first, then = gather(ROUTE, [before]), gather(ROUTE, [after])
    assert first.keys() <= then.keys()
    heard = [each.destination.receiver for each in then.values()]
    assert len(heard) == len(set(heard))
    assert set(heard) == {"team", "log"} | ({"pager"} if "error" in (was, now) else set())
    assert [each.members[1].fired_ns for key, each in then.items()] == [5 if key in first else 9 for key in then]


def test_what_fires_again_takes_the_place_of_what_ended_only_with_the_same_labels() -> None:
    ended = [Subject(1, {"agent": "a"}, False, 0), Subject(2, {"agent": "b"}, False, 0)]
    assert successors(ended, {3: Subject(3, {"agent": "a"}, True, 5)}) == {1: 3}
