"""What session health answers with. The definitions are in sessions/health.py."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Nanoseconds

__all__ = ["Health", "HealthPoint", "ReleaseHealth", "ReleasesHealth", "SessionGroup", "Sessions"]

Percent = Annotated[float | None, Field(description="0 to 100 with three decimals; null when there was none.")]


class Health(TypedDict):
    """How sessions went. `sessions` is the sum of healthy, errored, crashed and abnormal."""

    sessions: Annotated[int, Field(description="That began in the time asked about.")]
    healthy: Annotated[int, Field(description="Without errors, whether they run or have ended.")]
    errored: Annotated[int, Field(description="With errors that were handled.")]
    crashed: Annotated[int, Field(description="Ended by an error that nobody handled.")]
    abnormal: Annotated[int, Field(description="Ended without a word, or hung.")]
    inferred: Annotated[int, Field(description="Of the abnormal, those that the hub concluded from silence.")]
    running: Annotated[int, Field(description="Not over yet.")]
    users: Annotated[int, Field(description="Distinct users; of our own agents, agents.")]
    crashed_users: int
    crash_free_sessions_percent: Percent
    crash_free_users_percent: Percent


class HealthPoint(Health):
    """One step of the time range."""

    t_ns: Annotated[Nanoseconds, Field(description="Where the step begins.")]


class SessionGroup(TypedDict):
    """The sessions of one release, environment or agent."""

    key: str
    totals: Health
    points: list[HealthPoint]


class Sessions(TypedDict):
    """Session health over time, as a whole and by group, the largest group first."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    step_s: int
    totals: Health
    points: list[HealthPoint]
    by: Literal["release", "environment", "agent"]
    groups: list[SessionGroup]


class ReleaseHealth(TypedDict):
    """One release, in the environment asked about or in all."""

    release: str
    totals: Health
    adoption_percent: Annotated[Percent, Field(description="Its share of the sessions of the last 24 hours.")]
    adoption: Annotated[
        Literal["low", "adopted", "replaced"],
        Field(description="`adopted`: at least 10 % over the last 6 hours. `replaced`: was, and is no more."),
    ]
    adopted_ns: Annotated[Nanoseconds | None, Field(description="The hour in which it became adopted.")]
    replaced_ns: Annotated[Nanoseconds | None, Field(description="The hour in which it ceased to be.")]


class ReleasesHealth(TypedDict):
    """Health by release, the newest session first."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    releases: list[ReleaseHealth]
