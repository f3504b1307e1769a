"""Tree -> text, in one spelling; parsed again it gives the same tree."""

from __future__ import annotations

import re
from typing import Final

from fleaglass.hub.traceql.literals import quoted, written_duration
from fleaglass.hub.traceql.tree import (
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
    Having,
    Metric,
    Query,
    Select,
    Some,
    Spans,
    Stage,
    Test,
    Together,
    Value,
    Word,
)

__all__ = ["field_text", "written"]

_BARE: Final = re.compile(r"[^\s(){}=!<>~|&^,\"`]+")


def written(query: Query) -> str:
    """The query as text."""
    pieces = [_spans(query.spans), *(_stage(stage) for stage in query.stages)]
    if query.metric is not None:
        pieces.append(_metric(query.metric))
    hints = ", ".join(f"{name}={_value(value)}" for name, value in query.hints)
    return " | ".join(pieces) + (f" with ({hints})" if hints else "")


def field_text(field: Field) -> str:
    """A field as it is written, and as answers call it."""
    if not isinstance(field, Attribute):
        return field.word
    key = field.key if _BARE.fullmatch(field.key) else quoted(field.key)
    return f"{'' if field.scope == 'any' else field.scope}.{key}"


def _spans(spans: Spans) -> str:
    match spans:
        case Filter(Constant(True)):
            return "{ }"
        case Filter(test):
            return f"{{ {_test(test)} }}"
        case Together(sets):
            return " && ".join(map(_inner_spans, sets))
        case Either(sets):
            return " || ".join(map(_inner_spans, sets))
        case Child(above, below):
            return f"{_inner_spans(above)} > {_inner_spans(below)}"
        case Descendant(above, below):
            return f"{_inner_spans(above)} >> {_inner_spans(below)}"


def _inner_spans(spans: Spans) -> str:
    return _spans(spans) if isinstance(spans, Filter) else f"({_spans(spans)})"


def _test(test: Test) -> str:
    match test:
        case Constant(value):
            return _value(value)
        case Comparison(field, operator, value):
            return f"{field_text(field)} {operator} {_value(value)}"
        case Every(tests):
            return " && ".join(map(_inner_test, tests))
        case Some(tests):
            return " || ".join(map(_inner_test, tests))


def _inner_test(test: Test) -> str:
    return f"({_test(test)})" if isinstance(test, Every | Some) else _test(test)


def _stage(stage: Stage) -> str:
    match stage:
        case Select(fields):
            return f"select({', '.join(map(field_text, fields))})"
        case By(field):
            return f"by({field_text(field)})"
        case Having(aggregate, field, operator, value):
            return f"{aggregate}({'' if field is None else field_text(field)}) {operator} {_value(value)}"


def _metric(metric: Metric) -> str:
    asked = [] if metric.field is None else [field_text(metric.field), *map(_value, metric.quantiles)]
    by = f" by({', '.join(map(field_text, metric.by))})" if metric.by else ""
    return f"{metric.function}({', '.join(asked)}){by}"


def _value(value: Value) -> str:
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case float():
            return repr(value)
        case int():
            return str(value)
        case Duration(ns):
            return written_duration(ns)
        case Word(text):
            return text
