"""What a batch does to the state, in one transaction: what was heard of releases first, since issues ask for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Connection

from fleaglass.hub.intake.reading import Lost, Read
from fleaglass.hub.issues.actions import resolve_by_hash
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.keeper import Taken, take_events
from fleaglass.hub.monitors.keeper import Told, take_check_in
from fleaglass.hub.monitors.occurrence import Occurrence, occurrence_event
from fleaglass.hub.releases.keeper import see_release
from fleaglass.hub.sessions.keeper import take_session, take_session_counts
from fleaglass.hub.state import insert
from fleaglass.hub.state.tables import client_reports

__all__ = ["take_effect", "tell"]

Put = Callable[[Sequence[Event]], None]
"""Has the store keep events, and returns when they are on disk."""


def take_effect(connection: Connection, found: Read, now_ns: int, put: Put) -> list[Taken]:
    """Apply all of it; what became of the events.

    Args:
        connection: in a write transaction.
        found: what was said.
        now_ns: Unix nanoseconds.
        put: for events that the hub makes itself, of monitors; those of `found` are in the store already.

    Raises StateError, and what `put` raises.
    """
    _see_releases(connection, found)
    taken = take_events(connection, found.events, now_ns)
    for project, received_ns, update in found.sessions:
        take_session(connection, project, update, received_ns)
    for project, received_ns, counts in found.session_counts:
        take_session_counts(connection, project, counts, received_ns)
    told: Told = []
    for project, received_ns, check_in in found.check_ins:
        told += take_check_in(connection, project, check_in, received_ns)
    taken += tell(connection, told, now_ns, put)
    _count_lost(connection, found.lost)
    return taken


def tell(connection: Connection, told: Told, now_ns: int, put: Put) -> list[Taken]:
    """Make what monitors have to tell part of their issues: failures are events, a recovery resolves."""
    taken: list[Taken] = []
    for one in told:
        if isinstance(one, Occurrence):
            event = occurrence_event(one, now_ns)
            put([event])
            taken += take_events(connection, [event], now_ns, kind="monitor")
        else:
            resolve_by_hash(connection, one.project, one.hash, one.at_ns, "the monitor has recovered")
    return taken


def _see_releases(connection: Connection, found: Read) -> None:
    times: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    for project, version, environment, at_ns in _heard(found):
        times[project, version, environment].append(at_ns)
    for (project, version, environment), heard in times.items():
        see_release(connection, project, version, environment, min(heard), max(heard))


def _heard(found: Read) -> Iterator[tuple[int, str, str, int]]:
    """Project, release, environment and time of all that names a release."""
    events: Iterable[tuple[int, str, str, int]] = (
        (event.project, event.release, event.environment, event.time_ns) for event in found.events
    )
    sessions = ((project, one.release, one.environment, one.started_ns) for project, _, one in found.sessions)
    counts = ((project, one.release, one.environment, one.started_ns) for project, _, one in found.session_counts)
    yield from (heard for kind in (events, sessions, counts) for heard in kind if heard[1])


def _count_lost(connection: Connection, lost: Lost) -> None:
    for (project, hour, category, reason), quantity in lost.items():
        row = insert(connection, client_reports).values(
            project=project, hour=hour, category=category, reason=reason, quantity=quantity
        )
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["project", "hour", "category", "reason"],
                set_={"quantity": client_reports.c.quantity + quantity},
            )
        )
