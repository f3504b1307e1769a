"""Which event brings a resolved issue back: every row of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.regression import GUARD_NS, covers, regresses
from fleaglass.hub.issues.resolution import Resolution
from fleaglass.hub.issues.states import STATES, State

AT = 1_000
DATES = {
    "a@1.0": 100,
    "a@2.0": 200,
    "a@3.0": 300,
    "a@abc": 100,
    "a@def": 200,
    "a@also": 200,
    "a@fed": 300,
    "b@9.0": 150,
}
NOW = Resolution(kind="now", at_ns=AT)


def fixed_in(release: str) -> Resolution:
    return Resolution(kind="in_release", at_ns=AT, release=release)


def in_next(current: str, newest: str = "") -> Resolution:
    return Resolution(kind="in_next_release", at_ns=AT, release=current, newest_release=newest)


@pytest.mark.parametrize(
    ("resolution", "event_release", "stays"),
    [
        # now: everything is news
        (NOW, "", False),
        (NOW, "a@1.0", False),
        (NOW, "a@abc", False),
        # with a release, an event without one is not
        (fixed_in("a@2.0"), "", True),
        (in_next("a@2.0"), "", True),
        (in_next(""), "", True),
        # in release R, by version: dates have no say
        (fixed_in("a@2.0"), "a@2.0", False),
        (fixed_in("a@2.0"), "a@1.0", True),
        (fixed_in("a@2.0"), "a@2.0-rc.1", True),
        (fixed_in("a@2.0"), "a@3.0", False),
        (fixed_in("a@2.0"), "a@2.0.1", False),
        (fixed_in("a@2.0"), "a@2", False),  # the same version, written otherwise
        # in release R, by date
        (fixed_in("a@def"), "a@def", False),
        (fixed_in("a@def"), "a@abc", True),
        (fixed_in("a@def"), "a@also", True),
        (fixed_in("a@def"), "a@fed", False),
        (fixed_in("a@2.0"), "b@9.0", True),  # another package
        (fixed_in("a@2.0"), "a@fed", False),
        (fixed_in("a@def"), "a@unheard-of", False),
        (fixed_in("a@not-out-yet"), "a@fed", True),
        # in next release, by version
        (in_next("a@2.0"), "a@1.0", True),
        (in_next("a@2.0"), "a@2.0", True),
        (in_next("a@2.0"), "a@2", True),
        (in_next("a@2.0"), "a@2.0.1", False),
        (in_next("a@2.0"), "a@3.0", False),
        (in_next("a@2.0", "a@3.0"), "a@3.0", False),  # the newest of all has no say where the current one has
        # in next release, by date
        (in_next("a@def"), "a@def", True),
        (in_next("a@def"), "a@abc", True),
        (in_next("a@def"), "a@also", False),
        (in_next("a@def"), "a@fed", False),
        (in_next("a@2.0"), "b@9.0", True),
        (in_next("a@def"), "a@unheard-of", False),
        # the newest release stands in for a current one that is not known
        (in_next("", "a@def"), "a@def", True),
        (in_next("", "a@def"), "a@abc", True),
        (in_next("", "a@def"), "a@fed", False),
        (in_next("", "a@2.0"), "a@3.0", False),
        (in_next("a@gone", "a@def"), "a@abc", True),
        (in_next("a@gone", "a@def"), "a@gone", True),
        # and the word itself for both
        (in_next(""), "a@fed", True),
        (in_next(""), "a@unheard-of", False),
        # a name that no release may have is compared by date like others
        (in_next("a@def"), "team/a@1.0", False),
    ],
)
def test_a_resolution_covers_these_releases(resolution: Resolution, event_release: str, stays: bool) -> None:
    assert covers(resolution, event_release, DATES) is stays


def comes_back(
    state: State = "resolved", resolution: Resolution | None = NOW, event_ns: int = AT + GUARD_NS, active_at_ns: int = 0
) -> bool:
    return regresses(state, resolution, event_release="", event_ns=event_ns, active_at_ns=active_at_ns, dates_ns=DATES)


@pytest.mark.parametrize("state", STATES)
def test_only_a_resolved_issue_can_come_back(state: State) -> None:
    assert comes_back(state) is (state == "resolved")


@pytest.mark.parametrize(
    ("event_ns", "active_at_ns", "expected"),
    [
        (AT + GUARD_NS, AT, True),
        (AT + GUARD_NS - 1, AT, False),  # of the burst in which it became active
        (AT + 1, AT + 1 - GUARD_NS, True),
        (AT, AT - GUARD_NS, True),
        (AT - 1, AT - 1 - GUARD_NS, False),  # it happened before somebody said that it is resolved
    ],
)
def test_an_event_of_before_is_no_news_however_late_it_comes(event_ns: int, active_at_ns: int, expected: bool) -> None:
    assert comes_back(event_ns=event_ns, active_at_ns=active_at_ns) is expected


def test_an_issue_that_is_covered_does_not_come_back() -> None:
    assert not comes_back(resolution=fixed_in("a@2.0"))


versions = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda parts: f"a@{parts[0]}.{parts[1]}")
dates = st.dictionaries(versions, st.integers(0, 9))


@given(versions, versions, dates, dates)
def test_the_order_in_which_releases_come_has_no_say_where_versions_have(
    release: str, event_release: str, some: dict[str, int], others: dict[str, int]
) -> None:
    for resolution in (fixed_in(release), in_next(release), replace(in_next(release), newest_release=event_release)):
        assert covers(resolution, event_release, some) == covers(resolution, event_release, others)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "in_release"}, "needs the release's name"),
        ({"kind": "now", "release": "a@1.0"}, "goes without a release, got 'a@1.0'"),
        ({"kind": "now", "newest_release": "a@1.0"}, "goes without a release"),
    ],
)
def test_a_resolution_that_says_nothing_is_refused(fields: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Resolution(at_ns=AT, **fields)  # type: ignore[arg-type]
