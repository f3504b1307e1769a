"""GET /issues/{id}/events/{event}: all that is known about one event, and what happened around it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final

import orjson

from fleaglass.hub.api.attachments import attachments_of
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.event_body import shown_body
from fleaglass.hub.api.event_rows import EVENT_COLUMNS, event_row
from fleaglass.hub.api.event_shapes import EventDetail
from fleaglass.hub.api.issue_cursor import EventCursor
from fleaglass.hub.api.issue_events import event_place, issue_and_groups, neighbours
from fleaglass.hub.api.issue_rows import in_groups, issue_link
from fleaglass.hub.api.issue_shapes import IssueLink
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.trace_issues import issues_in_traces
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.state import State
from fleaglass.hub.store import Row, Store

__all__ = ["event_detail"]

_ALL: Final = (
    f"SELECT {EVENT_COLUMNS}, toUnixTimestamp64Nano(e.received) AS received_ns, e.project AS project, e.tags AS tags,"
    " e.platform AS platform, e.logger AS logger, e.server_name AS server_name, e.body AS body FROM events AS e"
)


async def event_detail(store: Store, state: State, issue: int, said: str) -> EventDetail:
    """The event of an issue that an id or a word says. Raises Problem, EngineError and StateError."""
    row, of = await issue_and_groups(state, issue)
    if not of:
        raise Problem(404, "unknown_event", "this issue has no events", "It was merged into another one.")
    place = await event_place(store, of, said)
    event, (previous, next_) = await asyncio.gather(_event(store, of, place), neighbours(store, of, place))
    attachments, same = await asyncio.gather(
        attachments_of(store, event["project"], place.event_id),
        _same_decision(store, state, event["trace_id"], row["id"]),
    )
    return {
        **event_row(event),
        **shown_body(orjson.loads(event["body"])),
        "issue": issue_link(row),
        "previous": previous,
        "next": next_,
        "received_ns": str(event["received_ns"]),
        "platform": event["platform"],
        "logger": event["logger"],
        "server_name": event["server_name"],
        "tags": [{"key": key, "value": value} for key, value in sorted(event["tags"].items())],
        "attachments": attachments,
        "same_decision": same,
    }


async def _event(store: Store, of: Collection[GroupKey], place: EventCursor) -> Row:
    bind = Bindings()
    time = f"e.time = fromUnixTimestamp64Nano({bind('Int64', place.time_ns)}, 'UTC')"
    sql = f"{_ALL} WHERE {in_groups(bind, of)} AND {time} AND e.event_id = {bind('String', place.event_id)} LIMIT 1"
    return (await store.query(sql, bind.values))[0]


async def _same_decision(store: Store, state: State, trace_id: str, issue: int) -> list[IssueLink]:
    """The other issues that happened in the same trace."""
    if not trace_id:
        return []
    found = await issues_in_traces(store, state, [trace_id])
    return [one["issue"] for trace in found for one in trace["issues"] if one["issue"]["id"] != issue]
