"""GET /sessions and /sessions/health: how the agents' runs went, over time and by release.

A session is counted where it began. The definitions are in sessions/health.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from sqlalchemy import Connection

from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.parameters import Given, Parameter, given, text
from fleaglass.hub.api.session_shapes import Health, HealthPoint, ReleaseHealth, ReleasesHealth, SessionGroup, Sessions
from fleaglass.hub.api.steps import step_seconds, steps
from fleaglass.hub.api.times import SECOND_NS, TIME_PARAMETERS, TimeRange, closed_range
from fleaglass.hub.sessions.figures import HOUR_NS, Asked, presences, tallies
from fleaglass.hub.sessions.health import Adoption, Tally, adoption

__all__ = [
    "HEALTH_PARAMETERS",
    "SESSION_PARAMETERS",
    "HealthQuery",
    "SessionsQuery",
    "list_sessions",
    "parse_health",
    "parse_sessions",
    "releases_health",
]

By = Literal["release", "environment", "agent"]

DAY_NS: Final = 24 * HOUR_NS
_LOOK_BACK_NS: Final = 30 * DAY_NS
"""A release that was adopted longer ago has been replaced for so long that nobody asks."""

_RELEASE: Final = Parameter("release", "Only sessions of this release.")
_ENVIRONMENT: Final = Parameter("environment", "Only sessions in this environment.")
_AGENT: Final = Parameter("agent", "Only sessions of this agent (a session's `did`).")
_BY: Final = Parameter("by", "What to group by.", {"type": "string", "enum": list(get_args(By)), "default": "release"})
SESSION_PARAMETERS: Final = (*TIME_PARAMETERS, _RELEASE, _ENVIRONMENT, _AGENT, _BY)
HEALTH_PARAMETERS: Final = (*TIME_PARAMETERS, _RELEASE, _ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class SessionsQuery:
    """What is asked for charts: which sessions, and what to group them by."""

    asked: Asked
    by: By


@dataclass(frozen=True, slots=True)
class HealthQuery:
    """What is asked of releases; adoption is as it is at `now_ns`."""

    asked: Asked
    now_ns: int


def parse_sessions(pairs: Iterable[tuple[str, str]], now_ns: int) -> SessionsQuery:
    """The question in a query string; the last 24 hours where it names no time. Raises Problem."""
    found = given(pairs, SESSION_PARAMETERS)
    by = text(found, "by") or "release"
    if by not in get_args(By):
        raise bad_filter("by", f"one of {', '.join(get_args(By))}", by, "Leave it out for release.")
    return SessionsQuery(_asked(found, now_ns), cast(By, by))


def parse_health(pairs: Iterable[tuple[str, str]], now_ns: int) -> HealthQuery:
    """The question in a query string; the last 24 hours where it names no time. Raises Problem."""
    return HealthQuery(_asked(given(pairs, HEALTH_PARAMETERS), now_ns), now_ns)


def list_sessions(connection: Connection, query: SessionsQuery) -> Sessions:
    """The answer. Raises StateError."""
    asked, time = query.asked, TimeRange(query.asked.from_ns, query.asked.to_ns)
    step_s = step_seconds(time)
    step_ns = step_s * SECOND_NS
    by_group = tallies(connection, asked, [query.by])
    by_group_and_step = tallies(connection, asked, [query.by, "step"], step_ns)
    by_step = tallies(connection, asked, ["step"], step_ns)

    def points(found: Mapping[int, Tally]) -> list[HealthPoint]:
        return [_point(begin, found.get(begin // step_ns, Tally())) for begin in steps(time, step_s)]

    groups: list[SessionGroup] = [
        {
            "key": key,
            "totals": _health(tally),
            "points": points({step: each for (one, step), each in by_group_and_step.items() if one == key}),
        }
        for (key,), tally in sorted(by_group.items(), key=lambda item: (-item[1].sessions, item[0]))
    ]
    return {
        "from_ns": str(asked.from_ns),
        "to_ns": str(asked.to_ns),
        "step_s": step_s,
        "totals": _health(tallies(connection, asked, []).get((), Tally())),
        "points": points({step: each for (step,), each in by_step.items()}),
        "by": query.by,
        "groups": groups,
    }


def releases_health(connection: Connection, query: HealthQuery) -> ReleasesHealth:
    """The answer; the release that was asked for is in it, whether or not it had sessions. Raises StateError."""
    asked, now_hour = query.asked, query.now_ns // HOUR_NS
    since_ns = query.now_ns - _LOOK_BACK_NS
    present = presences(connection, since_ns, query.now_ns, asked.environment)
    adopted = adoption(present, since_ns // HOUR_NS, now_hour)
    found = {key[0]: tally for key, tally in tallies(connection, asked, ["release"]).items()}
    if asked.release is not None:
        found.setdefault(asked.release, Tally())
    latest = {each.release: each.first_hour for each in sorted(present, key=lambda each: each.first_hour)}
    newest_first = sorted(found, key=lambda release: (-latest.get(release, 0), release))
    return {
        "from_ns": str(asked.from_ns),
        "to_ns": str(asked.to_ns),
        "releases": [_release(release, found[release], adopted.get(release)) for release in newest_first],
    }


def _asked(found: Given, now_ns: int) -> Asked:
    time = closed_range(found, now_ns, DAY_NS)
    return Asked(time.from_ns, time.to_ns, *(text(found, name) for name in ("release", "environment", "agent")))


def _release(release: str, tally: Tally, found: Adoption | None) -> ReleaseHealth:
    adopted = found or Adoption(None, "low", None, None)
    return {
        "release": release,
        "totals": _health(tally),
        "adoption_percent": adopted.percent,
        "adoption": adopted.stage,
        "adopted_ns": _hour(adopted.adopted_hour),
        "replaced_ns": _hour(adopted.replaced_hour),
    }


def _health(tally: Tally) -> Health:
    return {
        "sessions": tally.sessions,
        "healthy": tally.healthy,
        "errored": tally.errored,
        "crashed": tally.crashed,
        "abnormal": tally.abnormal,
        "inferred": tally.inferred,
        "running": tally.running,
        "users": tally.users,
        "crashed_users": tally.crashed_users,
        "crash_free_sessions_percent": tally.crash_free_sessions_percent,
        "crash_free_users_percent": tally.crash_free_users_percent,
    }


def _point(begin_ns: int, tally: Tally) -> HealthPoint:
    return {**_health(tally), "t_ns": str(begin_ns)}


def _hour(hour: int | None) -> str | None:
    return None if hour is None else str(hour * HOUR_NS)
