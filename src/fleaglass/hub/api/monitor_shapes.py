"""What the monitors answer with.

monitor ◁─ environments ◁─ timeline (buckets of a range)      detail: and check-ins, incidents, next expected runs
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Nanoseconds

__all__ = [
    "CheckInAnswer",
    "ConfigAnswer",
    "EnvironmentAnswer",
    "IncidentAnswer",
    "MonitorAnswer",
    "MonitorDetail",
    "Monitors",
    "TimelineBucket",
]

CheckInStatus = Literal["in_progress", "ok", "error", "missed", "timeout", "unknown"]
Percent = Annotated[float | None, Field(description="0 to 100; null when there is nothing to judge by.")]


class ConfigAnswer(TypedDict):
    """When a job should run, and how much is forgiven."""

    schedule_type: Literal["crontab", "interval"]
    schedule: Annotated[
        str | list[int | str], Field(description='A crontab line, or a number and a unit: `[1, "day"]`.')
    ]
    timezone: Annotated[str, Field(description="IANA name of the zone that the schedule is meant in.")]
    checkin_margin: Annotated[int, Field(description="Minutes that a check-in may be late.")]
    max_runtime: Annotated[int, Field(description="Minutes that a run may take.")]
    failure_issue_threshold: Annotated[int, Field(description="Failures in a row that open an incident.")]
    recovery_threshold: Annotated[int, Field(description="Successes in a row that end it.")]


class TimelineBucket(TypedDict):
    """How many check-ins of a step of the range ended how."""

    t_ns: Annotated[Nanoseconds, Field(description="Where the step begins.")]
    ok: int
    error: int
    missed: int
    timeout: int
    in_progress: int
    unknown: Annotated[int, Field(description="Expected while the hub itself was down: nobody can say.")]


class IncidentAnswer(TypedDict):
    """A run of failures, from the check-in that opened it."""

    id: int
    environment: str
    started_ns: Nanoseconds
    resolved_ns: Nanoseconds | None
    issue: Annotated[int | None, Field(description="Id of its issue; null while there is none, as when muted.")]


class EnvironmentAnswer(TypedDict):
    """A monitor in one environment: each is judged by itself."""

    environment: str
    status: Annotated[Literal["active", "ok", "error"], Field(description="`active`: nothing has ended yet.")]
    muted: bool
    last_check_in_ns: Annotated[Nanoseconds | None, Field(description="The last that a job sent.")]
    last_status: Annotated[CheckInStatus | None, Field(description="Of the newest check-in, missed ones included.")]
    next_expected_ns: Annotated[Nanoseconds | None, Field(description="Null before the first check-in ever.")]
    next_latest_ns: Annotated[Nanoseconds | None, Field(description="The same and the margin: later is missed.")]
    uptime_percent: Annotated[Percent, Field(description="`ok` among those of the range that have ended.")]
    incident: Annotated[IncidentAnswer | None, Field(description="The one that is open.")]
    timeline: list[TimelineBucket]


class MonitorAnswer(TypedDict):
    """A job on a schedule."""

    slug: str
    name: str
    project: Annotated[str, Field(description="The project's slug.")]
    config: Annotated[ConfigAnswer | None, Field(description="Null until somebody says when it should run.")]
    schedule_words: Annotated[str | None, Field(description="The schedule for a person: `At midnight, UTC`.")]
    config_problem: Annotated[
        str | None, Field(description="Why the schedule that a job sent last is not used; the one before it still is.")
    ]
    enabled: bool
    muted: Annotated[bool, Field(description="In every environment.")]
    added_ns: Nanoseconds
    environments: list[EnvironmentAnswer]


class Monitors(TypedDict):
    """Every monitor, those in trouble first, then by name."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    step_s: Annotated[int, Field(description="How long a step of the timelines is.")]
    monitors: list[MonitorAnswer]


class CheckInAnswer(TypedDict):
    """One run, or one that was missed."""

    id: str
    environment: str
    status: CheckInStatus
    started_ns: Annotated[Nanoseconds, Field(description="When it began; of a missed one, when it was expected.")]
    updated_ns: Nanoseconds
    expected_ns: Annotated[Nanoseconds | None, Field(description="When the schedule had it; null before the first.")]
    timeout_ns: Annotated[Nanoseconds | None, Field(description="When it will time out, while it is in progress.")]
    duration_s: float | None
    trace_id: Annotated[str | None, Field(description="32 lower-case hex digits.")]
    release: str | None


class MonitorDetail(TypedDict):
    """One monitor, and what was said about it."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    step_s: int
    monitor: MonitorAnswer
    upcoming_ns: Annotated[list[Nanoseconds], Field(description="The next five times that the schedule names.")]
    check_ins: Annotated[list[CheckInAnswer], Field(description="Newest first, of the range or older than the cursor.")]
    next_cursor: Annotated[str | None, Field(description="For the page after this one.")]
    incidents: Annotated[list[IncidentAnswer], Field(description="The last twenty, newest first.")]
