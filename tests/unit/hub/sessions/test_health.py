"""Session health says what it is defined as: in percent, by release, environment, agent and time."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.sessions.figures import HOUR_NS, Asked, Key, presences, tallies
from fleaglass.hub.sessions.health import Adoption, Presence, Tally, adoption
from fleaglass.hub.sessions.keeper import take_session, take_session_counts
from fleaglass.hub.sessions.update import SessionCounts, SessionUpdate
from fleaglass.hub.state import State

T = 494_444 * HOUR_NS
TWO_HOURS = Asked(T, T + 2 * HOUR_NS)


@pytest.mark.parametrize(
    ("tally", "healthy", "sessions_percent", "users_percent"),
    [
        (Tally(), 0, None, None),
        (Tally(sessions=3), 3, 100.0, None),
        (Tally(sessions=3, crashed=1, users=3, crashed_users=1), 2, 66.667, 66.667),
        (Tally(sessions=7, errored=2, crashed=1, abnormal=1, users=2, crashed_users=1), 3, 85.714, 50.0),
        (Tally(sessions=1, crashed=1, users=1, crashed_users=1), 0, 0.0, 0.0),
        (Tally(sessions=4, errored=4), 0, 100.0, None),
        (Tally(sessions=4, abnormal=4), 0, 100.0, None),
    ],
)
def test_definitions(tally: Tally, healthy: int, sessions_percent: float | None, users_percent: float | None) -> None:
    assert tally.healthy == healthy
    assert (tally.crash_free_sessions_percent, tally.crash_free_users_percent) == (sessions_percent, users_percent)


@pytest.fixture
def told(state: State) -> State:
    """Sessions of two releases, two environments and two agents, and some that came counted."""
    each: list[dict[str, Any]] = [
        {"did": "a", "status": "exited"},
        {"did": "a", "status": "exited", "errors": 2},
        {"did": "b", "status": "crashed"},
        {"did": "b", "environment": "staging"},
        {"did": "b", "started_ns": T + HOUR_NS, "errors": 1},
        {"did": "a", "started_ns": T + HOUR_NS, "release": "x@2", "status": "abnormal"},
        {"did": "a", "started_ns": T + 2 * HOUR_NS},  # out of the range
    ]
    with state.write() as connection:
        for number, one in enumerate(each):
            base = {"sid": f"{number:032}", "init": True, "started_ns": T, "status": "ok", "release": "x@1"}
            base["timestamp_ns"] = one.get("started_ns", T)
            take_session(connection, 1, SessionUpdate(**{**base, "environment": "production", **one}), T + 9 * HOUR_NS)
        counts = SessionCounts(release="x@2", environment="production", started_ns=T, exited=8, crashed=2)
        take_session_counts(connection, 1, counts, T)
    return state


ONE = Tally(sessions=5, errored=2, crashed=1, running=2, users=2, crashed_users=1)
TWO = Tally(sessions=11, crashed=2, abnormal=1, users=1)
BOTH = Tally(sessions=16, errored=2, crashed=3, abnormal=1, running=2, users=2, crashed_users=1)


@pytest.mark.parametrize(
    ("asked", "keys", "expected"),
    [
        (
            TWO_HOURS,
            [],
            {(): Tally(sessions=16, errored=2, crashed=3, abnormal=1, running=2, users=2, crashed_users=1)},
        ),
        (TWO_HOURS, ["release"], {("x@1",): ONE, ("x@2",): TWO}),
        (
            Asked(T, T + 2 * HOUR_NS, release="x@1"),
            ["step"],
            {
                (T // HOUR_NS,): Tally(sessions=4, errored=1, crashed=1, running=1, users=2, crashed_users=1),
                (T // HOUR_NS + 1,): Tally(sessions=1, errored=1, running=1, users=1),
            },
        ),
        (
            Asked(T, T + 2 * HOUR_NS, environment="staging"),
            ["release"],
            {("x@1",): Tally(sessions=1, running=1, users=1)},
        ),
        (
            Asked(T, T + 2 * HOUR_NS, agent="a"),
            ["release", "agent"],
            {
                ("x@1", "a"): Tally(sessions=2, errored=1, users=1),
                ("x@2", "a"): Tally(sessions=1, abnormal=1, users=1),
            },
        ),
        (Asked(T - HOUR_NS, T), [], {}),
    ],
)
def test_tallies(told: State, asked: Asked, keys: list[Key], expected: dict[Any, Tally]) -> None:
    with told.read() as connection:
        assert tallies(connection, asked, keys) == expected


def test_a_session_counts_for_adoption_while_it_runs(told: State) -> None:
    hour = T // HOUR_NS
    with told.read() as connection:
        found = presences(connection, T, T + 3 * HOUR_NS, "production")
    assert sorted(found) == [
        Presence("x@1", hour, hour, 3),
        Presence("x@1", hour + 1, hour + 3, 1),
        Presence("x@1", hour + 2, hour + 3, 1),
        Presence("x@2", hour, hour, 10),
        Presence("x@2", hour + 1, hour + 1, 1),
    ]


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([Presence("x", 0, 30, 9), Presence("y", 30, 30, 1)], {"x": ("adopted", 0, None), "y": ("adopted", 30, None)}),
        ([Presence("x", 0, 30, 19), Presence("y", 30, 30, 1)], {"x": ("adopted", 0, None), "y": ("low", None, None)}),
        ([Presence("x", 0, 10, 9), Presence("y", 8, 30, 9)], {"x": ("replaced", 0, 16), "y": ("adopted", 8, None)}),
        ([Presence("x", 0, 10, 9)], {"x": ("adopted", 0, None)}),  # nothing runs, so nothing has replaced it
        (
            [Presence("x", 0, 2, 1), Presence("x", 20, 30, 1), Presence("y", 0, 30, 1)],
            {"x": ("adopted", 20, None), "y": ("adopted", 0, None)},
        ),
    ],
)
def test_stages_of_adoption(present: list[Presence], expected: dict[str, Any]) -> None:
    found = adoption(present, 0, 30)
    assert {release: each[1:] for release, each in found.items()} == expected


def test_adoption_is_the_share_of_the_last_day() -> None:
    present = [Presence("x", 0, 6, 5), Presence("y", 7, 7, 1), Presence("z", 30, 30, 2)]
    assert adoption(present, 0, 30) == {
        "x": Adoption(0.0, "replaced", 0, 12),
        "y": Adoption(33.333, "replaced", 7, 30),
        "z": Adoption(66.667, "adopted", 30, None),
    }
