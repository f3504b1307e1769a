"""GET /api/search: the newest traces that have what a query asks for, with some of the spans that it found.

::

    sets     per trace (and value of by()): how many spans, and what count() and its like say     → newest traces
    spans    of these traces, the first `spss` of each set, with what the query is about          ┐
    traces   of these traces: root, start and duration, whatever the range                        ┴→ the answer

Spans that have not ended are not looked at; a trace shows them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fleaglass.hub.api.sql import BY_ID, START_NS, Bindings, trace_ids
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Row, Store
from fleaglass.hub.tempo_api.values import otlp_value
from fleaglass.hub.traceql.build import MOST_SELECTED
from fleaglass.hub.traceql.fields import read
from fleaglass.hub.traceql.rows import TRACE, Rows, havings
from fleaglass.hub.traceql.tree import Attribute, By, Field, Query, Select, fields_of
from fleaglass.hub.traceql.written import field_text

__all__ = ["NO_ROOT", "Asked", "search"]

NO_ROOT: Final = "<root span not yet received>"
"""What Tempo says for a root that has not come, and Grafana knows."""

_MOST_SETS: Final = 100  # of one trace: by() over ids makes one of each span


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and how much of its answer: `limit` traces, `spans` of each set."""

    query: Query
    time: TimeRange
    limit: int = 20
    spans: int = 3


async def search(store: Store, asked: Asked) -> dict[str, Any]:
    """The answer. Raises EngineError."""
    bind = Bindings()
    found = await store.query(_newest(asked, bind), bind.values)
    ids = [row["id"] for row in found]
    if not ids:
        return {"traces": [], "metrics": {}}
    spans, traces = await asyncio.gather(_spans(store, asked, ids), _traces(store, ids))
    return {"traces": [_trace(asked.query, row, traces[row["id"]], spans) for row in found], "metrics": {}}


def _newest(asked: Asked, bind: Bindings) -> str:
    """SQL: (id, sets) of the newest traces; a set is (key, spans, numbers)."""
    query = asked.query
    rows = Rows(query, asked.time, bind)
    asked_of_sets = havings(query)[1]
    numbers = [f"toFloat64({rows.conditions.aggregate(having)})" for having in asked_of_sets]
    tested = [rows.conditions.having(having) for having in asked_of_sets]
    sets = (
        f"SELECT s.trace_id AS trace_id, {_key(query, bind)} AS key, count() AS spans, max({START_NS}) AS newest,"
        f" [{', '.join(numbers)}] AS numbers {rows.found()} GROUP BY s.trace_id, key"
    )
    if tested:
        sets += f" HAVING {' AND '.join(tested)}"
    return (
        "SELECT lower(hex(trace_id)) AS id, arraySort(groupArray("
        f"{_MOST_SETS})((key, spans, numbers))) AS sets FROM ({sets})"
        f" GROUP BY trace_id ORDER BY max(newest) DESC, trace_id LIMIT {bind('UInt32', asked.limit)}"
    )


async def _spans(store: Store, asked: Asked, ids: Sequence[str]) -> dict[tuple[str, str], list[Row]]:
    """The first spans of each set, by trace and key."""
    bind = Bindings()
    rows = Rows(asked.query, asked.time, bind)
    told = ", ".join(read(field, bind).tagged for field in told_fields(asked.query))
    found = await store.query(
        f"SELECT lower(hex(s.trace_id)) AS id, {_key(asked.query, bind)} AS key, lower(hex(s.span_id)) AS span_id,"
        f" s.name AS name, {START_NS} AS start_ns, greatest(s.duration_ns, 0) AS lasted_ns, [{told}] AS told"
        f" {rows.found(trace_ids(bind, ids))} ORDER BY s.start_time, s.span_id"
        f" LIMIT {bind('UInt32', asked.spans)} BY s.trace_id, key",
        bind.values,
    )
    by_set: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        by_set.setdefault((row["id"], row["key"]), []).append(row)
    return by_set


async def _traces(store: Store, ids: Sequence[str]) -> dict[str, Row]:
    bind = Bindings()
    these = f"SELECT lower(hex(s.trace_id)) AS id, {TRACE} FROM spans AS s WHERE {trace_ids(bind, ids)}"
    return {row["id"]: row for row in await store.query(f"{these} GROUP BY s.trace_id{BY_ID}", bind.values)}


def _trace(query: Query, row: Row, trace: Row, spans: dict[tuple[str, str], list[Row]]) -> dict[str, Any]:
    sets = [_set(query, each, spans.get((row["id"], each[0]), [])) for each in row["sets"]]
    return {
        "traceID": row["id"],
        "rootServiceName": NO_ROOT if trace["root_service"] is None else trace["root_service"],
        "rootTraceName": NO_ROOT if trace["root_name"] is None else trace["root_name"],
        "startTimeUnixNano": str(trace["start_ns"]),
        "durationMs": min(trace["duration_ns"] // 1_000_000, 2**32 - 1),
        "spanSets": sets,
    }


def _set(query: Query, found: tuple[str, int, list[float]], spans: Iterable[Row]) -> dict[str, Any]:
    key, matched, numbers = found
    group = _group(query)
    attributes = [] if group is None else [{"key": f"by({field_text(group)})", "value": otlp_value(key)}]
    for having, number in zip(havings(query)[1], numbers, strict=True):
        name = f"{having.aggregate}({'' if having.field is None else field_text(having.field)})"
        value = {"intValue": str(matched)} if having.field is None else {"doubleValue": number}
        attributes.append({"key": name, "value": value})
    return {"spans": [_span(query, row) for row in spans], "matched": matched, "attributes": attributes}


def _span(query: Query, row: Row) -> dict[str, Any]:
    told = zip(told_fields(query), row["told"], strict=True)
    return {
        "spanID": row["span_id"],
        "name": row["name"],
        "startTimeUnixNano": str(row["start_ns"]),
        "durationNanos": str(row["lasted_ns"]),
        "attributes": [{"key": _called(field), "value": otlp_value(tagged)} for field, tagged in told if tagged],
    }


def told_fields(query: Query) -> list[Field]:
    """What is told of each span: what the query selects and compares, without what every span tells anyway."""
    selected = [field for stage in query.stages if isinstance(stage, Select) for field in stage.fields]
    own = ("name", "span:name", "duration", "span:duration", "span:id", "trace:id", "nestedSetParent")
    each = dict.fromkeys([*selected, *fields_of(query.spans)])
    return [field for field in each if field_text(field) not in own][:MOST_SELECTED]


def _called(field: Field) -> str:
    """Grafana's name of a column: an attribute's key without its scope."""
    return field.key if isinstance(field, Attribute) else field.word


def _group(query: Query) -> Field | None:
    return next((stage.field for stage in query.stages if isinstance(stage, By)), None)


def _key(query: Query, bind: Bindings) -> str:
    group = _group(query)
    return "''" if group is None else read(group, bind).tagged
