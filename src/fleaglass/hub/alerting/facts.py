"""What rules ask for beside spans: how sessions ended, schedules, new issues, and what was in flight at a death.

Of the state's tables one read a round, so that all of it is of one moment. The store is asked only where an agent died:
whether it is an agent at all (a browser has sessions too), and what it left open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from fleaglass.alerts.judge.facts import Death, Facts, InFlight, Issue, Schedule
from fleaglass.alerts.rules.model import (
    Absence,
    InFlightAtDeath,
    MissedSchedule,
    NewIssue,
    Rule,
    SessionCrash,
)
from fleaglass.hub.api.exposure import each_in_flight
from fleaglass.hub.api.safety_facts import outermost
from fleaglass.hub.api.safety_open import under_way
from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.times import LATEST_NS, TimeRange
from fleaglass.hub.issues.tables import issues
from fleaglass.hub.monitors.tables import monitor_environments, monitors
from fleaglass.hub.releases.tables import deploys, release_environments, releases
from fleaglass.hub.sessions.tables import sessions
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["gather"]

WEEK_NS: Final = 7 * 86_400_000_000_000
"""For so long a session that ended is remembered, and what it left open."""

MOST_ISSUES: Final = 100
"""Of one release and level: each is an incident, and a release that breaks everywhere is known by a hundred."""

_OF_THE_STATE: Final = (Absence, InFlightAtDeath, MissedSchedule, NewIssue, SessionCrash)
_BROKEN: Final = ("crashed", "abnormal")


async def gather(store: Store, state: State, rules: Collection[Rule], now_ns: int) -> tuple[Facts, dict[str, int]]:
    """The facts that these rules ask for, and when agents ended as they should: agent → Unix nanoseconds.

    Raises EngineError and StateError.
    """
    if not any(isinstance(rule, _OF_THE_STATE) for rule in rules):
        return Facts(), {}
    new_ns = max((rule.within.ns for rule in rules if isinstance(rule, NewIssue)), default=0)
    known, ended = await state.reading(lambda connection: _known(connection, now_ns, new_ns))
    deaths = await _agents_among(store, known.deaths, now_ns)
    asks = any(isinstance(rule, InFlightAtDeath) for rule in rules)
    left = await _in_flight(store, {each.agent for each in deaths}, now_ns) if asks else ()
    return replace(known, deaths=deaths, in_flight=left), ended


def _known(connection: Connection, now_ns: int, new_ns: int) -> tuple[Facts, dict[str, int]]:
    """What the state knows at a moment; of issues those that appeared in the last `new_ns`."""
    latest = {(row.user, row.environment): row for row in connection.execute(_latest_sessions(now_ns))}
    died = connection.execute(_latest_sessions(now_ns, *_BROKEN)).all()
    deaths = [_death(row, latest[row.user, row.environment].sid == row.sid) for row in died]
    facts = Facts(deaths=deaths, schedules=_schedules(connection), issues=_issues(connection, now_ns - new_ns))
    return facts, _ended(latest.values())


async def _agents_among(store: Store, deaths: Sequence[Death], now_ns: int) -> list[Death]:
    """Those deaths that are of agents: of whom there are spans."""
    if not deaths:
        return []
    bind = Bindings()
    conditions = [
        f"s.agent IN {bind('Array(String)', sorted({each.agent for each in deaths}))}",
        *between(bind, TimeRange(now_ns - WEEK_NS, LATEST_NS)),
    ]
    rows = await store.query(f"SELECT DISTINCT s.agent AS agent FROM spans AS s{where(conditions)}", bind.values)
    agents = {row["agent"] for row in rows}
    return [each for each in deaths if each.agent in agents]


async def _in_flight(store: Store, agents: Collection[str], now_ns: int) -> list[InFlight]:
    """Orders and escrows of these agents whose answer was lost or did not come yet."""
    if not agents:
        return []
    bind = Bindings()
    source = each_in_flight(TimeRange(now_ns - WEEK_NS, LATEST_NS), None, bind)
    told = await store.query(
        f"SELECT agent, since_ns, lower(hex(trace_id)) AS trace_id FROM ({source}) WHERE state = 'unknown'", bind.values
    )
    open_now = [row for row in outermost(await store.query(under_way(bind))) if row["kind"] != "cycle"]
    return [
        InFlight(row["agent"], row["since_ns"], row["trace_id"]) for row in (*told, *open_now) if row["agent"] in agents
    ]


def _latest_sessions(now_ns: int, *statuses: str) -> Select[Any]:
    """The latest session of each agent and environment, of those in one of these states if any are given."""
    at = sessions.c
    rank = func.row_number().over(
        partition_by=(at.user, at.environment), order_by=(at.started_ns.desc(), at.seen_ns.desc(), at.sid)
    )
    wanted = select(sessions, rank.label("rank")).where(at.user != "", at.seen_ns > now_ns - WEEK_NS)
    ranked = (wanted.where(at.status.in_(statuses)) if statuses else wanted).subquery()
    return select(ranked).where(ranked.c.rank == 1)


def _death(row: Any, is_latest: bool) -> Death:
    return Death(row.user, row.environment, row.release, row.seen_ns, is_latest, row.sid)


def _ended(latest: Collection[Any]) -> dict[str, int]:
    """Agents none of whose sessions goes on or broke; the last to end says when."""
    going = {row.user for row in latest if row.status != "exited"}
    ended: dict[str, int] = {}
    for row in latest:
        if row.user not in going:
            ended[row.user] = max(row.seen_ns, ended.get(row.user, 0))
    return ended


def _schedules(connection: Connection) -> list[Schedule]:
    lane = monitor_environments.c
    query = (
        select(monitors.c.slug, lane.environment, lane.status)
        .join_from(monitors, monitor_environments)
        .where(monitors.c.enabled, ~monitors.c.muted, ~lane.muted)
        .order_by(monitors.c.slug, lane.environment)
    )
    return [Schedule(*row) for row in connection.execute(query)]


def _issues(connection: Connection, since_ns: int) -> list[Issue]:
    """Unresolved ones, each with the moment from which its release has been out.

    That is its last deploy before the issue, else when it was finalized, else when it was first seen anywhere. Of a
    release that breaks in thousands of ways, the first `MOST_ISSUES` of each level.
    """
    at = issues.c
    ranked = (
        select(at.id, func.row_number().over(partition_by=(at.first_release, at.level), order_by=at.id).label("rank"))
        .where(at.first_seen_ns >= since_ns, at.status == "unresolved", at.merged_into.is_(None), at.kind != "monitor")
        .subquery()
    )
    deployed = (
        select(func.max(deploys.c.finished_ns))
        .where(deploys.c.release == releases.c.id, deploys.c.finished_ns <= at.first_seen_ns)
        .scalar_subquery()
    )
    seen = (
        select(func.min(release_environments.c.first_seen_ns))
        .where(release_environments.c.release == releases.c.id)
        .scalar_subquery()
    )
    query = (
        select(
            at.id,
            at.title,
            at.level,
            at.first_release,
            at.first_seen_ns,
            func.coalesce(deployed, releases.c.released_ns, seen, releases.c.added_ns),
        )
        .join_from(issues, releases, releases.c.version == at.first_release)
        .join(ranked, ranked.c.id == at.id)
        .where(ranked.c.rank <= MOST_ISSUES)
        .order_by(at.id)
    )
    return [Issue(*row) for row in connection.execute(query)]
