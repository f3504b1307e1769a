"""The pieces that queries are made of. A client's words only ever reach the engine as bound parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fleaglass.hub.api.times import EARLIEST_NS, LATEST_NS, TimeRange

__all__ = [
    "BY_ID",
    "IS_ROOT",
    "NO_SPAN",
    "NO_TRACE",
    "SPAN",
    "START_NS",
    "Bindings",
    "between",
    "columns",
    "first_of_each_span",
    "trace_ids",
    "where",
    "widened",
]

NO_TRACE: Final = "toFixedString('', 16)"
NO_SPAN: Final = "toFixedString('', 8)"
IS_ROOT: Final = f"s.parent_span_id = {NO_SPAN}"
BY_ID: Final = " SETTINGS optimize_move_to_prewhere_if_final = 1, do_not_merge_across_partitions_select_final = 1"
"""For queries that read a few traces by id with FINAL: look at the ids before the other columns, and take each day by
itself (a span never leaves its day). Halves what a page of summaries costs."""

SPAN: Final = "concat(hex(s.trace_id), hex(s.span_id))"
"""A span as text: its own id is unique in its trace only."""

START_NS: Final = "toUnixTimestamp64Nano(s.start_time)"


class Bindings:
    """The parameters of one query, in the making: calling it with a type and a value gives the placeholder."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, kind: str, value: Any) -> str:
        """`{p0:String}`, bound to `value`; `kind` is an engine type and must come from our own code."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


def between(bind: Bindings, time: TimeRange, column: str = "s.start_time") -> list[str]:
    """Conditions for a time column; an open end needs none, so that all days are read only when all were asked for."""
    conditions = []
    if time.from_ns > EARLIEST_NS:
        conditions.append(f"{column} >= {_moment(bind, time.from_ns)}")
    if time.to_ns < LATEST_NS:
        conditions.append(f"{column} < {_moment(bind, time.to_ns)}")
    return conditions


def widened(time: TimeRange, before_ns: int, after_ns: int) -> TimeRange:
    """A range with room on either side, as far as there is time."""
    return TimeRange(max(EARLIEST_NS, time.from_ns - before_ns), min(LATEST_NS, time.to_ns + after_ns))


def trace_ids(bind: Bindings, ids: Sequence[str], column: str = "s.trace_id") -> str:
    """Condition: one of these traces, as 32 hex digits each. The table is sorted by trace, so few rows are read."""
    return f"{column} IN (SELECT toFixedString(unhex(arrayJoin({bind('Array(String)', list(ids))})), 16))"


def first_of_each_span(columns: Iterable[str], conditions: Iterable[str]) -> str:
    """Rows of `spans AS s`, a span that was sent twice only once.

    For queries that read few rows of a long time; FINAL, which does the same, would first read every row there is.
    """
    return f"SELECT {', '.join(columns)} FROM spans AS s{where(conditions)} LIMIT 1 BY s.trace_id, s.span_id"


def columns(named: Mapping[str, str]) -> str:
    """What a SELECT tells, by name."""
    return ", ".join(f"{said} AS {name}" for name, said in named.items())


def where(conditions: Iterable[str]) -> str:
    """A WHERE clause with all of them, or nothing."""
    joined = " AND ".join(f"({condition})" for condition in conditions)
    return f" WHERE {joined}" if joined else ""


def _moment(bind: Bindings, nanoseconds: int) -> str:
    return f"fromUnixTimestamp64Nano({bind('Int64', nanoseconds)}, 'UTC')"
