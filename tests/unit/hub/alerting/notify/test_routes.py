"""Which receivers a route tree leads to, and what belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules.model import Duration, Route
from fleaglass.hub.alerting.notify.routes import destinations

LABELS = {"topic": "slow-order", "rule": "slow-order", "severity": "critical", "agent": "a-1"}


def told(route: Route, **labels: str) -> list[str]:
    return [each.receiver for each in destinations(route, {**LABELS, **labels})]


def child(
    receiver: str, *, more: bool = False, routes: tuple[Route, ...] = (), **match: str | tuple[str, ...]
) -> Route:
    return Route(receivers=(receiver,), match=match, continue_=more, routes=routes)


@pytest.mark.parametrize(
    ("route", "receivers"),
    [
        (Route(receivers=("root",)), ["root"]),
        (Route(receivers=("one", "two")), ["one", "two"]),
        (Route(), []),
        (Route(receivers=("root",), match={"severity": "info"}), []),
        (Route(receivers=("root",), match={"severity": ("error", "critical")}), ["root"]),
        (Route(receivers=("root",), match={"absent": ""}), ["root"]),
        (Route(receivers=("root",), match={"absent": "x"}), []),
        (Route(receivers=("root",), routes=(child("a", severity="critical"), child("b", agent="a-1"))), ["a"]),
        (Route(receivers=("root",), routes=(child("a", severity="critical", more=True), child("b"))), ["a", "b"]),
        (Route(receivers=("root",), routes=(child("a", severity="info", more=True), child("b"))), ["b"]),
        (Route(receivers=("root",), routes=(child("a", severity="info"),)), ["root"]),
        (Route(receivers=("root",), routes=(child("a", routes=(child("deep", agent="a-1"),)), child("b"))), ["deep"]),
        (Route(receivers=("root",), routes=(child("a", routes=(child("deep", agent="a-2"),)), child("b"))), ["a"]),
        (Route(receivers=("root",), routes=(Route(match={"agent": "a-1"}),)), ["root"]),
    ],
    ids=[
        "all go to the root",
        "a route may have several receivers",
        "nobody is told where there is no receiver",
        "a root that does not match tells nobody",
        "one of several values is enough",
        "a label that is not there is empty",
        "a label that is not there has no value",
        "the first child that matches takes it",
        "one that continues lets its siblings have it too",
        "one that does not match does not continue either",
        "without a child that matches it stays",
        "the deepest takes it",
        "a child takes what none of its own match",
        "receivers are those of the parent",
    ],
)
def test_an_incident_takes_the_way_that_alertmanager_documents(route: Route, receivers: list[str]) -> None:
    assert told(route) == receivers


def test_times_and_labels_are_those_of_the_nearest_route_that_says_them() -> None:
    inner = Route(match={"agent": "a-1"}, group_interval=Duration(60))
    route = Route(receivers=("root",), group_by=("severity",), group_wait=Duration(1), routes=(inner,))
    [found] = destinations(route, LABELS)
    assert found.labels == (("severity", "critical"),)
    assert (found.wait_ns, found.interval_ns, found.repeat_ns) == (10**9, 60 * 10**9, 4 * 3600 * 10**9)


def test_defaults_are_by_topic_five_seconds_five_minutes_four_hours() -> None:
    [found] = destinations(Route(receivers=("root",)), LABELS)
    assert found.labels == (("topic", "slow-order"),)
    assert (found.wait_ns, found.interval_ns, found.repeat_ns) == (5 * 10**9, 300 * 10**9, 4 * 3600 * 10**9)


def test_grouping_by_every_label_groups_nothing() -> None:
    [found] = destinations(Route(receivers=("root",), group_by=("...",)), LABELS)
    assert dict(found.labels) == LABELS


def test_two_ways_to_the_same_group_are_one() -> None:
    assert told(Route(receivers=("root",), routes=(child("a", more=True), child("a")))) == ["a"]


names = st.sampled_from(["rule", "severity", "agent", "span"])
values = st.sampled_from(["", "x", "y", "z"])
label_sets = st.dictionaries(names, values, max_size=4)
matches = st.dictionaries(names, values | st.lists(values, min_size=1, max_size=2).map(tuple), max_size=2)
receivers = st.lists(st.sampled_from(["one", "two", "three"]), max_size=2, unique=True).map(tuple)


def trees(depth: int = 2) -> st.SearchStrategy[Route]:
    below = st.lists(trees(depth - 1), max_size=3).map(tuple) if depth else st.just(())
    groups = st.lists(names, max_size=2, unique=True).map(tuple)
    return st.builds(Route, receivers=receivers, match=matches, group_by=groups, continue_=st.booleans(), routes=below)


@given(trees(), label_sets, label_sets)
def test_incidents_share_a_group_only_when_its_labels_are_equal(
    route: Route, one: dict[str, str], other: dict[str, str]
) -> None:
    ours, theirs = ({each.key: each for each in destinations(route, labels)} for labels in (one, other))
    for key in ours.keys() & theirs.keys():
        assert ours[key] == theirs[key]
        assert all(one[name] == other[name] == value for name, value in ours[key].labels)


@given(trees(), label_sets)
def test_a_group_is_the_same_when_routes_that_do_not_concern_it_are_added(route: Route, labels: dict[str, str]) -> None:
    stranger = Route(receivers=("stranger",), match={"rule": "no such rule"})
    more = Route(
        receivers=route.receivers, match=route.match, group_by=route.group_by, routes=(stranger, *route.routes)
    )
    assert destinations(more, labels) == destinations(route, labels)


@given(trees(), label_sets)
def test_a_key_is_short_enough_for_a_pager_and_of_one_group(route: Route, labels: dict[str, str]) -> None:
    found = destinations(route, labels)
    assert len({each.key for each in found}) == len(found)
    assert all(len(each.key) == 64 and int(each.key, 16) >= 0 for each in found)
