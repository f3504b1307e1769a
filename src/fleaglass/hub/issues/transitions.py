"""What new events change of the state of issues: the rules of regression.py, archive.py and states.py, applied.

Only what is resolved or archived can change by an event; of every other issue nothing is read here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from fleaglass.hub.issues.activity import Deed
from fleaglass.hub.issues.archive import still_archived
from fleaglass.hub.issues.counting import events_in_hours, hour_of, users_of
from fleaglass.hub.issues.escalation import is_escalating
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.kept import Archived, archived_in, kept, resolved_in, state_columns, state_in
from fleaglass.hub.issues.placing import Lot
from fleaglass.hub.issues.regression import regresses
from fleaglass.hub.issues.states import Happening, after, is_young
from fleaglass.hub.releases.tables import releases

__all__ = ["Change", "changes", "opened", "release_dates"]


@dataclass(frozen=True, slots=True)
class Change:
    """Columns of an issue that events have changed; if that is its state, what happened, and by which event."""

    columns: Mapping[str, Any]
    happening: Happening | None = None
    event_id: str = ""
    deed: Deed | None = None


def changes(connection: Connection, lots: Iterable[Lot], now_ns: int) -> dict[int, Change]:
    """The changes by issue. The events are counted already, the issues' own rows are as they were before."""
    resolved, archived = [], []
    for lot in lots:
        if lot.before is not None and lot.before["status"] == "resolved":
            resolved.append(lot)
        elif lot.before is not None and lot.before["status"] == "ignored":
            archived.append(lot)
    dates_ns = _dates(connection, resolved)
    found = {lot.issue: _regressed(lot, dates_ns) for lot in resolved}
    found |= {lot.issue: _still_archived(connection, lot, now_ns) for lot in archived}
    return {issue: change for issue, change in found.items() if change is not None}


def opened(row: Mapping[str, Any], happening: Happening, at_ns: int) -> dict[str, Any]:
    """The columns of an issue that was resolved or archived and is open again since `at_ns`."""
    state = after(state_in(row), happening, young=is_young(row["first_seen_ns"], at_ns))
    times = {"active_at_ns": at_ns, "changed_ns": at_ns}
    return {**state_columns(state), **times, "resolution": None, "archive": None}


def release_dates(connection: Connection, versions: Collection[str]) -> dict[str, int]:
    """When each of these releases was released, else when the hub first knew of it; Unix nanoseconds."""
    date = func.coalesce(releases.c.released_ns, releases.c.added_ns)
    query = select(releases.c.version, date).where(releases.c.version.in_(versions))
    return {row[0]: row[1] for row in connection.execute(query)}


def _dates(connection: Connection, lots: Sequence[Lot]) -> dict[str, int]:
    versions = {event.event.release for lot in lots for event in lot.events}
    for lot in lots:
        if (resolved := resolved_in(lot.before or {"resolution": None})) is not None:
            versions |= {resolved.rule.release, resolved.rule.newest_release}
    versions.discard("")
    return release_dates(connection, versions) if versions else {}


def _regressed(lot: Lot, dates_ns: Mapping[str, int]) -> Change | None:
    row = lot.before
    assert row is not None
    resolved = resolved_in(row)
    for event in (known.event for known in lot.events):
        if regresses(
            state_in(row),
            resolved.rule if resolved else None,
            event_release=event.release,
            event_ns=event.time_ns,
            active_at_ns=row["active_at_ns"],
            dates_ns=dates_ns,
        ):
            columns = opened(row, "regression", event.time_ns)
            deed = Deed(
                lot.issue,
                event.time_ns,
                "regressed",
                None,
                {"release": event.release or None, "event_id": event.event_id},
            )
            return Change(columns, "regression", event.event_id, deed)
    return None


def _still_archived(connection: Connection, lot: Lot, now_ns: int) -> Change | None:
    row = lot.before
    assert row is not None
    archived = archived_in(row)
    if archived is None:
        return None
    rule = archived.rule
    since = [known.event for known in lot.events if known.event.time_ns >= rule.at_ns]
    archived = replace(archived, happened=archived.happened + len(since))
    escalating = rule.until == "until_escalating" and _escalating(connection, lot.issue, archived, since)
    users = users_of(connection, [lot.issue], rule.at_ns).get(lot.issue, 0) if rule.users is not None else 0
    if not since or still_archived(rule, now_ns=now_ns, events=archived.happened, users=users, escalating=escalating):
        return Change({"archive": kept(archived)})
    return _unarchived(lot.issue, row, since[-1], escalating=escalating)


def _unarchived(issue: int, row: Mapping[str, Any], event: Event, *, escalating: bool) -> Change:
    happening: Happening = "escalation" if escalating else "condition_met"
    columns = opened(row, happening, event.time_ns)
    deed = Deed(issue, event.time_ns, "escalating" if escalating else "unresolved", None, {"event_id": event.event_id})
    return Change(columns, happening, event.event_id, deed)


def _escalating(connection: Connection, issue: int, archived: Archived, events: Sequence[Event]) -> bool:
    hours = {hour_of(event.time_ns) for event in events}
    if archived.limit is None or not hours:
        return False
    counts = events_in_hours(connection, [issue], min(hours), max(hours))[issue]
    counts[hour_of(archived.rule.at_ns)] -= archived.in_hour
    return any(is_escalating(counts[hour], archived.limit) for hour in hours)
