"""GET /issues/{id}/events: an issue's events, the latest first; and which of them is meant by a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from fleaglass.hub.api import issue_cursor
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.event_rows import EVENT_COLUMNS, TIME_NS, event_row
from fleaglass.hub.api.event_shapes import EventPage
from fleaglass.hub.api.issue_cursor import EventCursor
from fleaglass.hub.api.issue_detail import the_issue
from fleaglass.hub.api.issue_rows import among_latest, groups_of, in_groups
from fleaglass.hub.api.parameters import LIMIT, Parameter, given, text, whole_number
from fleaglass.hub.api.sql import Bindings, between
from fleaglass.hub.api.times import TIME_PARAMETERS, parse_range
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["EVENT_PARAMETERS", "event_place", "issue_and_groups", "list_events", "neighbours"]

EVENT_PARAMETERS: Final = (
    *TIME_PARAMETERS,
    Parameter("agent", "Only events of this agent."),
    Parameter("release", "Only events of this release."),
    Parameter("environment", "Only events of this environment."),
    Parameter("cursor", "`next_cursor` of the page before."),
    LIMIT,
)
_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_NEWEST_FIRST: Final = " ORDER BY e.time DESC, e.event_id DESC"
_OLDEST_FIRST: Final = " ORDER BY e.time, e.event_id"
_TELLING: Final = (
    " ORDER BY notEmpty(e.trace_id) + JSONHas(e.body, 'breadcrumbs') + JSONHas(e.body, 'contexts', 'agent_state')"
    " + JSONHas(e.body, 'exception', 1, 'stacktrace') DESC, e.time DESC, e.event_id DESC"
)
"""The event that tells most: with its trace, its trail, the agent's state and a stack; of equal ones the latest."""

_WORDS: Final[Mapping[str, str]] = {"latest": _NEWEST_FIRST, "oldest": _OLDEST_FIRST}
_RECOMMENDED: Final = "recommended"
_LOOKED_AT: Final = 100
"""Of the latest events one is recommended; to look into more of them would take long, and the latest matter."""


async def issue_and_groups(state: State, issue: int) -> tuple[dict[str, Any], dict[GroupKey, int]]:
    """The row of an issue, and its groups. Raises Problem and StateError."""

    def read(connection: Any) -> tuple[dict[str, Any], dict[GroupKey, int]]:
        row = the_issue(connection, issue)
        return row, groups_of(connection, [row["id"]])

    return await state.reading(read)


async def list_events(
    store: Store, state: State, issue: int, pairs: Iterable[tuple[str, str]], now_ns: int
) -> EventPage:
    """The page that a query string asks for. Raises Problem, EngineError and StateError."""
    found = given(pairs, EVENT_PARAMETERS)
    place, limit = text(found, "cursor"), whole_number(found, LIMIT)
    after = None if place is None else issue_cursor.decode_event(place)
    _, of = await issue_and_groups(state, issue)
    bind = Bindings()
    wanted = [in_groups(bind, of), *between(bind, parse_range(found, now_ns), "e.time")]
    for name in ("agent", "release", "environment"):
        if (value := text(found, name)) is not None:
            wanted.append(f"e.{name} = {bind('String', value)}")
    if after is not None:
        wanted.append(_beside(bind, "<", after))
    sql = (
        f"SELECT {EVENT_COLUMNS} FROM events AS e WHERE {' AND '.join(wanted)}{_NEWEST_FIRST}"
        f" LIMIT 1 BY e.event_id LIMIT {limit + 1}"
    )
    rows = await store.query(sql, bind.values)
    page = rows[:limit]
    more = len(rows) > limit
    cursor = issue_cursor.encode_event(EventCursor(page[-1]["time_ns"], page[-1]["event_id"])) if more else None
    return {"events": [event_row(row) for row in page], "next_cursor": cursor}


async def event_place(store: Store, of: Collection[GroupKey], said: str) -> EventCursor:
    """Where the event is that an id or a word says. Raises Problem and EngineError."""
    bind = Bindings()
    events = f"events AS e WHERE {in_groups(bind, of)}"
    if said == _RECOMMENDED:
        events, order = f"events AS e WHERE {among_latest(bind, of, _LOOKED_AT)}", _TELLING
    elif said in _WORDS:
        order = _WORDS[said]
    elif _EVENT_ID.fullmatch(said):
        events, order = f"{events} AND e.event_id = {bind('String', said)}", _NEWEST_FIRST
    else:
        hint = f"32 lower-case hex digits, or one of {', '.join((*_WORDS, _RECOMMENDED))}."
        raise Problem(400, "bad_event", f"{said[:100]!r} is no event's id", hint)
    sql = f"SELECT {TIME_NS} AS time_ns, e.event_id AS event_id FROM {events}{order} LIMIT 1"
    for row in await store.query(sql, bind.values):
        return EventCursor(row["time_ns"], row["event_id"])
    raise Problem(
        404,
        "unknown_event",
        f"this issue has no event {said[:100]!r}",
        "It may be too old to be kept, or belong to another issue. See GET /api/v1/issues/{id}/events.",
    )


async def neighbours(store: Store, of: Collection[GroupKey], place: EventCursor) -> tuple[str | None, str | None]:
    """The ids of the events before and after it in the issue. Raises EngineError."""
    return (
        await _next(store, of, place, "<", _NEWEST_FIRST),
        await _next(store, of, place, ">", _OLDEST_FIRST),
    )


async def _next(store: Store, of: Collection[GroupKey], place: EventCursor, than: str, order: str) -> str | None:
    bind = Bindings()
    wanted = f"{in_groups(bind, of)} AND {_beside(bind, than, place)}"
    rows = await store.query(f"SELECT e.event_id AS id FROM events AS e WHERE {wanted}{order} LIMIT 1", bind.values)
    return rows[0]["id"] if rows else None


def _beside(bind: Bindings, than: str, place: EventCursor) -> str:
    """Condition: before (<) or after (>) a place. The time by itself tells the days that need not be read."""
    moment = f"fromUnixTimestamp64Nano({bind('Int64', place.time_ns)}, 'UTC')"
    return f"e.time {than}= {moment} AND (e.time, e.event_id) {than} ({moment}, {bind('String', place.event_id)})"
