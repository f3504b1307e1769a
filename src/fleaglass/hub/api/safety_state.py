"""What the hub's state knows of each agent: sessions, check-ins, deploys, and the issues of the day.

One read transaction, so that all of it is of one moment. An agent's session is the latest under its own id; where a
program names nobody, the latest of its release and environment. Its monitors are the one by which it says that it lives
and those of the jobs that it ran, in its own environment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from fleaglass.hub.api.safety_alive import CheckIn, Session
from fleaglass.hub.issues.tables import activity, groups, issues
from fleaglass.hub.monitors.tables import monitor_environments, monitors
from fleaglass.hub.releases.tables import deploys, releases
from fleaglass.hub.sessions.tables import sessions
from fleaglass.monitor_slugs import liveness_slug

__all__ = ["Deploy", "Issue", "Known", "Since", "Who", "known"]

REGRESSED: Final = "regressed"


@dataclass(frozen=True, slots=True)
class Who:
    """An agent as its spans describe it, and the monitors whose jobs it ran."""

    agent: str
    release: str
    environment: str
    jobs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deploy:
    """A release was brought to an environment."""

    release: str
    environment: str
    name: str | None
    finished_ns: int


@dataclass(frozen=True, slots=True)
class Issue:
    """An unresolved issue that appeared or came back today, and the hashes that its events are stored under."""

    id: int
    title: str
    level: str
    regressed: bool
    at_ns: int
    hashes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What was found: sessions and check-ins by agent."""

    sessions: Mapping[str, Session]
    check_ins: Mapping[str, Sequence[CheckIn]]
    deploys: Sequence[Deploy]
    issues: Sequence[Issue]


@dataclass(frozen=True, slots=True)
class Since:
    """From when on a session counts that started, a deploy that ended, an issue that appeared or came back."""

    session_ns: int
    deploy_ns: int
    issue_ns: int


def known(connection: Connection, agents: Sequence[Who], since: Since) -> Known:
    """What the state knows of these agents."""
    return Known(
        _sessions(connection, agents, since.session_ns),
        _check_ins(connection, agents),
        _deploys(connection, {each.release for each in agents}, since.deploy_ns),
        _issues(connection, since.issue_ns),
    )


def _sessions(connection: Connection, agents: Sequence[Who], since_ns: int) -> dict[str, Session]:
    names, versions = [each.agent for each in agents], {each.release for each in agents if each.release}
    table = sessions.c
    latest = func.row_number().over(
        partition_by=(table.user, table.release, table.environment),
        order_by=(table.started_ns.desc(), table.seen_ns.desc()),
    )
    mine = or_(table.user.in_(names), and_(table.user == "", table.release.in_(versions)))
    ranked = select(sessions, latest.label("rank")).where(table.started_ns >= since_ns, mine).subquery()
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.started_ns)).mappings().all()
    own = {row["user"]: row for row in rows if row["user"]}
    nobodys = {(row["release"], row["environment"]): row for row in rows if not row["user"]}
    found = {each.agent: own.get(each.agent, nobodys.get((each.release, each.environment))) for each in agents}
    return {agent: _session(row) for agent, row in found.items() if row is not None}


def _session(row: RowMapping) -> Session:
    names = ("status", "started_ns", "seen_ns", "release", "environment", "errors", "inferred")
    return Session(**{name: row[name] for name in names})


def _check_ins(connection: Connection, agents: Sequence[Who]) -> dict[str, list[CheckIn]]:
    alive = {each.agent: liveness_slug(each.agent) for each in agents}
    slugs = {*alive.values(), *(slug for each in agents for slug in each.jobs)}
    query = (
        select(monitors.c.slug, monitor_environments, monitors.c.muted.label("all_muted"))
        .join(monitor_environments, monitor_environments.c.monitor == monitors.c.id)
        .where(monitors.c.enabled, monitors.c.slug.in_(slugs))
        .order_by(monitors.c.slug, monitor_environments.c.environment)
    )
    rows = connection.execute(query).mappings().all()
    return {
        each.agent: [
            CheckIn(
                slug=row["slug"],
                environment=row["environment"],
                status=row["status"],
                last_ns=row["last_ns"],
                next_latest_ns=row["next_latest_ns"],
                muted=row["muted"] or row["all_muted"],
                alive=row["slug"] == alive[each.agent],
            )
            for row in rows
            if row["slug"] in (alive[each.agent], *each.jobs) and each.environment in ("", row["environment"])
        ]
        for each in agents
    }


def _deploys(connection: Connection, versions: Collection[str], since_ns: int) -> list[Deploy]:
    query = (
        select(releases.c.version, deploys.c.environment, deploys.c.name, deploys.c.finished_ns)
        .join(releases, releases.c.id == deploys.c.release)
        .where(deploys.c.finished_ns >= since_ns, releases.c.version.in_(versions))
        .order_by(deploys.c.finished_ns)
    )
    return [Deploy(*row) for row in connection.execute(query)]


def _issues(connection: Connection, since_ns: int) -> list[Issue]:
    came_back = (
        select(activity.c.issue, func.max(activity.c.at_ns).label("at_ns"))
        .where(activity.c.kind == REGRESSED, activity.c.at_ns >= since_ns)
        .group_by(activity.c.issue)
        .subquery()
    )
    query = (
        select(issues.c.id, issues.c.title, issues.c.level, issues.c.first_seen_ns, came_back.c.at_ns, groups.c.hash)
        .join(groups, groups.c.issue == issues.c.id)
        .outerjoin(came_back, came_back.c.issue == issues.c.id)
        .where(issues.c.status == "unresolved", issues.c.merged_into.is_(None))
        .where(or_(issues.c.first_seen_ns >= since_ns, came_back.c.at_ns.is_not(None)))
        .order_by(issues.c.id)
    )
    found: dict[int, Issue] = {}
    for row in connection.execute(query).mappings():
        before = found[row["id"]].hashes if row["id"] in found else ()
        at_ns = row["at_ns"] or row["first_seen_ns"]
        found[row["id"]] = Issue(
            row["id"], row["title"], row["level"], row["at_ns"] is not None, at_ns, (*before, row["hash"])
        )
    return list(found.values())
