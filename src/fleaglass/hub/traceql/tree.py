"""A query as a tree: what `parse` makes of a text, `written` writes down again, and the SQL is made from.

::

    {…} && {…} > {…}     | by(…) | count() > 2 | select(…)     | rate() by(…)     with (…)
    ──── spans ─────     ──────────── stages ────────────     ─── metric ───     ─ hints ─

Trees are equal when they mean the same; where something stood in the text is told for messages only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Final, Literal, TypeAlias

__all__ = [
    "NOWHERE",
    "Aggregate",
    "Attribute",
    "By",
    "Child",
    "Comparison",
    "Constant",
    "Descendant",
    "Duration",
    "Either",
    "Every",
    "Field",
    "Filter",
    "Function",
    "Having",
    "Intrinsic",
    "Metric",
    "Operator",
    "Place",
    "Query",
    "Scope",
    "Select",
    "Some",
    "Spans",
    "Stage",
    "Test",
    "Together",
    "Value",
    "Word",
    "fields_of",
    "parts",
]

Scope: TypeAlias = Literal["span", "resource", "any"]
Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "=~", "!~"]
Aggregate: TypeAlias = Literal["count", "avg", "min", "max", "sum"]
Function: TypeAlias = Literal[
    "rate",
    "count_over_time",
    "sum_over_time",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "quantile_over_time",
    "histogram_over_time",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text: both count from 1."""

    line: int
    column: int


NOWHERE: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`span.key`, `resource.key`, or `.key`: the span's own, else its resource's."""

    scope: Scope
    key: str


@dataclass(frozen=True, slots=True)
class Intrinsic:
    """What every span has: `name`, `duration`, `trace:rootName` …, by the word that was written."""

    word: str


Field: TypeAlias = Attribute | Intrinsic


@dataclass(frozen=True, slots=True)
class Duration:
    """`1.5s`, in nanoseconds."""

    ns: int


@dataclass(frozen=True, slots=True)
class Word:
    """A status or a kind: `error`, `server`."""

    text: str


Value: TypeAlias = str | bool | int | float | Duration | Word | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator value`; None is nil."""

    field: Field
    operator: Operator
    value: Value
    place: Place = field_(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """`true` or `false`; an empty filter is true."""

    value: bool


@dataclass(frozen=True, slots=True)
class Every:
    """`a && b`, on one span."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`a || b`, on one span."""

    tests: tuple[Test, ...]


Test: TypeAlias = Comparison | Constant | Every | Some


@dataclass(frozen=True, slots=True)
class Filter:
    """`{ test }`: the spans that pass."""

    test: Test


@dataclass(frozen=True, slots=True)
class Together:
    """`{a} && {b}`: the spans of all, in traces that have some of each."""

    sets: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`{a} || {b}`: the spans of all."""

    sets: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """`{a} > {b}`: those of b whose parent is one of a."""

    above: Spans
    below: Spans


@dataclass(frozen=True, slots=True)
class Descendant:
    """`{a} >> {b}`: those of b that have one of a above them."""

    above: Spans
    below: Spans


Spans: TypeAlias = Filter | Together | Either | Child | Descendant


@dataclass(frozen=True, slots=True)
class Select:
    """`select(…)`: what is told of each span besides."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class By:
    """`by(field)`: a set of spans for each of its values."""

    field: Field
    place: Place = field_(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Having:
    """`avg(field) > value`: the sets of which this is true; only `count` has no field."""

    aggregate: Aggregate
    field: Field | None
    operator: Operator
    value: int | float | Duration


Stage: TypeAlias = Select | By | Having


@dataclass(frozen=True, slots=True)
class Metric:
    """`function(field, quantiles) by(…)`: a number for each step of time."""

    function: Function
    field: Field | None = None
    quantiles: tuple[float, ...] = ()
    by: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query."""

    spans: Spans
    stages: tuple[Stage, ...] = ()
    metric: Metric | None = None
    hints: tuple[tuple[str, Value], ...] = ()


def parts(node: Spans | Test) -> tuple[Spans | Test, ...]:
    """What a set of spans, or a test, is made of."""
    match node:
        case Filter(test):
            return (test,)
        case Every(tests) | Some(tests):
            return tests
        case Together(sets) | Either(sets):
            return sets
        case Child(above, below) | Descendant(above, below):
            return (above, below)
    return ()


def fields_of(node: Spans | Test) -> Iterator[Field]:
    """The fields that are compared in it, in the order of the text."""
    if isinstance(node, Comparison):
        yield node.field
    for part in parts(node):
        yield from fields_of(part)
