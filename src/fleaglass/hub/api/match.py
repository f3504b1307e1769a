"""Filters as SQL: which traces have the spans that were asked for.

Each filter is a set of trace ids of its own, so that different spans of a trace may satisfy different filters, and so
that each reads only the columns it is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.sql import IS_ROOT, Bindings, between, where, widened
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["DAY_NS", "MINUTE_NS", "around", "matching"]

MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 1440 * MINUTE_NS

_TRACE_ID: Final = re.compile(r"[0-9a-fA-F]{1,32}")
_SEARCHED: Final = (
    "s.name",
    "s.agent",
    "s.status_message",
    "s.pf_asset",
    "s.pf_order_id",
    "s.pf_escrow_id",
    "s.pf_counterparty",
    "s.pf_cycle_reason",
    "s.pf_error_code",
)
_STATUS: Final = {
    "error": "s.status_code = 2",
    "ok": f"s.status_code = 1 AND {IS_ROOT}",
    "unset": f"s.status_code = 0 AND {IS_ROOT}",
}


def around(time: TimeRange) -> TimeRange:
    """Where spans of traces that start in `time` lie: another agent's clock may be early, and work takes a while."""
    return widened(time, MINUTE_NS, DAY_NS)


def matching(filters: Filters, bind: Bindings, table: str = "spans") -> list[str]:
    """Conditions on `s.trace_id`, one a filter; outcome, duration and place are for whoever knows the whole trace.

    `table` is where the spans are looked for: `spans`, or `open_spans`.
    """
    wanted: list[list[str]] = []
    window = between(bind, around(filters.time))
    if filters.agent is not None:
        wanted.append([f"s.agent = {bind('String', filters.agent)}"])
    if filters.name is not None:
        wanted.append([f"s.name = {bind('String', filters.name)}"])
    if filters.status is not None:
        wanted.append([_STATUS[filters.status]])
    if filters.asset is not None:
        wanted.append([f"s.pf_asset = {bind('String', filters.asset)}"])
    wanted += [list(_attribute(bind, key, value, table, window)) for key, value in filters.attributes]
    if filters.text is not None:
        wanted.append(list(_text(bind, filters.text)))
    return [_any_span(window, alternatives, table) for alternatives in wanted]


def _any_span(window: list[str], alternatives: list[str], table: str) -> str:
    """Some span meets one of the alternatives; each is read by itself, with the columns that it needs."""
    reads = [f"SELECT s.trace_id FROM {table} AS s{where([*window, condition])}" for condition in alternatives]
    return f"s.trace_id IN ({' UNION ALL '.join(reads)})"


def _attribute(bind: Bindings, key: str, value: str, table: str, window: Sequence[str]) -> Iterator[str]:
    """Wherever an attribute may be kept: its typed column, or the map of another type's values; the resource."""
    typed = TYPED_COLUMNS.get(key)
    bound_key = bind("String", key)
    for kind, test in _tests(bind, value):
        held = f"s.{MAPS[kind]}"
        if typed == kind:
            yield f"s.{column(key)} {test}"
        else:
            yield f"mapContains({held}, {bound_key}) AND {held}[{bound_key}] {test}"
    # There are as many resources as processes, so each is read once and not again for each of its spans.
    # (The limit, which is none, keeps the engine from looking into them first.)
    every = f"SELECT s.resource AS r FROM {table} AS s{where(window)} GROUP BY r LIMIT 1000000000"
    said = f"arrayExists(p -> p.1 = {bound_key} AND {_tagged(bind, value)}, {_RESOURCE})"
    yield f"s.resource IN (SELECT r FROM ({every}) WHERE {said})"


_RESOURCE: Final = "JSONExtract(r, 'Array(Tuple(String, String))')"


def _tests(bind: Bindings, value: str) -> Iterator[tuple[str, str]]:
    """For each type that `value` can be read as: the type, and what to write behind a column to compare it."""
    yield "string", f"= {bind('String', value)}"
    if value in ("true", "false"):
        yield "boolean", f"= {bind('Bool', value == 'true')}"
    number = _number(value)
    if number is None:
        return
    yield "double", "IN (nan)" if math.isnan(number) else f"= {bind('Float64', number)}"  # nothing = NaN, not even NaN
    whole = _whole(value, number)
    if whole is not None:
        yield "int", f"= {bind('Int64', whole)}"


def _tagged(bind: Bindings, value: str) -> str:
    """Comparison with a resource attribute's tagged text, see values.py."""
    alternatives = [f"p.2 = concat('s', {bind('String', value)})"]
    if value in ("true", "false"):
        alternatives.append(f"p.2 = 'b{value == 'true':d}'")
    number = _number(value)
    if number is not None and math.isfinite(number):
        bound = bind("Float64", number)
        alternatives.append(f"substring(p.2, 1, 1) IN ('i', 'd') AND toFloat64OrNull(substring(p.2, 2)) = {bound}")
    return f"({' OR '.join(alternatives)})"


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _whole(value: str, number: float) -> int | None:
    """The 64-bit integer that `value` says, exactly: a double would not tell 2^53 + 1 from 2^53."""
    try:
        whole = int(value)
    except ValueError:
        if not (math.isfinite(number) and number.is_integer()):
            return None
        whole = int(number)
    return whole if -(2**63) <= whole < 2**63 else None


def _text(bind: Bindings, text: str) -> Iterator[str]:
    needle = bind("String", text)
    for searched in _SEARCHED:
        yield f"positionCaseInsensitiveUTF8({searched}, {needle}) > 0"
    if _TRACE_ID.fullmatch(text):
        yield f"startsWith(lower(hex(s.trace_id)), lower({needle}))"
