"""Events become issues, in one write transaction:

    events ─ not seen before ─▶ placed in issues and groups ─▶ counted ─▶ issues' figures and states ─▶ Taken
             (seen_events)      (placing.py)                   (counting)  (transitions.py)

The same events give the same issues in whatever order and batches they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, update

from fleaglass.hub.issues.activity import note
from fleaglass.hub.issues.counting import count, users_of
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.figures import figures_in
from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.issues.placing import IssueKind, Known, Lot, place
from fleaglass.hub.issues.storable import storable_event, storable_title
from fleaglass.hub.issues.tables import issues, seen_events
from fleaglass.hub.issues.title import title_of
from fleaglass.hub.issues.transitions import Change, changes
from fleaglass.hub.state import insert

__all__ = ["Taken", "take_events"]


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that was not seen before, and what it did.

    Attributes:
        hash: the group that it is counted by.
        issue: the id of its issue.
        new: it made the issue.
        regressed: it brought the issue back, which was resolved.
        escalated: it made the issue, which was archived until it escalates, escalate.
        unarchived: it met another condition that the issue was archived until.
    """

    event: Event
    hash: str
    issue: int
    new: bool = False
    regressed: bool = False
    escalated: bool = False
    unarchived: bool = False


def take_events(
    connection: Connection, events: Sequence[Event], now_ns: int, *, kind: IssueKind | None = None
) -> list[Taken]:
    """Count events by issue. Those that were taken before are left out, so it does no harm to send them again.

    Args:
        connection: in a write transaction.
        events: of any projects; a batch of some hundred costs least.
        now_ns: Unix nanoseconds.
        kind: of the issues that are made: `monitor` for what the hub says about one. By default `error` for an event
            with exceptions, `message` for one without.

    Raises StateError, as when a project does not exist.
    """
    known = [
        Known(storable_event(event), hashes(event), storable_title(title_of(event)))
        for event in _not_seen(connection, events)
    ]
    if not known:
        return []
    lots = place(connection, known, kind)
    more_users = count(connection, [(lot.groups[event.keys[0]], event.event) for lot in lots for event in lot.events])
    old = [lot for lot in lots if lot.before is not None]
    found = changes(connection, old, now_ns)
    _update(connection, old, found, more_users)
    note(connection, [change.deed for change in found.values() if change.deed])
    taken = {id(one.event): one for lot in lots for one in _taken(lot, found.get(lot.issue))}
    return [taken[id(one.event)] for one in known]


def _not_seen(connection: Connection, events: Iterable[Event]) -> list[Event]:
    """Those that were not taken before, each once, marked as seen."""
    by_key = {(event.project, event.event_id): event for event in events}
    rows = [
        {"event_id": event.event_id, "project": event.project, "received_ns": event.received_ns}
        for event in by_key.values()
    ]
    if not rows:
        return []
    marked = (
        insert(connection, seen_events)
        .on_conflict_do_nothing()
        .returning(seen_events.c.project, seen_events.c.event_id)
    )
    new = {(project, event_id) for project, event_id in connection.execute(marked, rows)}
    return [event for key, event in by_key.items() if key in new]


def _update(connection: Connection, lots: Iterable[Lot], found: Mapping[int, Change], more_users: set[int]) -> None:
    """Write what the events changed of issues that were there."""
    rows = {}
    for lot in lots:
        assert lot.before is not None
        figures = (figures_in(lot.before) + lot.figures).columns()
        raised = lot.before["kind"] == "message" and any(known.event.exceptions for known in lot.events)
        rows[lot.issue] = {
            "issue": lot.issue,
            **figures,
            **{name: lot.before[name] for name in _STATE},
            "kind": "error" if raised else lot.before["kind"],
            "users": lot.before["users"],
            **(found[lot.issue].columns if lot.issue in found else {}),
        }
    gained = [lot.issue for lot in lots if more_users & {lot.groups[key] for known in lot.events for key in known.keys}]
    for issue, users in users_of(connection, gained).items():
        rows[issue]["users"] = users
    if rows:
        connection.execute(update(issues).where(issues.c.id == bindparam("issue")), list(rows.values()))


_STATE: Final = ("status", "substatus", "active_at_ns", "changed_ns", "resolution", "archive")


def _taken(lot: Lot, change: Change | None) -> Iterator[Taken]:
    for at, known in enumerate(lot.events):
        event = known.event
        did = change.happening if change is not None and change.event_id == event.event_id else None
        yield Taken(
            event,
            known.hashes[0],
            lot.issue,
            new=lot.before is None and at == 0,
            regressed=did == "regression",
            escalated=did == "escalation",
            unarchived=did == "condition_met",
        )
