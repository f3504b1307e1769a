"""GET /issues: which issues, how many there are of each state, one page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, cast, false, func, literal, or_, select

from fleaglass.hub.api import issue_cursor
from fleaglass.hub.api.issue_cursor import IssueCursor, Sort
from fleaglass.hub.api.issue_filters import IssueFilters, conditions, stands
from fleaglass.hub.api.issue_rows import STEP_MORE, agents_of, groups_of, issue_rows
from fleaglass.hub.api.issue_shapes import IssueCounts, IssuePage, IssueRow
from fleaglass.hub.api.sql import Bindings, where
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.issues.tables import groups, issues
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["list_issues", "shown_issues"]

_MOST_GROUPS: Final = 10_000
"""Groups that a search by agent or tag looks at: the latest that match. The state takes no longer lists."""

_STEPS: Final = case((issues.c.level == "fatal", 2), (issues.c.level == "error", 1), else_=0) + case(
    (issues.c.substatus.in_(STEP_MORE), 1), else_=0
)
_PRIORITY: Final = cast(_STEPS, BigInteger) * literal(2**40, BigInteger) + issues.c.last_seen_ns // 1_000_000_000
"""Priority, and of equal ones the latest: seconds since 1970 take less than 40 bits for a long time."""

_SORTS: Final[dict[Sort, ColumnElement[int]]] = {
    "last_seen": issues.c.last_seen_ns,
    "first_seen": issues.c.first_seen_ns,
    "events": issues.c.events,
    "users": issues.c.users,
    "priority": _PRIORITY,
}


@dataclass(frozen=True, slots=True)
class _Found:
    page: list[IssueRow]
    next: IssueCursor | None
    counts: IssueCounts
    groups: dict[GroupKey, int]


async def list_issues(store: Store, state: State, filters: IssueFilters, now_ns: int) -> IssuePage:
    """The page that the filters ask for. Raises EngineError and StateError."""
    matching = await _matching_groups(store, filters)
    found = await state.reading(lambda connection: _find(connection, filters, matching, now_ns))
    return {
        "issues": await _with_agents(store, found.page, found.groups),
        "next_cursor": None if found.next is None else issue_cursor.encode(found.next, filters.sort),
        "counts": found.counts,
    }


async def shown_issues(store: Store, state: State, ids: Sequence[int], now_ns: int) -> list[IssueRow]:
    """These issues in this order, each on a line; those that there are not are left out."""

    def find(connection: Connection) -> tuple[list[IssueRow], dict[GroupKey, int]]:
        query = select(issues).where(issues.c.id.in_(ids))
        rows = {row.id: row._asdict() for row in connection.execute(query)}
        return issue_rows(connection, [rows[id_] for id_ in ids if id_ in rows], now_ns), groups_of(connection, ids)

    return await _with_agents(store, *await state.reading(find))


async def _with_agents(store: Store, rows: Sequence[IssueRow], of: dict[GroupKey, int]) -> list[IssueRow]:
    agents = await agents_of(store, of)
    return [{**row, "agents": agents.get(row["id"], [])} for row in rows]


async def _matching_groups(store: Store, filters: IssueFilters) -> list[GroupKey] | None:
    """The groups that have events of the agent and with the tags; None when neither is asked for."""
    if filters.agent is None and not filters.tags:
        return None
    bind = Bindings()
    wanted = [f"e.tags[{bind('String', key)}] = {bind('String', value)}" for key, value in filters.tags]
    if filters.agent is not None:
        wanted.append(f"e.agent = {bind('String', filters.agent)}")
    sql = (
        f"SELECT e.project AS project, e.hash AS hash FROM events AS e{where(wanted)}"
        f" GROUP BY e.project, e.hash ORDER BY max(e.time) DESC LIMIT {_MOST_GROUPS}"
    )
    return [(row["project"], row["hash"]) for row in await store.query(sql, bind.values)]


def _find(connection: Connection, filters: IssueFilters, matching: list[GroupKey] | None, now_ns: int) -> _Found:
    wanted = conditions(filters)
    if matching is not None:
        wanted.append(issues.c.id.in_(select(groups.c.issue).where(_among(matching))))
    counts = _counts(connection, wanted)
    by = _SORTS[filters.sort]
    if filters.status is not None:
        wanted.append(stands(filters.status))
    if filters.cursor is not None:
        value, issue = filters.cursor
        wanted.append(or_(by < value, and_(by == value, issues.c.id < issue)))
    query = select(issues, by.label("sorted_by")).where(*wanted).order_by(by.desc(), issues.c.id.desc())
    rows = [row._asdict() for row in connection.execute(query.limit(filters.limit + 1))]
    page, more = rows[: filters.limit], rows[filters.limit :]
    return _Found(
        issue_rows(connection, page, now_ns),
        IssueCursor(int(page[-1]["sorted_by"]), page[-1]["id"]) if more else None,
        counts,
        groups_of(connection, [row["id"] for row in page]),
    )


def _among(keys: Sequence[GroupKey]) -> ColumnElement[bool]:
    """The condition that a group is one of these."""
    by_project: dict[int, list[str]] = defaultdict(list)
    for project, hash_ in keys:
        by_project[project].append(hash_)
    return or_(
        false(), *(and_(groups.c.project == project, groups.c.hash.in_(own)) for project, own in by_project.items())
    )


def _counts(connection: Connection, wanted: Sequence[ColumnElement[bool]]) -> IssueCounts:
    query = select(issues.c.status, issues.c.substatus, func.count()).where(*wanted)
    found: dict[Any, int] = {}
    for status, substatus, number in connection.execute(query.group_by(issues.c.status, issues.c.substatus)):
        for name in ("all", status, substatus):
            found[name] = found.get(name, 0) + number
    return {
        "all": found.get("all", 0),
        "unresolved": found.get("unresolved", 0),
        "resolved": found.get("resolved", 0),
        "archived": found.get("ignored", 0),
        "new": found.get("new", 0),
        "ongoing": found.get("ongoing", 0),
        "escalating": found.get("escalating", 0),
        "regressed": found.get("regressed", 0),
    }
