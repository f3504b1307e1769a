"""What time alone does to issues. Called every minute or so; it reads little when there is nothing to do.

new, escalating, regressed ── a week ──▶ ongoing
archived for a while       ── over ────▶ open again
archived until escalating  ── an hour ─▶ with a new limit
what was seen              ── 30 days ─▶ forgotten: a client does not send again for so long
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update

from fleaglass.hub.issues.activity import Deed, note
from fleaglass.hub.issues.archive import still_archived
from fleaglass.hub.issues.counting import hour_of
from fleaglass.hub.issues.forecast import limits
from fleaglass.hub.issues.kept import archived_in, kept, state_columns, state_in
from fleaglass.hub.issues.states import NEW_NS, settled
from fleaglass.hub.issues.tables import issues, seen_events
from fleaglass.hub.issues.transitions import opened

__all__ = ["SEEN_NS", "refresh"]

SEEN_NS: Final = 30 * 24 * 3600 * 1_000_000_000
"""How long an event's id is kept, so that the same event is not counted twice."""


def refresh(connection: Connection, now_ns: int) -> None:
    """Do all of it; `now_ns` is Unix nanoseconds."""
    _settle(connection, now_ns)
    _end_archives(connection, now_ns)
    _forecast(connection, now_ns)
    connection.execute(delete(seen_events).where(seen_events.c.received_ns < now_ns - SEEN_NS))


def _settle(connection: Connection, now_ns: int) -> None:
    long_ago = now_ns - NEW_NS
    old = (issues.c.substatus == "new") & (issues.c.first_seen_ns <= long_ago)
    stale = issues.c.substatus.in_(("escalating", "regressed")) & (issues.c.changed_ns <= long_ago)
    changed, deeds = [], []
    for row in _rows(connection, issues.c.status == "unresolved", or_(old, stale)):
        times = {"first_seen_ns": row["first_seen_ns"], "since_ns": row["changed_ns"]}
        state = settled(state_in(row), **times, now_ns=now_ns)
        if state != state_in(row):
            changed.append({"issue": row["id"], **state_columns(state), "changed_ns": now_ns})
            deeds.append(Deed(row["id"], now_ns, "ongoing"))
    _write(connection, changed)
    note(connection, deeds)


def _end_archives(connection: Connection, now_ns: int) -> None:
    changed, deeds = [], []
    for row in _rows(connection, issues.c.status == "ignored", issues.c.substatus == "until_condition_met"):
        archived = archived_in(row)
        if archived is None or archived.rule.duration_ns is None:
            continue
        # Of events and users the keeper knows, when they come.
        if not still_archived(archived.rule, now_ns=now_ns, events=0, users=0, escalating=False):
            changed.append({"issue": row["id"], **opened(row, "condition_met", now_ns)})
            deeds.append(Deed(row["id"], now_ns, "unresolved", None, {"reason": "the time is over"}))
    _write(connection, changed)
    note(connection, deeds)


def _forecast(connection: Connection, now_ns: int) -> None:
    archived = {}
    rows = {}
    for row in _rows(connection, issues.c.status == "ignored", issues.c.substatus == "until_escalating"):
        meant = archived_in(row)
        if meant is not None and meant.limit_hour < hour_of(now_ns):
            archived[row["id"]], rows[row["id"]] = meant, row
    found = limits(connection, rows, now_ns) if rows else {}
    changed = [
        {"issue": issue, "archive": kept(replace(archived[issue], limit=limit, limit_hour=hour_of(now_ns)))}
        for issue, limit in found.items()
    ]
    _write(connection, changed)


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    query = select(issues).where(issues.c.merged_into.is_(None), *conditions)
    return [row._asdict() for row in connection.execute(query)]


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(update(issues).where(issues.c.id == bindparam("issue")), rows)
