"""From what the grammar recognised to the tree, bottom up; what it lets through and means nothing ends here."""

from __future__ import annotations

from typing import Any, Final, cast

from lark import Token, Transformer, v_args

from fleaglass.hub.traceql.literals import LARGEST, BadLiteral, duration_ns, unquoted
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import (
    Aggregate,
    Attribute,
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
    Intrinsic,
    Metric,
    Operator,
    Place,
    Query,
    Scope,
    Select,
    Some,
    Spans,
    Stage,
    Test,
    Together,
    Value,
    Word,
)
from fleaglass.hub.traceql.words import HINTS, INTRINSICS, KINDS, STATUSES, kind_of, unfit

__all__ = ["builder"]

_SCOPES: Final[dict[str, Scope]] = {"span": "span", "resource": "resource", "": "any"}
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
        return Select(tuple(_readable(each) for each in fields))

    def by(self, field: Seen) -> By:
        return By(_readable(field), field[1])

    def having(self, aggregate: Token, *rest: Any) -> Having:
        *fields, operator, bound = rest
        if operator in ("=~", "!~"):
            raise TraceQLError(_place(operator), f"{aggregate}() is a number, which {operator} does not match")
        field = _numeric(fields[0], f"{aggregate}()") if fields else None
        value = cast("int | float | Duration", _literal(bound))
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
            raise TraceQLError(_place(name), f"there is no hint {str(name)!r}; there are {', '.join(HINTS)}")
        return str(name), value[0]

    def field(self, token: Token) -> Seen:
        return _attribute(token) if token.type == "ATTRIBUTE" else _intrinsic(token), _place(token)

    def value(self, token: Token) -> Seen:
        return _literal(token), _place(token)


def _inside(node: Any, kind: type) -> tuple[Any, ...]:
    """The members of a node of this kind, else the node: a && (b && c) is a && b && c."""
    if not isinstance(node, kind):
        return (node,)
    return cast("tuple[Any, ...]", node.tests if isinstance(node, Every | Some) else node.sets)  # type: ignore[attr-defined]


def _attribute(token: Token) -> Attribute:
    scope, _, key = token.partition(".")
    if scope not in _SCOPES:
        hint = "attributes are span., resource., or begin with a dot alone"
        raise TraceQLError(_place(token), f"there are no attributes of {scope!r} here: {hint}")
    return Attribute(_SCOPES[scope], _key(key, _place(token)))


def _key(written: str, place: Place) -> str:
    """A key, which may be in quotes, or have some in it."""
    found, quoted = [], False
    for piece in _pieces(written):
        quoted = piece.startswith('"')
        found.append(_checked(unquoted, piece, place) if quoted else piece)
    return "".join(found)


def _pieces(written: str) -> list[str]:
    pieces: list[str] = []
    while written:
        end = written.find('"') if written[0] != '"' else _closing(written)
        end = len(written) if end < 0 else end
        pieces.append(written[:end])
        written = written[end:]
    return pieces


def _closing(written: str) -> int:
    """Behind the quotation mark that ends what begins with one."""
    place = 1
    while written[place] != '"':
        place += 2 if written[place] == "\\" else 1
    return place + 1


def _intrinsic(token: Token) -> Intrinsic:
    if token not in INTRINSICS:
        raise TraceQLError(
            _place(token),
            f"there is no field {str(token)!r}; an attribute begins with span., resource. or a dot, and besides there"
            f" are {', '.join(INTRINSICS)}",
        )
    return Intrinsic(str(token))


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
        raise TraceQLError(_place(token), f"a quantile is from 0 to 1, got {token}")
    return value


def _literal(token: Token) -> Value:
    place = _place(token)
    match token.type:
        case "STRING":
            return cast(str, _checked(unquoted, token, place))
        case "INTEGER":
            return _fitting(token, place)
        case "FLOAT":
            return float(token)
        case "DURATION":
            return Duration(cast(int, _checked(duration_ns, token, place)))
        case "TRUE" | "FALSE":
            return token.type == "TRUE"
        case "NIL":
            return None
    if token not in STATUSES and token not in KINDS:
        raise TraceQLError(place, f"{str(token)!r} is no value; text is written in quotes")
    return Word(str(token))


def _fitting(token: Token, place: Place) -> int:
    if len(token) > 20 or not -LARGEST - 1 <= int(token) <= LARGEST:
        raise TraceQLError(place, "a whole number has at most 64 bits")
    return int(token)


def _checked(read: Any, literal: str, place: Place) -> Any:
    try:
        return read(literal)
    except BadLiteral as fault:
        raise TraceQLError(place, str(fault)) from None


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)
