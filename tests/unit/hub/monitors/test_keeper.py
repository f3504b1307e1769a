"""A job that does not run, fails or hangs is noticed in time, and forgiven when it is well again."""

from __future__ import annotations

import pytest

from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.monitors.occurrence import Occurrence, Recovery, group_hash, occurrence_event
from fleaglass.hub.state import State
from tests.unit.hub.monitors.story import Story, at, clock, crontab, every

HOURLY = crontab("0 * * * *", margin_min=10, max_runtime_min=20)
LIVENESS = every(1, margin_min=1, max_runtime_min=2, failure_threshold=2)
"""What our own agents send once a minute."""


def test_a_missed_run_is_told_when_the_margin_is_over_and_dated_when_it_was_expected(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").until("01:09")
    assert story.heard() == []
    story.until("01:10")
    assert story.heard() == ["missed"]
    assert story.runs() == [("00:00", "ok"), ("01:00", "missed")]
    lane = story.lane()
    assert (clock(lane.last_ns), clock(lane.next_ns), clock(lane.next_latest_ns)) == ("00:00", "02:00", "02:10")


def test_every_further_failure_is_told_under_the_same_fingerprint_until_it_recovers(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").until("02:10").say("03:02", "error").say("04:00", "ok")
    assert story.heard() == ["missed", "missed", "error", "recovered"]
    *failures, recovery = story.told
    assert len({failure.incident for failure in failures if isinstance(failure, Occurrence)}) == 1
    assert isinstance(recovery, Recovery)
    assert recovery.hash == group_hash(failures[0].incident)  # type: ignore[union-attr]
    again = story.say("05:00", "error").told[-1]
    assert isinstance(again, Occurrence)
    assert group_hash(again.incident) != recovery.hash


@pytest.mark.parametrize(
    ("name", "limits", "said", "told"),
    [
        ("threshold of one", {}, ["error"], ["error"]),
        ("too few yet", {"failure_threshold": 3}, ["error", "error"], []),
        ("the full count", {"failure_threshold": 3}, ["error"] * 3, ["error"]),
        ("an ok breaks the row", {"failure_threshold": 2}, ["error", "ok", "error"], []),
        ("missed ones count", {"failure_threshold": 2}, ["error", None], ["missed"]),
        ("in progress does not break it", {"failure_threshold": 2}, ["error", "in_progress", "error"], ["error"]),
        ("one ok is too few", {"recovery_threshold": 2}, ["error", "ok"], ["error"]),
        ("two are not", {"recovery_threshold": 2}, ["error", "ok", "ok"], ["error", "recovered"]),
        ("in a row", {"recovery_threshold": 2}, ["error", "ok", "error", "ok"], ["error", "error"]),
    ],
)
def test_thresholds(state: State, name: str, limits: dict[str, int], said: list[str | None], told: list[str]) -> None:
    story = Story(state, crontab("0 * * * *", max_runtime_min=600, **limits))
    for hour, status in enumerate(said):
        story = story.say(f"{hour:02}:00", status) if status else story.until(f"{hour:02}:01")  # type: ignore[arg-type]
    assert story.heard() == told


def test_a_run_that_does_not_end_times_out_and_a_late_ok_does_not_undo_it(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "in_progress", "a").until("00:19")
    assert story.heard() == []
    story.until("00:20").say("00:25", "ok", "a")
    assert story.heard() == ["timeout"]
    assert story.runs() == [("00:00", "timeout")]
    assert story.lane().status == "error"


def test_a_timeout_changes_nothing_when_a_later_run_has_ended(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "in_progress", "a").say("00:05", "ok", "b").until("00:30")
    assert story.runs() == [("00:00", "timeout"), ("00:05", "ok")]
    assert (story.heard(), story.lane().status) == ([], "ok")


def test_a_run_that_goes_on_saying_so_has_all_its_time_again(state: State) -> None:
    story = Story(state, every(1, "hour", max_runtime_min=2)).say("00:00", "in_progress", "a")
    for minute in range(1, 30):
        story.say(f"00:{minute:02}", "in_progress", "a")
    assert (story.heard(), story.runs()) == ([], [("00:00", "in_progress")])
    assert story.until("00:31").heard() == ["timeout"]


def test_a_check_in_without_an_id_ends_the_run_that_began_last(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "in_progress", "a").say("00:02", "in_progress", "b")
    story.say("00:03", "ok", "latest")
    assert story.runs() == [("00:00", "in_progress"), ("00:02", "ok")]
    story.say("00:04", "error", "latest").say("00:05", "ok", "latest")
    assert story.runs() == [("00:00", "error"), ("00:02", "ok"), ("00:05", "ok")]


def test_each_environment_is_judged_by_itself(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").say("00:30", "ok", environment="staging").until("01:05")
    story.say("01:05", "ok").until("01:10")
    assert [told.environment for told in story.told] == ["staging"]
    assert (story.lane().status, story.lane("staging").status) == ("ok", "error")


@pytest.mark.parametrize("table", ["monitors", "lanes"])
def test_a_muted_monitor_is_judged_and_tells_nothing(state: State, table: str) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").set(table, muted=True).until("01:10")  # type: ignore[arg-type]
    assert (story.heard(), story.lane().status) == ([], "error")
    story.set(table, muted=False).until("02:10")  # type: ignore[arg-type]
    assert story.heard() == ["missed"]


def test_a_monitor_that_is_switched_off_expects_nothing_and_is_not_judged(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").set("monitors", enabled=False).until("03:00").say("03:00", "error")
    story.say("03:01", "in_progress").until("04:00")
    assert (story.heard(), story.lane().status, story.lane().next_ns) == ([], "ok", None)
    assert story.runs() == [("00:00", "ok"), ("03:00", "error"), ("03:01", "timeout")]


def test_a_wrong_schedule_does_not_lose_the_check_in_and_is_noted(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok")
    story.say("01:00", "ok", config=None, problem="the line has no such minute")
    assert story.runs() == [("00:00", "ok"), ("01:00", "ok")]
    assert story.monitor().config_problem == "the line has no such minute"
    assert clock(story.lane().next_ns) == "02:00"  # by the one before
    assert story.say("02:00", "ok").monitor().config_problem is None


def test_a_new_schedule_takes_effect_in_every_environment(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").say("00:01", "ok", environment="staging")
    story.say("00:02", "ok", config=crontab("30 * * * *"))
    assert [clock(story.lane(name).next_ns) for name in ("production", "staging")] == ["00:30", "00:30"]


def test_a_job_without_a_schedule_fails_and_recovers_and_is_never_missed(state: State) -> None:
    story = Story(state).say("00:00", "error").say("00:01", "ok").say("00:02", "in_progress").until("00:40")
    assert story.heard() == ["error", "recovered", "timeout"]


def test_what_was_due_while_the_hub_was_down_is_unknown_once_and_held_against_nobody(state: State) -> None:
    story = Story(state, every(1, max_runtime_min=5)).say("00:00", "ok").say("00:01", "in_progress", "a")
    story.down_until("08:00")
    assert story.heard() == []
    assert story.runs() == [("00:00", "ok"), ("00:01", "unknown"), ("00:02", "unknown")]
    lane = story.lane()
    assert (lane.status, clock(lane.next_ns)) == ("ok", "08:01")
    assert story.say("08:00", "error", "a").runs()[1] == ("00:01", "error")  # it came after all
    assert story.until("08:02").heard() == ["error", "missed"]


def test_a_tick_or_two_that_came_late_are_caught_up_with(state: State) -> None:
    story = Story(state, every(1)).say("00:00", "ok").until("00:01").down_until("00:03")
    assert story.heard() == ["missed"]
    assert clock(story.lane().next_ns) == "00:04"


def test_a_minute_is_judged_once(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "ok").until("01:10").down_until("01:10:59")
    assert story.heard() == ["missed"]


def test_an_agent_that_starts_lives_and_dies_is_judged_by_its_heartbeats(state: State) -> None:
    """As recorder/session/liveness.py sends them: one run left open until the first cycle, then one for each minute."""
    story = Story(state, LIVENESS)
    for minute in range(5):
        story.say(f"00:{minute:02}", "in_progress", "a")
    story.say("00:05", "ok", "a").say("00:06", "ok").say("00:07", "ok")
    assert (story.heard(), {status for _, status in story.runs()}) == ([], {"ok"})
    story.until("00:10")
    assert story.heard() == []  # one was missed
    assert story.until("00:11").heard() == ["missed"]
    assert story.say("00:12", "ok").heard() == ["missed", "recovered"]


def test_an_agent_that_stalls_is_told_after_its_second_heartbeat_that_says_so(state: State) -> None:
    story = Story(state, LIVENESS).say("00:00", "ok").say("00:01", "error").say("00:02", "error")
    assert story.heard() == ["error"]


def test_an_agent_that_dies_before_it_decides_and_is_started_again_and_again_is_told(state: State) -> None:
    story = Story(state, LIVENESS)
    for minute in range(6):
        story.say(f"00:{minute:02}", "in_progress", f"{minute}")
    assert story.heard()[:1] == ["timeout"]


def test_an_agent_started_again_after_a_good_run_is_not_held_to_the_run_it_left_open(state: State) -> None:
    story = Story(state, LIVENESS).say("00:00", "in_progress", "a").say("00:01", "in_progress", "b")
    story.say("00:02", "ok", "b").say("00:03", "ok").say("00:04", "ok")
    assert (story.heard(), story.lane().status) == ([], "ok")


@pytest.mark.parametrize(
    ("statuses", "title"),
    [
        ([("00:00", "ok")], "Monitor job missed its 03:00 check-in (expected 03:00 Europe/Berlin, 10 min margin)"),
        ([("00:00", "in_progress")], "Monitor job did not end in time (began 02:00 Europe/Berlin, 20 min allowed)"),
        ([("00:00", "error")], "Monitor job failed (began 02:00 Europe/Berlin)"),
    ],
)
def test_a_failure_becomes_an_event_that_says_what_was_expected(
    state: State, statuses: list[tuple[str, str]], title: str
) -> None:
    story = Story(state, crontab("0 * * * *", margin_min=10, max_runtime_min=20, timezone="Europe/Berlin"))
    for when, status in statuses:
        story.say(when, status, release="agent@1", trace_id="7" * 32)  # type: ignore[arg-type]
    story.until("01:10")
    occurrence = story.told[0]
    assert isinstance(occurrence, Occurrence)
    event = occurrence_event(occurrence, at("01:10"))
    assert (event.message, event.project, event.environment, event.level) == (title, 1, "production", "error")
    assert hashes(event) == (group_hash(occurrence.incident),)  # so that a recovery finds its issue
    assert event.tags == {"monitor.slug": "job", "monitor.status": occurrence.run.status}
    assert event == occurrence_event(occurrence, at("01:10"))


def test_old_runs_and_incidents_are_forgotten_and_what_goes_on_is_not(state: State) -> None:
    story = Story(state, HOURLY).say("00:00", "error").say("01:00", "ok").until("03:10").set("monitors", enabled=False)
    story.down_until(f"{90 * 24 + 2}:00")
    assert story.runs() == [("02:00", "missed"), ("03:00", "missed")]
    assert [row.resolved_ns for row in story.incidents()] == [None]
