"""Session health over the API, over time and by release."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.api.session_routes import session_routes
from fleaglass.hub.sessions.figures import HOUR_NS
from fleaglass.hub.sessions.keeper import take_session
from fleaglass.hub.sessions.update import SessionUpdate
from fleaglass.hub.state import State
from tests.unit.hub.api.state_api import StateApi

NOW = 494_472 * HOUR_NS


@pytest.fixture
def api(state: State) -> StateApi:
    """Two releases over a day: x@1 crashed once and gave way to x@2, six hours ago and more."""
    told: list[tuple[str, int, dict[str, Any]]] = [
        ("x@1", 20, {"did": "a", "status": "exited"}),
        ("x@1", 19, {"did": "b", "status": "crashed"}),
        ("x@2", 18, {"did": "a", "status": "exited", "errors": 1}),
        ("x@2", 10, {"did": "a", "environment": "staging"}),
    ]
    with state.write() as connection:
        for number, (release, hours_ago, more) in enumerate(told):
            began = NOW - hours_ago * HOUR_NS
            base = {"sid": f"{number:032}", "init": True, "started_ns": began, "timestamp_ns": began, "status": "ok"}
            update = SessionUpdate(**{**base, "release": release, "environment": "production", **more})
            take_session(connection, 1, update, NOW)
    return StateApi(session_routes(state, lambda: NOW))


def brief(health: dict[str, Any]) -> tuple[int, int, int, int, float | None, float | None]:
    return (
        health["sessions"],
        health["errored"],
        health["crashed"],
        health["running"],
        health["crash_free_sessions_percent"],
        health["crash_free_users_percent"],
    )


async def test_health_over_time_and_by_group(api: StateApi) -> None:
    answer = await api("GET", "sessions")
    assert answer["step_s"] == 1800
    assert brief(answer["totals"]) == (4, 1, 1, 1, 75.0, 50.0)
    assert [(group["key"], brief(group["totals"])) for group in answer["groups"]] == [
        ("x@1", (2, 0, 1, 0, 50.0, 50.0)),
        ("x@2", (2, 1, 0, 1, 100.0, 100.0)),
    ]
    for told in (answer, *answer["groups"]):
        assert len(told["points"]) == 48
        assert sum(point["sessions"] for point in told["points"]) == told["totals"]["sessions"]
    began = {int(point["t_ns"]) for point in answer["points"] if point["crashed"]}
    assert began == {NOW - 19 * HOUR_NS}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"by": "agent"}, ["a", "b"]),
        ({"by": "environment"}, ["production", "staging"]),
        ({"by": "agent", "release": "x@2"}, ["a"]),
        ({"environment": "staging"}, ["x@2"]),
        ({"agent": "b"}, ["x@1"]),
        ({"range": "2h"}, []),
    ],
)
async def test_groups_and_filters(api: StateApi, query: dict[str, str], keys: list[str]) -> None:
    assert [group["key"] for group in (await api("GET", "sessions", **query))["groups"]] == keys


async def test_releases_with_health_and_adoption(api: StateApi) -> None:
    two, one = (await api("GET", "sessions/health"))["releases"]
    assert (two["release"], two["adoption"], two["adoption_percent"]) == ("x@2", "adopted", 50.0)
    assert (two["adopted_ns"], two["replaced_ns"]) == (str(NOW - 18 * HOUR_NS), None)
    assert (one["release"], one["adoption"], one["adoption_percent"]) == ("x@1", "replaced", 50.0)
    assert (one["adopted_ns"], one["replaced_ns"]) == (str(NOW - 20 * HOUR_NS), str(NOW - 13 * HOUR_NS))
    assert brief(one["totals"]) == (2, 0, 1, 0, 50.0, 50.0)


async def test_a_release_without_sessions_has_no_percentage(api: StateApi) -> None:
    (release,) = (await api("GET", "sessions/health", release="x@9"))["releases"]
    assert brief(release["totals"]) == (0, 0, 0, 0, None, None)
    assert (release["adoption"], release["adoption_percent"]) == ("low", None)


async def test_what_cannot_be_asked_is_said(api: StateApi) -> None:
    assert await api.refused("GET", "sessions", by="colour") == (
        400,
        "bad_filter",
        "by must be one of release, environment, agent, got 'colour'",
    )
    assert (await api.refused("GET", "sessions/health", by="agent"))[1] == "unknown_parameter"
