"""What people do with issues: resolve, open again, archive, assign, comment. Each leaves a line in the activity.

Every action takes many issues and does all or nothing. Merging is in merging.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from fleaglass.hub.issues.activity import Deed, note
from fleaglass.hub.issues.archive import Archive
from fleaglass.hub.issues.counting import events_in_hours, hour_of
from fleaglass.hub.issues.forecast import limits
from fleaglass.hub.issues.kept import Archived, Resolved, kept, state_columns, state_in
from fleaglass.hub.issues.lookup import found_issues
from fleaglass.hub.issues.resolution import How, Resolution
from fleaglass.hub.issues.states import State, status
from fleaglass.hub.issues.tables import activity, group_releases, groups, issues
from fleaglass.hub.issues.transitions import opened, release_dates
from fleaglass.hub.releases.tables import release_projects, releases
from fleaglass.hub.releases.versions import InvalidRelease, compare_names, parse

__all__ = ["ActionError", "archive", "assign", "comment", "resolve", "resolve_by_hash", "unresolve"]


class ActionError(ValueError):
    """What cannot be done; the text says why."""


def resolve(
    connection: Connection,
    ids: Sequence[int],
    at_ns: int,
    *,
    how: How = "now",
    release: str = "",
    actor: str | None = None,
    reason: str | None = None,
) -> None:
    """It does not happen any more: from now on, from `release` on, or from the next release on.

    Raises NoSuchIssue, and ActionError for a release that cannot be.
    """
    if how == "in_release":
        try:
            release = parse(release).name
        except InvalidRelease as error:
            raise ActionError(str(error)) from None
    changed, deeds = {}, []
    for issue, row in found_issues(connection, ids).items():
        rule = _resolution(connection, row, how, release, at_ns)
        meant = kept(Resolved(rule=rule, actor=actor))
        changed[issue] = {**state_columns("resolved"), "changed_ns": at_ns, "resolution": meant, "archive": None}
        detail = {"in": how, "release": rule.release or None, "reason": reason}
        deeds.append(Deed(issue, at_ns, "resolved", actor, {name: said for name, said in detail.items() if said}))
    _change(connection, changed)
    note(connection, deeds)


def resolve_by_hash(connection: Connection, project: int, hash: str, at_ns: int, reason: str) -> int | None:
    """The hub itself resolves an open issue, known by one of its hashes: as when a monitor recovers. Which it was."""
    query = select(groups.c.issue).join(issues, issues.c.id == groups.c.issue)
    found = query.where(groups.c.project == project, groups.c.hash == hash, issues.c.status == "unresolved")
    issue = connection.execute(found).scalar()
    if issue is not None:
        resolve(connection, [issue], at_ns, reason=reason)
    return issue


def unresolve(connection: Connection, ids: Sequence[int], at_ns: int, *, actor: str | None = None) -> None:
    """It matters again. What is open already stays as it is. Raises NoSuchIssue."""
    closed = {
        issue: row for issue, row in found_issues(connection, ids).items() if status(state_in(row)) != "unresolved"
    }
    _change(connection, {issue: opened(row, "unresolve", at_ns) for issue, row in closed.items()})
    note(connection, [Deed(issue, at_ns, "unresolved", actor) for issue in closed])


def archive(connection: Connection, ids: Sequence[int], rule: Archive, *, actor: str | None = None) -> None:
    """Out of sight, until what the rule says. Raises NoSuchIssue."""
    rows = found_issues(connection, ids)
    hour = hour_of(rule.at_ns)
    limit = limits(connection, rows, rule.at_ns) if rule.until == "until_escalating" else {}
    in_hour = events_in_hours(connection, rows, hour, hour)
    changed = {}
    for issue in rows:
        meant = Archived(rule=rule, actor=actor, limit=limit.get(issue), limit_hour=hour, in_hour=in_hour[issue][hour])
        state: State = rule.until
        times = {"changed_ns": rule.at_ns, "resolution": None}
        changed[issue] = {**state_columns(state), **times, "archive": kept(meant)}
    _change(connection, changed)
    said = {"until": rule.until, "events": rule.events, "users": rule.users, "duration_ns": rule.duration_ns}
    detail = {name: value for name, value in said.items() if value is not None}
    note(connection, [Deed(issue, rule.at_ns, "archived", actor, detail) for issue in rows])


def assign(
    connection: Connection, ids: Sequence[int], assignee: str | None, at_ns: int, *, actor: str | None = None
) -> None:
    """Somebody takes care of it; None: nobody. Raises NoSuchIssue."""
    changed = [issue for issue, row in found_issues(connection, ids).items() if row["assignee"] != assignee]
    connection.execute(update(issues).where(issues.c.id.in_(changed)).values(assignee=assignee))
    note(connection, [Deed(issue, at_ns, "assigned", actor, {"assignee": assignee}) for issue in changed])


def comment(connection: Connection, issue: int, text: str, at_ns: int, *, actor: str | None = None) -> int:
    """Somebody says something about it; the number of that entry. Raises NoSuchIssue."""
    found_issues(connection, [issue])
    row = {"issue": issue, "at_ns": at_ns, "kind": "comment", "actor": actor, "detail": {"text": text}}
    return int(connection.execute(insert(activity).values(row).returning(activity.c.id)).scalar_one())


def _change(connection: Connection, changed: Mapping[int, Mapping[str, Any]]) -> None:
    if changed:
        rows = [{"issue": issue, **columns} for issue, columns in changed.items()]
        connection.execute(update(issues).where(issues.c.id == bindparam("issue")), rows)


def _resolution(connection: Connection, row: Mapping[str, Any], how: How, release: str, at_ns: int) -> Resolution:
    if how != "in_next_release":
        return Resolution(kind=how, at_ns=at_ns, release=release)
    current, newest = _current_release(connection, row["id"]), _newest_release(connection, row["project"])
    return Resolution(kind=how, at_ns=at_ns, release=current, newest_release=newest)


def _current_release(connection: Connection, issue: int) -> str:
    """The newest release in which the issue was seen: by version where versions can be compared, else by date."""
    query = (
        select(group_releases.c.release)
        .join(groups, groups.c.id == group_releases.c.group)
        .where(groups.c.issue == issue, group_releases.c.release != "")
        .distinct()
    )
    seen = sorted(connection.execute(query).scalars())
    dates = release_dates(connection, seen)

    def newer(one: str, other: str) -> str:
        try:
            order = compare_names(one, other)
        except InvalidRelease:
            order = None
        if order is None:
            order = -1 if dates.get(one, at_last) <= dates.get(other, at_last) else 1
        return one if order > 0 else other

    at_last = max(dates.values(), default=0)
    return reduce(newer, seen, seen[0]) if seen else ""


def _newest_release(connection: Connection, project: int) -> str:
    """The release of the project with the latest date."""
    date = func.coalesce(releases.c.released_ns, releases.c.added_ns)
    query = (
        select(releases.c.version)
        .join(release_projects, release_projects.c.release == releases.c.id)
        .where(release_projects.c.project == project)
        .order_by(date.desc(), releases.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""
