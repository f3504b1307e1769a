"""What each group counts beside its figures: events by hour and by release, and its users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, case, distinct, func, select

from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.tables import group_hours, group_releases, group_users, groups
from fleaglass.hub.state import insert

__all__ = ["HOUR_NS", "count", "events_in_hours", "hour_of", "users_of"]

HOUR_NS: Final = 3600 * 1_000_000_000


class _Release(NamedTuple):
    group: int
    release: str
    environment: str


def hour_of(time_ns: int) -> int:
    """Hours since 1970."""
    return time_ns // HOUR_NS


def count(connection: Connection, events: Iterable[tuple[int, Event]]) -> set[int]:
    """Add events, each with the id of its group; the groups that got a user they had not had before."""
    counted = list(events)
    _hours(connection, Counter((group, hour_of(event.time_ns)) for group, event in counted))
    _releases(connection, counted)
    return _users(connection, counted)


def users_of(connection: Connection, issues: Iterable[int], since_ns: int = 0) -> dict[int, int]:
    """How many users each of these issues has had since then; an issue without any is left out."""
    query = (
        select(groups.c.issue, func.count(distinct(group_users.c.user)))
        .join(group_users, group_users.c.group == groups.c.id)
        .where(groups.c.issue.in_(list(issues)), group_users.c.last_seen_ns >= since_ns)
        .group_by(groups.c.issue)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def events_in_hours(
    connection: Connection, issues: Iterable[int], from_hour: int, to_hour: int
) -> dict[int, Counter[int]]:
    """Events of each of these issues by hour since 1970, both ends included."""
    found: dict[int, Counter[int]] = {issue: Counter() for issue in issues}
    query = (
        select(groups.c.issue, group_hours.c.hour, func.sum(group_hours.c.events))
        .join(groups, groups.c.id == group_hours.c.group)
        .where(groups.c.issue.in_(list(found)), group_hours.c.hour.between(from_hour, to_hour))
        .group_by(groups.c.issue, group_hours.c.hour)
    )
    for issue, hour, events in connection.execute(query):
        found[issue][hour] = int(events)
    return found


def _hours(connection: Connection, hours: Mapping[tuple[int, int], int]) -> None:
    if not hours:
        return
    more = insert(connection, group_hours)
    added = more.on_conflict_do_update(
        index_elements=["group", "hour"], set_={"events": group_hours.c.events + more.excluded.events}
    )
    connection.execute(added, [{"group": group, "hour": hour, "events": n} for (group, hour), n in hours.items()])


def _releases(connection: Connection, events: Iterable[tuple[int, Event]]) -> None:
    rows: dict[_Release, dict[str, Any]] = {}
    for group, event in events:
        key = _Release(group, event.release, event.environment)
        new = {"first_seen_ns": event.time_ns, "last_seen_ns": event.time_ns, "events": 0}
        row = rows.setdefault(key, {**key._asdict(), **new})
        row["first_seen_ns"] = min(row["first_seen_ns"], event.time_ns)
        row["last_seen_ns"] = max(row["last_seen_ns"], event.time_ns)
        row["events"] += 1
    if not rows:
        return
    more = insert(connection, group_releases)
    old, new_ = group_releases.c, more.excluded
    seen = {
        "first_seen_ns": case((new_.first_seen_ns < old.first_seen_ns, new_.first_seen_ns), else_=old.first_seen_ns),
        "last_seen_ns": case((new_.last_seen_ns > old.last_seen_ns, new_.last_seen_ns), else_=old.last_seen_ns),
        "events": old.events + new_.events,
    }
    connection.execute(
        more.on_conflict_do_update(index_elements=["group", "release", "environment"], set_=seen), list(rows.values())
    )


def _users(connection: Connection, events: Iterable[tuple[int, Event]]) -> set[int]:
    seen: dict[tuple[int, str], int] = {}
    for group, event in events:
        if event.user:
            key = group, event.user
            seen[key] = max(event.time_ns, seen.get(key, event.time_ns))
    if not seen:
        return set()
    new = set(seen) - _known_users(connection, seen)
    more = insert(connection, group_users)
    old, latest = group_users.c.last_seen_ns, more.excluded.last_seen_ns
    later = more.on_conflict_do_update(
        index_elements=["group", "user"], set_={"last_seen_ns": case((latest > old, latest), else_=old)}
    )
    connection.execute(
        later, [{"group": group, "user": user, "last_seen_ns": ns} for (group, user), ns in seen.items()]
    )
    return {group for group, _ in new}


def _known_users(connection: Connection, users: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    groups_, names = {group for group, _ in users}, {user for _, user in users}
    query = select(group_users.c.group, group_users.c.user).where(
        group_users.c.group.in_(groups_), group_users.c.user.in_(names)
    )
    return {(row.group, row.user) for row in connection.execute(query)}
