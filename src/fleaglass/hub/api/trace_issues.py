"""The issues that happened in a trace, with the spans that they happened in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.event_rows import TIME_NS
from fleaglass.hub.api.event_shapes import IssuesOfTraces, TraceEvent, TraceIssue, TraceIssues
from fleaglass.hub.api.issue_rows import issue_links
from fleaglass.hub.api.issue_shapes import IssueLink
from fleaglass.hub.api.parameters import Parameter, given
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.issues.placing import GroupKey
from fleaglass.hub.issues.tables import groups
from fleaglass.hub.state import State
from fleaglass.hub.store import Row, Store

__all__ = ["TRACES_PARAMETERS", "issues_in_traces", "issues_of_trace", "issues_of_traces"]

_MOST_TRACES: Final = 200
_MOST_EVENTS: Final = 1000
TRACES_PARAMETERS: Final = (
    Parameter(
        "trace",
        "A trace id, 1 to 32 hex digits; for several give it several times, at most 200.",
        {"type": "string", "pattern": "^[0-9a-fA-F]{1,32}$"},
        repeatable=True,
    ),
)


async def issues_of_trace(store: Store, state: State, trace_id: str) -> TraceIssues:
    """The issues of one trace. Raises EngineError and StateError."""
    found = await issues_in_traces(store, state, [trace_id])
    return found[0] if found else {"trace_id": trace_id, "issues": []}


async def issues_of_traces(store: Store, state: State, pairs: Iterable[tuple[str, str]]) -> IssuesOfTraces:
    """The issues of the traces that a query string names. Raises Problem, EngineError and StateError."""
    asked = given(pairs, TRACES_PARAMETERS).get("trace", ())
    if len(asked) > _MOST_TRACES:
        hint = "Ask again for the rest."
        raise Problem(400, "bad_filter", f"trace must be given at most {_MOST_TRACES} times, got {len(asked)}", hint)
    return {"traces": await issues_in_traces(store, state, [parse_trace_id(trace_id) for trace_id in asked])}


async def issues_in_traces(store: Store, state: State, trace_ids: Sequence[str]) -> list[TraceIssues]:
    """Of each trace (32 hex digits) that has any, in the order in which they were named."""
    if not trace_ids:
        return []
    bind = Bindings()
    once = (
        "SELECT e.trace_id AS trace_id, e.span_id AS span_id, e.event_id AS event_id, e.project AS project,"
        f" e.hash AS hash, e.level AS level, e.title AS title, {TIME_NS} AS time_ns FROM events AS e"
        f" WHERE e.trace_id IN {bind('Array(String)', list(trace_ids))}"
        " LIMIT 1 BY e.event_id"
    )
    sql = f"SELECT * FROM ({once}) ORDER BY time_ns, event_id LIMIT {_MOST_EVENTS} BY trace_id"
    rows = await store.query(sql, bind.values)
    links = await state.reading(lambda connection: _issues(connection, {(row["project"], row["hash"]) for row in rows}))
    by_trace: dict[str, dict[int, TraceIssue]] = defaultdict(dict)
    for row in rows:
        if (link := links.get((row["project"], row["hash"]))) is not None:  # else it is not counted yet
            issue = by_trace[row["trace_id"]].setdefault(link["id"], {"issue": link, "events": []})
            issue["events"].append(_event(row))
    wanted = (trace_id for trace_id in dict.fromkeys(trace_ids) if trace_id in by_trace)
    return [{"trace_id": trace_id, "issues": list(by_trace[trace_id].values())} for trace_id in wanted]


def _event(row: Row) -> TraceEvent:
    return {
        "event_id": row["event_id"],
        "span_id": row["span_id"] or None,
        "time_ns": str(row["time_ns"]),
        "level": row["level"],
        "title": row["title"],
    }


def _issues(connection: Connection, keys: set[GroupKey]) -> dict[GroupKey, IssueLink]:
    query: Any = select(groups.c.project, groups.c.hash, groups.c.issue)
    rows = connection.execute(query.where(groups.c.hash.in_({hash_ for _, hash_ in keys}))).all()
    links = issue_links(connection, {row.issue for row in rows})
    return {(row.project, row.hash): links[row.issue] for row in rows}
