"""Rows of `issues` as they are shown, with what the last day was like and whom it happened to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from fleaglass.hub.api.issue_shapes import IssueLink, IssueRow, IssueStatus, Priority
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.issues.counting import events_in_hours, hour_of
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.issues.tables import groups, issues
from fleaglass.hub.store import Store

__all__ = [
    "HOURS",
    "STEP_MORE",
    "agents_of",
    "among_latest",
    "groups_of",
    "in_groups",
    "issue_link",
    "issue_links",
    "issue_row",
    "issue_rows",
    "priority",
]

HOURS: Final = 24
_MOST_AGENTS: Final = 20
_STATUS: Final[Mapping[str, IssueStatus]] = {"ignored": "archived"}
"""Where the API has another word than the state."""


def issue_link(row: Mapping[str, Any]) -> IssueLink:
    """A row of `issues`, named."""
    return {
        "id": row["id"],
        "project": row["project"],
        "kind": row["kind"],
        "title": row["title"],
        "culprit": row["culprit"],
        "level": row["level"],
        "status": _STATUS.get(row["status"], row["status"]),
        "substatus": row["substatus"],
        "events": row["events"],
        "last_seen_ns": str(row["last_seen_ns"]),
    }


def issue_links(connection: Connection, ids: Iterable[int]) -> dict[int, IssueLink]:
    """Issues by id, named."""
    query = select(issues).where(issues.c.id.in_(list(ids)))
    return {row.id: issue_link(row._asdict()) for row in connection.execute(query)}


def issue_row(row: Mapping[str, Any], hourly: Sequence[int], agents: Sequence[str]) -> IssueRow:
    """A row of `issues` on one line."""
    return {
        **issue_link(row),
        "type": row["type"],
        "value": row["value"],
        "platform": row["platform"],
        "priority": priority(row["level"], row["substatus"]),
        "users": row["users"],
        "first_seen_ns": str(row["first_seen_ns"]),
        "first_release": row["first_release"] or None,
        "last_release": row["last_release"] or None,
        "assignee": row["assignee"],
        "agents": list(agents),
        "hourly": list(hourly),
    }


def priority(level: str, substatus: str | None) -> Priority:
    """How much an issue matters: its level, a step more when it came back or grows."""
    steps = {"fatal": 2, "error": 1}.get(level, 0) + (substatus in STEP_MORE)
    return _PRIORITIES[min(steps, 2)]


STEP_MORE: Final = ("escalating", "regressed")
_PRIORITIES: Final[tuple[Priority, ...]] = ("low", "medium", "high")


def issue_rows(connection: Connection, rows: Sequence[Mapping[str, Any]], now_ns: int) -> list[IssueRow]:
    """Rows of `issues` on a line each, without their agents, which are the store's to say."""
    last = hour_of(now_ns)
    counts = events_in_hours(connection, [row["id"] for row in rows], last - HOURS + 1, last)
    return [issue_row(row, [counts[row["id"]][hour] for hour in range(last - HOURS + 1, last + 1)], ()) for row in rows]


def groups_of(connection: Connection, ids: Iterable[int]) -> dict[GroupKey, int]:
    """The groups of these issues, each with its issue."""
    query = select(groups.c.project, groups.c.hash, groups.c.issue).where(groups.c.issue.in_(list(ids)))
    return {(row.project, row.hash): row.issue for row in connection.execute(query)}


async def agents_of(store: Store, of: Mapping[GroupKey, int]) -> dict[int, list[str]]:
    """The agents of each issue, by its groups; the latest first. Raises EngineError."""
    if not of:
        return {}
    bind = Bindings()
    sql = (
        "SELECT e.project AS project, e.hash AS hash, e.agent AS agent, max(e.time) AS latest FROM events AS e"
        f" WHERE {in_groups(bind, of)} AND e.agent != ''"
        " GROUP BY e.project, e.hash, e.agent ORDER BY latest DESC, agent"
    )
    found: dict[int, list[str]] = {}
    for row in await store.query(sql, bind.values):
        issue = of.get((row["project"], row["hash"]))
        if issue is None:
            continue
        agents = found.setdefault(issue, [])
        if row["agent"] not in agents and len(agents) < _MOST_AGENTS:
            agents.append(row["agent"])
    return found


def in_groups(bind: Bindings, keys: Iterable[GroupKey]) -> str:
    """Condition: an event of one of these groups. The table is sorted by hash, so few rows are read."""
    wanted = list(keys)
    projects, hashes = sorted({project for project, _ in wanted}), [hash_ for _, hash_ in wanted]
    return f"e.hash IN {bind('Array(String)', hashes)} AND e.project IN {bind('Array(UInt32)', projects)}"


def among_latest(bind: Bindings, keys: Iterable[GroupKey], most: int) -> str:
    """Condition: one of so many latest events of these groups, and of those at the same time.

    Finding when they begin reads times only, so that of an issue with a million events little else is read.
    """
    of = in_groups(bind, keys)
    newest = f"SELECT e.time AS time FROM events AS e WHERE {of} ORDER BY time DESC LIMIT {most}"
    return f"{of} AND e.time >= (SELECT min(time) FROM ({newest}))"
