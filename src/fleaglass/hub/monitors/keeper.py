"""Keeps the monitors: every check-in, and once a minute the silence, by the rules in rules.py.

    take_check_in    monitor and lane, made or brought up to date ─▶ the run ─▶ when the next is expected ─▶ judgement
    tick             runs whose time is up, and runs that never began ─▶ judgement

Both return what there is to tell: occurrences for the issue of an incident, and its recovery. A muted lane tells of no
occurrence; it is judged all the same.

When the hub itself was down it cannot know what it did not hear. Whatever became due in a gap between ticks
(state/ticks.py) is `unknown`, once for each run in progress and once for each lane, and counts for nothing; the next
run is expected by the schedule from then on. If a check-in of such a run comes after all, it ends as that says.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, update

from fleaglass.hub.monitors.check_in import LATEST, CheckIn, MonitorConfig
from fleaglass.hub.monitors.config import MINUTE_NS
from fleaglass.hub.monitors.forgetting import forget
from fleaglass.hub.monitors.occurrence import Occurrence, Recovery, group_hash, incident_key
from fleaglass.hub.monitors.rows import (
    Lane,
    Monitor,
    ensure_lane,
    ensure_monitor,
    lanes_of,
    latest_in_progress,
    latest_statuses,
    open_incident,
    outlived,
    overdue_lanes,
    overdue_runs,
    read_run,
    read_watched,
    update_lane,
    update_monitor,
    write_run,
)
from fleaglass.hub.monitors.rules import FAILURES, Run, judged, missed, taken, timed_out
from fleaglass.hub.monitors.schedule import expected_after
from fleaglass.hub.monitors.tables import monitor_incidents
from fleaglass.hub.state.ticks import take_tick

__all__ = ["expect", "reconfigure", "take_check_in", "tick"]

_TICKS: Final = "monitors"

Told = list[Occurrence | Recovery]


def take_check_in(connection: Connection, project: int, check_in: CheckIn, received_ns: int) -> Told:
    """Keep a check-in, and return what it has to tell. A schedule that cannot be read is noted on the monitor.

    `project` is the project's number, `received_ns` when the hub got it, Unix nanoseconds. Raises StateError.
    """
    monitor = ensure_monitor(connection, project, check_in.slug, received_ns)
    monitor = _upsert(connection, monitor, check_in, received_ns)
    lane = ensure_lane(connection, monitor.id, check_in.environment, received_ns)
    run_id, before = _find_run(connection, lane, check_in, received_ns)
    run = taken(before, check_in, received_ns, run_id, monitor.config, lane.next_ns)
    if run != before:
        write_run(connection, lane.id, run)
    last_ns = max(lane.last_ns or 0, received_ns)
    lane = update_lane(connection, lane, last_ns=last_ns, **expect(monitor, last_ns))
    has_ended = run.counts and not (before and before.counts)
    return _judge(connection, monitor, lane, run) if has_ended else []


def tick(connection: Connection, now_ns: int) -> Told:
    """Conclude from silence, once a minute, and forget what is old. Raises StateError.

    Call it when everything received before `now_ns` has been taken.
    """
    minute = take_tick(connection, _TICKS, now_ns)
    if minute is None:
        return []
    listened = not minute.is_first_after_gap
    told: Told = []
    for lane, run in overdue_runs(connection, minute.at_ns):
        given_up = timed_out(run, listened=listened, outlived=outlived(connection, lane, run))
        write_run(connection, lane, given_up)
        if given_up.counts:
            told += _judge(connection, *read_watched(connection, lane), given_up)
    for lane in overdue_lanes(connection, minute.at_ns):
        told += _miss(connection, *read_watched(connection, lane), minute.at_ns, listened=listened)
    forget(connection, now_ns)
    return told


def reconfigure(connection: Connection, monitor: Monitor, config: MonitorConfig, now_ns: int) -> Monitor:
    """The monitor with another configuration. What was due by the old one is held against nobody."""
    monitor = update_monitor(connection, monitor, config=config, config_problem=None)
    for lane in lanes_of(connection, monitor.id):
        if lane.last_ns is not None:
            update_lane(connection, lane, **expect(monitor, now_ns))
    return monitor


def expect(monitor: Monitor, anchor_ns: int, after_ns: int | None = None) -> dict[str, int | None]:
    """When the next run is expected, and until when it may begin, as changes to a lane."""
    if monitor.config is None or not monitor.enabled:
        return {"next_ns": None, "next_latest_ns": None}
    next_ns = expected_after(monitor.config, anchor_ns, after_ns)
    return {"next_ns": next_ns, "next_latest_ns": next_ns + monitor.config.margin_min * MINUTE_NS}


def _upsert(connection: Connection, monitor: Monitor, check_in: CheckIn, now_ns: int) -> Monitor:
    if check_in.problem:
        return update_monitor(connection, monitor, config_problem=check_in.problem)
    if check_in.config is None or (check_in.config == monitor.config and monitor.config_problem is None):
        return monitor
    return reconfigure(connection, monitor, check_in.config, now_ns)


def _find_run(connection: Connection, lane: Lane, check_in: CheckIn, at_ns: int) -> tuple[str, Run | None]:
    """The id of the run that a check-in is about, and the run if it is known."""
    if check_in.check_in_id != LATEST:
        return check_in.check_in_id, read_run(connection, lane.id, check_in.check_in_id)
    run = latest_in_progress(connection, lane.id)
    return (run.id, run) if run else (_made_id(lane, "sent", at_ns), None)


def _miss(connection: Connection, monitor: Monitor, lane: Lane, tick_ns: int, *, listened: bool) -> Told:
    assert lane.next_ns is not None  # the query found it by the time that is set with it
    assert lane.next_latest_ns is not None
    run = missed(_made_id(lane, "missed", lane.next_ns), lane.next_ns, lane.next_latest_ns, listened=listened)
    write_run(connection, lane.id, run)
    lane = update_lane(connection, lane, **expect(monitor, lane.next_ns, tick_ns))
    return _judge(connection, monitor, lane, run) if run.counts else []


def _judge(connection: Connection, monitor: Monitor, lane: Lane, run: Run) -> Told:
    """How the lane stands after `run`, which has just ended, and what there is to tell."""
    if not monitor.enabled:
        return []
    config = monitor.config
    latest = latest_statuses(
        connection, lane.id, max(config.failure_threshold, config.recovery_threshold) if config else 1
    )
    standing = judged(lane.status, latest, config)
    at_ns = run.ended_ns or run.updated_ns
    if standing != lane.status:
        update_lane(connection, lane, status=standing, changed_ns=at_ns)
    if standing == "error" and run.status in FAILURES:
        return _fail(connection, monitor, lane, run, at_ns)
    return _recover(connection, monitor, lane, at_ns) if standing == "ok" and lane.status == "error" else []


def _fail(connection: Connection, monitor: Monitor, lane: Lane, run: Run, at_ns: int) -> Told:
    incident = open_incident(connection, lane.id)
    started_ns = incident.started_ns if incident else at_ns
    key = incident_key(monitor.project, monitor.slug, lane.environment, started_ns)
    if incident is None:
        values = {"monitor_environment": lane.id, "hash": group_hash(key), "started_ns": started_ns}
        connection.execute(monitor_incidents.insert().values(values))
    if monitor.muted or lane.muted:
        return []
    return [
        Occurrence(
            project=monitor.project,
            slug=monitor.slug,
            name=monitor.name,
            environment=lane.environment,
            incident=key,
            run=run,
            config=monitor.config,
        )
    ]


def _recover(connection: Connection, monitor: Monitor, lane: Lane, at_ns: int) -> Told:
    incident = open_incident(connection, lane.id)
    assert incident is not None  # opened when the lane came to be in error
    at = monitor_incidents.c
    connection.execute(update(monitor_incidents).where(at.id == incident.id).values(resolved_ns=at_ns))
    return [
        Recovery(
            project=monitor.project, slug=monitor.slug, environment=lane.environment, hash=incident.hash, at_ns=at_ns
        )
    ]


def _made_id(lane: Lane, why: str, at_ns: int) -> str:
    """An id for a run whose job named none: the same each time it is concluded."""
    return hashlib.md5(f"{lane.id} {why} {at_ns}".encode(), usedforsecurity=False).hexdigest()
