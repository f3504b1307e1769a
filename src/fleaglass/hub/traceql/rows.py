"""Where the spans of a query are read: `s`, beside it the trace `t` if that is asked for, and from when to when.

What is asked for begins in the range itself. What it has to do with, its parents, roots and siblings, may lie up to a
day outside of it.
"""

from __future__ import annotations

from typing import Final

from fleaglass.hub.api.match import DAY_NS
from fleaglass.hub.api.sql import IS_ROOT, Bindings, between, where, widened
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.traceql.conditions import Conditions
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import By, Field, Having, Place, Query, Select, fields_of
from fleaglass.hub.traceql.words import is_of_the_trace

__all__ = ["TRACE", "Rows", "havings"]

MOST_SQL: Final = 150_000
"""Characters. The engine's parser gives up somewhere above; each && and >> writes down twice what stands beside it."""

_END: Final = "toUnixTimestamp64Nano(s.start_time) + greatest(s.duration_ns, 0)"
_FIRST: Final = "(s.start_time, s.span_id)"

TRACE: Final = (
    f"argMinIf(toNullable(toString(s.name)), {_FIRST}, {IS_ROOT}) AS root_name,"
    f" argMinIf(toNullable(toString(s.service)), {_FIRST}, {IS_ROOT}) AS root_service,"
    f" min(toUnixTimestamp64Nano(s.start_time)) AS start_ns, max({_END}) - start_ns AS duration_ns"
)
"""What is told of a whole trace, by its spans `s`; without a root its name and service are NULL."""


class Rows:
    """The FROM and WHERE of a query, once for all of its parts. Raises TraceQLError when they get too long."""

    def __init__(self, query: Query, time: TimeRange, bind: Bindings) -> None:
        near = between(bind, widened(time, DAY_NS, DAY_NS))
        self._trace = ""
        if any(map(is_of_the_trace, _fields(query))):
            traces = f"SELECT s.trace_id AS trace_id, {TRACE} FROM spans AS s{where(near)} GROUP BY s.trace_id"
            self._trace = f" ANY LEFT JOIN ({traces}) AS t ON s.trace_id = t.trace_id"
        self.conditions = Conditions(bind, f"spans AS s{self._trace}", near)
        self._matching = [*between(bind, time), self.conditions.spans(query.spans)]
        tested = [self.conditions.having(having) for having in havings(query)[0]]
        if tested:
            traces = f"SELECT s.trace_id {self.found()} GROUP BY s.trace_id HAVING {' AND '.join(tested)}"
            self._matching.append(f"s.trace_id IN ({traces})")
        if sum(map(len, self._matching)) > MOST_SQL:
            raise TraceQLError(Place(1, 1), "this is too much for one query: compare less inside of &&, > and >>")

    def found(self, *more: str) -> str:
        """SQL from FROM on: the spans that are asked for, each once, if they also meet these conditions."""
        return f"FROM spans AS s FINAL{self._trace}{where([*self._matching, *more])}"


def havings(query: Query) -> tuple[list[Having], list[Having]]:
    """What is asked of a trace's spans as one set, and what of each set that by() makes, or of the only one.

    Before by(), and before a metric, they are one set.
    """
    stages = list(query.stages)
    by = next((place for place, stage in enumerate(stages) if isinstance(stage, By)), len(stages))
    split = by if query.metric is not None or by < len(stages) else 0
    whole, sets = ([each for each in part if isinstance(each, Having)] for part in (stages[:split], stages[split:]))
    return whole, sets


def _fields(query: Query) -> list[Field]:
    found = list(fields_of(query.spans))
    for stage in query.stages:
        match stage:
            case Select(fields):
                found += fields
            case By(field) | Having(field=field) if field is not None:
                found.append(field)
    if query.metric is not None:
        found += [*query.metric.by, *([] if query.metric.field is None else [query.metric.field])]
    return found
