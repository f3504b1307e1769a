"""From what the grammar recognised to the tree, bottom up; what it lets through and means nothing ends here."""

from __future__ import annotations

from typing import Any, Final, cast

from lark import Token, Transformer, v_args

from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tokens import field_of, literal_of, place_of
from fleaglass.hub.traceql.tree import (
    Aggregate,
    By,
    Child,
    Comparison,
    Constant,
    Descendant,
    Duration,
    Either,
    Every,
    Field,
    Filter,
    Function,
    Having,
    Metric,
    Operator,
    Place,
    Query,
    Select,
    Some,
    Spans,
    Stage,
    Test,
    Together,
    Value,
    parts,
)
from fleaglass.hub.traceql.words import HINTS, kind_of, unfit

__all__ = ["MOST_SELECTED", "builder"]

MOST_SELECTED: Final = 20
_MOST_GROUPS: Final = 5

Seen = tuple[Any, Place]
"""A field or a value, and where it stood."""


def builder() -> Transformer[Token, Query]:
    """What makes the tree while the grammar reads. Its methods raise TraceQLError."""
    return _Build()


@v_args(inline=True)
class _Build(Transformer[Token, Query]):
    """One method a rule of the grammar."""

    def query(self, spans: Spans, *rest: Any) -> Query:
        stages = tuple(each for each in rest if isinstance(each, Stage))
        metric = next((each for each in rest if isinstance(each, Metric)), None)
        hints = tuple(each for each in rest if isinstance(each, tuple))
        groups = [each for each in stages if isinstance(each, By)]
        if groups and metric is not None:
            raise TraceQLError(groups[0].place, f"by() of a metric stands behind it: {metric.function}(…) by(…)")
        if len(groups) > 1:
            raise TraceQLError(groups[1].place, "a query has one by() only")
        return Query(spans, stages, metric, hints)

    def together(self, left: Spans, _: Token, right: Spans) -> Together:
        return Together((*_inside(left, Together), *_inside(right, Together)))

    def either(self, left: Spans, _: Token, right: Spans) -> Either:
        return Either((*_inside(left, Either), *_inside(right, Either)))

    def child(self, above: Spans, _: Token, below: Spans) -> Child:
        return Child(above, below)

    def descendant(self, above: Spans, _: Token, below: Spans) -> Descendant:
        return Descendant(above, below)

    def filter(self, test: Test | None) -> Filter:
        return Filter(Constant(True) if test is None else test)

    def every(self, left: Test, _: Token, right: Test) -> Every:
        return Every((*_inside(left, Every), *_inside(right, Every)))

    def some(self, left: Test, _: Token, right: Test) -> Some:
        return Some((*_inside(left, Some), *_inside(right, Some)))

    def true(self, _: Token) -> Constant:
        return Constant(True)

    def false(self, _: Token) -> Constant:
        return Constant(False)

    def comparison(self, field: Seen, operator: Token, value: Seen) -> Comparison:
        compared = Comparison(field[0], cast(Operator, str(operator)), value[0], field[1])
        fault = unfit(compared.field, compared.operator, compared.value)
        if fault is not None:
            raise TraceQLError(value[1], fault)
        return compared

    def select(self, *fields: Seen) -> Select:
        if len(fields) > MOST_SELECTED:
            raise TraceQLError(fields[MOST_SELECTED][1], f"select() takes at most {MOST_SELECTED} fields")
        return Select(tuple(_readable(each) for each in fields))

    def by(self, field: Seen) -> By:
        return By(_readable(field), field[1])

    def having(self, aggregate: Token, *rest: Any) -> Having:
        *fields, operator, bound = rest
        if operator in ("=~", "!~"):
            raise TraceQLError(place_of(operator), f"{aggregate}() is a number, which {operator} does not match")
        field = _numeric(fields[0], f"{aggregate}()") if fields else None
        value = cast("int | float | Duration", literal_of(bound))
        return Having(cast(Aggregate, str(aggregate)), field, cast(Operator, str(operator)), value)

    def metric(self, function: Token, *rest: Any) -> Metric:
        *asked, groups = rest
        field = _numeric(asked[0], f"{function}()") if asked else None
        quantiles = tuple(_quantile(token) for token in asked[1:])
        return Metric(cast(Function, str(function)), field, quantiles, groups or ())

    def groups(self, *fields: Seen) -> tuple[Field, ...]:
        if len(fields) > _MOST_GROUPS:
            raise TraceQLError(fields[_MOST_GROUPS][1], f"by() takes at most {_MOST_GROUPS} fields")
        return tuple(_readable(each) for each in fields)

    def hint(self, name: Token, value: Seen) -> tuple[str, Value]:
        if name not in HINTS:
            raise TraceQLError(place_of(name), f"there is no hint {str(name)!r}; there are {', '.join(HINTS)}")
        return str(name), value[0]

    def field(self, token: Token) -> Seen:
        return field_of(token), place_of(token)

    def value(self, token: Token) -> Seen:
        return literal_of(token), place_of(token)


def _inside(node: Spans | Test, kind: type) -> tuple[Any, ...]:
    """The members of a node of this kind, else the node: a && (b && c) is a && b && c."""
    return parts(node) if isinstance(node, kind) else (node,)


def _readable(seen: Seen) -> Field:
    field: Field = seen[0]
    if kind_of(field) == "root":
        raise TraceQLError(seen[1], "nestedSetParent can only be compared")
    return field


def _numeric(seen: Seen, whose: str) -> Field:
    field = _readable(seen)
    if kind_of(field) not in ("attribute", "duration"):
        raise TraceQLError(seen[1], f"{whose} takes a number: an attribute, or a duration")
    return field


def _quantile(token: Token) -> float:
    value = float(token)
    if not 0 <= value <= 1:
        raise TraceQLError(place_of(token), f"a quantile is from 0 to 1, got {token}")
    return value
