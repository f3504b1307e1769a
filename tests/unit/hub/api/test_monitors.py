"""Monitors over the API: how each job stands, what its runs were, and what people change."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.access.tables import projects
from fleaglass.hub.api.monitor_routes import monitor_routes
from fleaglass.hub.issues.keeper import take_events
from fleaglass.hub.monitors.check_in import CheckIn
from fleaglass.hub.monitors.keeper import take_check_in
from fleaglass.hub.monitors.occurrence import Occurrence, occurrence_event
from fleaglass.hub.state import State
from tests.unit.hub.api.state_api import StateApi
from tests.unit.hub.monitors.story import Story, at, clock, crontab, every

NOW = at("03:00")
DAILY = {"schedule_type": "crontab", "schedule": "0 0 * * *", "timezone": "Europe/Berlin"}
NEW = {"slug": "new", "config": DAILY}


@pytest.fixture
def api(state: State) -> StateApi:
    return StateApi(monitor_routes(state, lambda: NOW))


def hourly(state: State) -> Story:
    """An hourly job that ran at midnight, was missed at one, failed at two and is running now, at three."""
    story = Story(state, crontab("0 * * * *", margin_min=10, max_runtime_min=20)).say("00:01", "ok", duration_s=60)
    return story.say("02:00", "error", release="agent@1", trace_id="7" * 32).say("03:00", "in_progress")


def times(answer: Any) -> Any:
    """The same with times of the story as `HH:MM`."""
    if isinstance(answer, dict):
        return {
            key: clock(int(value)) if key.endswith("_ns") and value else times(value) for key, value in answer.items()
        }
    return [times(each) for each in answer] if isinstance(answer, list) else answer


async def test_a_monitor_says_how_it_stands_in_each_environment(api: StateApi, state: State) -> None:
    hourly(state)
    answer = await api("GET", "monitors", range="4h")
    assert answer["step_s"] == 300
    (monitor,) = times(answer["monitors"])
    assert {key: value for key, value in monitor.items() if key != "environments"} == {
        "slug": "job",
        "name": "job",
        "project": "agents",
        "config": {
            "schedule_type": "crontab",
            "schedule": "0 * * * *",
            "timezone": "UTC",
            "checkin_margin": 10,
            "max_runtime": 20,
            "failure_issue_threshold": 1,
            "recovery_threshold": 1,
        },
        "schedule_words": "At the start of every hour (UTC)",
        "config_problem": None,
        "enabled": True,
        "muted": False,
        "added_ns": "00:01",
    }
    (lane,) = monitor["environments"]
    timeline = lane.pop("timeline")
    assert lane == {
        "environment": "production",
        "status": "error",
        "muted": False,
        "last_check_in_ns": "03:00",
        "last_status": "in_progress",
        "next_expected_ns": "04:00",
        "next_latest_ns": "04:10",
        "uptime_percent": 33.333,
        "incident": {"id": 1, "environment": "production", "started_ns": "01:10", "resolved_ns": None, "issue": None},
    }
    busy = {bucket["t_ns"]: [key for key in bucket if bucket[key] == 1] for bucket in timeline if 1 in bucket.values()}
    assert busy == {"00:00": ["ok"], "01:00": ["missed"], "02:00": ["error"]}  # three o'clock is not over


async def test_an_incident_leads_to_its_issue(api: StateApi, state: State) -> None:
    story = hourly(state)
    events = [occurrence_event(told, NOW) for told in story.told if isinstance(told, Occurrence)]
    with state.write() as connection:
        (taken, *_) = take_events(connection, events, NOW, kind="monitor")
    (incident,) = (await api("GET", "monitors/job"))["incidents"]
    assert incident["issue"] == taken.issue


async def test_those_in_trouble_come_first(api: StateApi, state: State) -> None:
    with state.write() as connection:
        for slug, status in (("a", "ok"), ("b", "error"), ("c", "ok")):
            take_check_in(connection, 1, CheckIn(slug=slug, check_in_id="1" * 32, status=status), NOW)  # type: ignore[arg-type]
    assert [each["slug"] for each in (await api("GET", "monitors"))["monitors"]] == ["b", "a", "c"]


async def test_check_ins_come_page_by_page_newest_first(api: StateApi, state: State) -> None:
    hourly(state)
    first = await api("GET", "monitors/job", to=NOW + 1, limit=3)
    assert [(clock(int(each["started_ns"])), each["status"]) for each in first["check_ins"]] == [
        ("03:00", "in_progress"),
        ("02:00", "error"),
        ("01:00", "missed"),
    ]
    assert times(first["check_ins"][1]) == {
        "id": "0200".rjust(32, "a"),
        "environment": "production",
        "status": "error",
        "started_ns": "02:00",
        "updated_ns": "02:00",
        "expected_ns": "02:00",
        "timeout_ns": None,
        "duration_s": None,
        "trace_id": "7" * 32,
        "release": "agent@1",
    }
    second = await api("GET", "monitors/job", to=NOW + 1, limit=3, cursor=first["next_cursor"])
    assert [clock(int(each["started_ns"])) for each in second["check_ins"]] == ["00:00"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("config", "upcoming"),
    [
        (crontab("0 */6 * * *"), ["06:00", "12:00", "18:00", "24:00", "30:00"]),
        (every(2, "hour"), ["04:30", "06:30", "08:30", "10:30", "12:30"]),
        (None, []),
    ],
)
async def test_the_next_runs_are_named(api: StateApi, state: State, config: Any, upcoming: list[str]) -> None:
    Story(state, config).say("02:30", "ok")
    assert [clock(int(each)) for each in (await api("GET", "monitors/job"))["upcoming_ns"]] == upcoming


async def test_a_monitor_made_by_a_person_misses_nothing_before_its_job_checks_in(api: StateApi, state: State) -> None:
    made = await api("POST", "monitors", {"slug": "job", "name": "The job", "config": DAILY})
    assert made["monitor"]["schedule_words"] == "At 00:00 every day (Europe/Berlin)"
    assert [clock(int(each)) for each in made["upcoming_ns"][:2]] == ["22:00", "46:00"]
    assert Story(state, begins="00:00").until("03:00").runs() == []
    assert await api.refused("POST", "monitors", {"slug": "job", "config": DAILY}) == (
        409,
        "taken",
        "project 'agents' has a monitor 'job' already",
    )


async def test_people_change_what_they_name_and_nothing_else(api: StateApi, state: State) -> None:
    story = hourly(state)
    answer = await api("PUT", "monitors/job", {"name": "Hourly", "environments": {"production": {"muted": True}}})
    monitor = answer["monitor"]
    assert (monitor["name"], monitor["muted"], monitor["environments"][0]["muted"]) == ("Hourly", False, True)
    assert monitor["config"]["schedule"] == "0 * * * *"
    await api("PUT", "monitors/job", {"config": DAILY})
    assert clock(story.lane().next_ns) == "22:00"
    await api("PUT", "monitors/job", {"enabled": False})
    assert story.lane().next_ns is None
    await api("PUT", "monitors/job", {"enabled": True, "muted": True})
    assert (clock(story.lane().next_ns), story.monitor().muted) == ("22:00", True)


async def test_a_monitor_is_forgotten_with_everything_about_it(api: StateApi, state: State) -> None:
    story = hourly(state)
    await api("DELETE", "monitors/job")
    assert (await api("GET", "monitors"))["monitors"] == []
    assert story.runs() == []


async def test_monitors_of_the_same_name_are_told_apart_by_project(api: StateApi, state: State) -> None:
    with state.write() as connection:
        connection.execute(projects.insert().values(id=2, slug="other", name="Other", added_ns=0))
        for project in (1, 2):
            take_check_in(connection, project, CheckIn(slug="job", check_in_id="1" * 32, status="ok"), NOW)
    assert (await api.refused("GET", "monitors/job"))[:2] == (400, "ambiguous")
    assert (await api("GET", "monitors/job", project="other"))["monitor"]["project"] == "other"
    await api("DELETE", "monitors/job", project="other")
    assert (await api("GET", "monitors/job"))["monitor"]["project"] == "agents"
    assert (await api.refused("POST", "monitors", NEW))[2] == "project must be named, since there are 2"
    assert (await api("POST", "monitors", NEW | {"project": "other"}))["monitor"]["project"] == "other"


@pytest.mark.parametrize(
    ("asked", "body", "status", "message"),
    [
        ("GET monitors/none", None, 404, "there is no monitor 'none'"),
        ("PUT monitors/none", {}, 404, "there is no monitor 'none'"),
        ("DELETE monitors/none", None, 404, "there is no monitor 'none'"),
        ("GET monitors?range=1x", None, 400, "range must be a number and one of s, m, h, d, w, got '1x'"),
        ("GET monitors?colour=red", None, 400, "there is no parameter 'colour' here, got 'red'"),
        ("GET monitors/job?cursor=x", None, 400, "cursor must be a next_cursor of this hub, got 'x'"),
        ("POST monitors", NEW | {"slug": "a b"}, 400, "the body does not fit: Expected `str` matching regex"),
        ("POST monitors", {"slug": "x"}, 400, "the body does not fit: Object missing required field `config`"),
        ("POST monitors", NEW | {"project": "none"}, 404, "there is no project 'none'"),
        ("POST monitors", NEW | {"config": {}}, 400, "config: the type of a schedule must be crontab or interval"),
        ("PUT monitors/job", {"config": DAILY | {"max_runtime": 0}}, 400, "config: max_runtime must be a whole"),
        ("PUT monitors/job", {"colour": "red"}, 400, "the body does not fit: Object contains unknown field"),
        ("PUT monitors/job", {"environments": {"x": {"muted": True}}}, 404, "'job' has never been heard of in 'x'"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_said(
    api: StateApi, state: State, asked: str, body: Any, status: int, message: str
) -> None:
    with state.write() as connection:
        take_check_in(connection, 1, CheckIn(slug="job", check_in_id="1" * 32, status="ok"), NOW)
    method, _, target = asked.partition(" ")
    path, _, query = target.partition("?")
    found, _, said = await api.refused(method, path, body, **dict([query.split("=")] if query else []))
    assert (found, said[: len(message)]) == (status, message)
