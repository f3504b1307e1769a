"""How the runs of a range ended, step by step: the strip beside a monitor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, func, select

from fleaglass.hub.api.monitor_shapes import TimelineBucket
from fleaglass.hub.api.steps import steps
from fleaglass.hub.api.times import SECOND_NS, TimeRange
from fleaglass.hub.monitors.rules import FAILURES
from fleaglass.hub.monitors.tables import check_ins
from fleaglass.hub.sessions.health import percent

__all__ = ["Timeline", "timelines"]

_STATUSES = ("ok", "error", "missed", "timeout", "in_progress", "unknown")


_Steps = dict[int, dict[str, int]]
"""Step since 1970 -> status -> how many."""


class Timeline(NamedTuple):
    """One lane's; `uptime_percent` is None where nothing has ended."""

    buckets: list[TimelineBucket]
    uptime_percent: float | None


def timelines(connection: Connection, lanes: Sequence[int], time: TimeRange, step_s: int) -> dict[int, Timeline]:
    """By lane; a run is in the step in which it began, or should have."""
    at = check_ins.c
    step = (at.started_ns // (step_s * SECOND_NS)).label("step")
    wanted = select(at.monitor_environment, step, at.status, func.count().label("runs")).where(
        at.monitor_environment.in_(lanes), at.started_ns >= time.from_ns, at.started_ns < time.to_ns
    )
    counts: dict[int, dict[int, dict[str, int]]] = {
        lane: defaultdict(lambda: dict.fromkeys(_STATUSES, 0)) for lane in lanes
    }
    for row in connection.execute(wanted.group_by(at.monitor_environment, "step", at.status)):
        counts[row.monitor_environment][row.step][row.status] += row.runs
    return {lane: _timeline(found, time, step_s) for lane, found in counts.items()}


def _timeline(found: _Steps, time: TimeRange, step_s: int) -> Timeline:
    failed = sum(counts[status] for counts in found.values() for status in FAILURES)
    ok = sum(counts["ok"] for counts in found.values())
    buckets = [
        cast(TimelineBucket, {"t_ns": str(begin), **found[begin // (step_s * SECOND_NS)]})
        for begin in steps(time, step_s)
    ]
    return Timeline(buckets, percent(ok, ok + failed))
