"""What there is to ask for: the names of attributes by scope, and the values of one, those of most spans first.

Both are looked for in the last day, unless the request has a range of its own.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Store
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column
from fleaglass.hub.store.values import from_tagged
from fleaglass.hub.traceql import Query, TraceQLError, parse
from fleaglass.hub.traceql.fields import read
from fleaglass.hub.traceql.rows import Rows
from fleaglass.hub.traceql.tree import Comparison, Constant, Every, Field, Filter, Select, Spans
from fleaglass.hub.traceql.words import INTRINSICS, KINDS, STATUSES, kind_of

__all__ = ["SCOPES", "names", "narrowed", "values"]

SCOPES: Final = ("intrinsic", "resource", "span")

_UNASKABLE: Final = ("nestedSetParent",)  # for Traces Drilldown, not for people
_TYPES: Final = {"string": "string", "int": "int", "double": "float", "bool": "bool"}


async def names(store: Store, scope: str, time: TimeRange, most: int) -> list[dict[str, Any]]:
    """The scopes, or the one that is asked for, with at most so many names each. Raises EngineError."""
    found: dict[str, list[str]] = {}
    for each in SCOPES if scope in ("", "none") else (scope,):
        match each:
            case "intrinsic":
                found[each] = [word for word in INTRINSICS if word not in _UNASKABLE]
            case "resource":
                found[each] = await _resource_names(store, time)
            case "span":
                found[each] = await _span_names(store, time)
            case _:
                found[each] = []
    return [{"name": each, "tags": sorted(tags)[:most]} for each, tags in found.items()]


async def _resource_names(store: Store, time: TimeRange) -> list[str]:
    """A handful of processes send all spans, so the distinct resources are few."""
    bind = Bindings()
    rows = await store.query(
        f"SELECT DISTINCT s.resource AS r FROM spans AS s{where(between(bind, time))}", bind.values
    )
    return list({key for row in rows for key, _ in orjson.loads(row["r"])})


async def _span_names(store: Store, time: TimeRange) -> list[str]:
    bind = Bindings()
    within = where(between(bind, time))
    maps = [f"groupUniqArrayArray(mapKeys(s.{name}))" for name in MAPS.values()]
    used = [f"if(countIf(isNotNull(s.{column(name)})) > 0, ['{name}'], [])" for name in TYPED_COLUMNS]
    sql = f"SELECT arrayDistinct(arrayConcat({', '.join([*maps, *used])})) AS keys FROM spans AS s{within}"
    return [key for row in await store.query(sql, bind.values) for key in row["keys"]]


def narrowed(text: str, field: Field) -> Spans:
    """The spans whose values are wanted, from what somebody is typing: all, for as long as it is no query.

    What it says of the field itself is about to be said, so it does not count; nor does `= ""`, which an editor adds.
    """
    everything = Filter(Constant(True))
    try:
        spans = parse(text).spans if text else everything
    except TraceQLError:
        return everything
    if not isinstance(spans, Filter):
        return spans
    tests = spans.test.tests if isinstance(spans.test, Every) else (spans.test,)
    kept = [each for each in tests if not (isinstance(each, Comparison) and (each.field == field or each.value == ""))]
    return Filter(Every((Constant(True), *kept)))


async def values(store: Store, field: Field, spans: Spans, time: TimeRange, most: int) -> list[dict[str, str]]:
    """{"type", "value"} of at most so many values that these spans have. Raises EngineError."""
    kind = kind_of(field)
    if kind in ("status", "kind"):
        return [{"type": "keyword", "value": word} for word in (STATUSES if kind == "status" else KINDS)]
    if kind in ("duration", "root"):
        return []  # Grafana has people write it
    asked = Query(spans, (Select((field,)),))
    bind = Bindings()
    rows = Rows(asked, time, bind)
    tagged = read(field, bind).tagged
    sql = (
        f"SELECT {tagged} AS value {rows.found()} GROUP BY value HAVING value != ''"
        f" ORDER BY count() DESC, value LIMIT {bind('UInt32', most)}"
    )
    found = [from_tagged(row["value"]) for row in await store.query(sql, bind.values)]
    return [{"type": _TYPES[value["type"]], "value": _shown(value["value"])} for value in found]


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
