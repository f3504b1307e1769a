"""What a query finds, worked out span by span in the plainest way: what the engine's answer is held against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    Query,
    Some,
    Spans,
    Test,
    Together,
    Word,
)
from fleaglass.hub.traceql.words import INTRINSICS, KINDS, STATUSES
from tests.support.otlp import T0


@dataclass(frozen=True)
class Span:
    trace: int
    id: int
    parent: int | None = None
    name: str = "a"
    status: int = 0
    kind: int = 1
    start: int = 0
    lasted: int = 0
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    resource: dict[str, Any] = field(default_factory=dict, hash=False)


def found(query: Query, spans: Sequence[Span]) -> dict[tuple[int, str], set[int]]:
    """The ids of the spans of each set, by trace and what by() makes of them."""
    matching = _spans(query.spans, spans)
    sets: dict[tuple[int, str], set[int]] = {}
    for span in matching:
        sets.setdefault((span.trace, ""), set()).add(span.id)
    by_id = {(span.trace, span.id): span for span in spans}
    for stage in query.stages:
        if isinstance(stage, By):
            groups: dict[tuple[int, str], set[int]] = {}
            for (trace, _), ids in sets.items():
                for each in ids:
                    key = tagged(value_of(stage.field, by_id[trace, each], spans))
                    groups.setdefault((trace, key), set()).add(each)
            sets = groups
        if isinstance(stage, Having):
            sets = {
                key: ids
                for key, ids in sets.items()
                if _having(stage, [value_of(stage.field, by_id[key[0], each], spans) for each in ids])
            }
    return sets


def value_of(asked: Field | None, span: Span, spans: Sequence[Span]) -> Any:
    """None where the span has no such field."""
    if asked is None:
        return None
    if isinstance(asked, Attribute):
        places = {"span": [span.attributes], "resource": [span.resource], "any": [span.attributes, span.resource]}
        return next((place[asked.key] for place in places[asked.scope] if asked.key in place), None)
    own = {
        "name": span.name,
        "status": Word(STATUSES[span.status]),
        "kind": Word(KINDS[span.kind]),
        "duration": Duration(span.lasted),
        "status_message": "",
        "is_root": -1 if span.parent is None else 0,
        "span_id": f"{span.id:016x}",
        "parent_id": None if span.parent is None else f"{span.parent:016x}",
        "trace_id": f"{span.trace:032x}",
        "scope_name": "test",
        "scope_version": "1",
    }
    meaning = INTRINSICS[asked.word]
    return own[meaning] if meaning in own else _of_the_trace(meaning, [one for one in spans if one.trace == span.trace])


def tagged(value: Any) -> str:
    """How the engine writes a value down."""
    match value:
        case Word(text):
            return f"s{text}"
        case Duration(ns):
            return f"i{ns}"
        case bool():
            return f"b{value:d}"
        case str():
            return f"s{value}"
        case int():
            return f"i{value}"
        case float():
            return f"d{value:g}"
    return ""


def _of_the_trace(meaning: str, spans: Sequence[Span]) -> Any:
    if meaning == "trace_duration":
        return Duration(max(span.start + span.lasted for span in spans) - min(span.start for span in spans))
    roots = sorted((span.start, span.id, span) for span in spans if span.parent is None)
    if not roots:
        return None
    root = roots[0][2]
    service = root.resource.get("service.name")
    return root.name if meaning == "root_name" else service if isinstance(service, str) else ""


def _spans(asked: Spans, spans: Sequence[Span]) -> list[Span]:
    match asked:
        case Filter(test):
            return [span for span in spans if _test(test, span, spans)]
        case Either(sets):
            return _union(_spans(each, spans) for each in sets)
        case Together(sets):
            each = [_spans(one, spans) for one in sets]
            common = set.intersection(*({span.trace for span in one} for one in each))
            return [span for span in _union(each) if span.trace in common]
        case Child(above, below):
            parents = {(span.trace, span.id) for span in _spans(above, spans)}
            return [span for span in _spans(below, spans) if (span.trace, span.parent) in parents]
        case Descendant(above, below):
            parents = {(span.trace, span.id) for span in _spans(above, spans)}
            return [span for span in _spans(below, spans) if any(up in parents for up in _above(span, spans))]


def _above(span: Span, spans: Sequence[Span]) -> list[tuple[int, int]]:
    parent_of = {(one.trace, one.id): one.parent for one in spans}
    chain: list[tuple[int, int]] = []
    at = span.parent
    while at is not None and (span.trace, at) in parent_of and (span.trace, at) not in chain:
        chain.append((span.trace, at))
        at = parent_of[span.trace, at]
    return chain


def _union(lists: Iterable[list[Span]]) -> list[Span]:
    return list({(span.trace, span.id): span for each in lists for span in each}.values())


def _test(test: Test, span: Span, spans: Sequence[Span]) -> bool:
    match test:
        case Constant(value):
            return value
        case Every(tests):
            return all(_test(each, span, spans) for each in tests)
        case Some(tests):
            return any(_test(each, span, spans) for each in tests)
        case Comparison(asked, operator, value):
            return _compared(value_of(asked, span, spans), operator, value)


def _compared(had: Any, operator: str, wanted: Any) -> bool:
    if wanted is None:
        return (had is None) == (operator == "=")
    if operator in ("=~", "!~"):
        return isinstance(had, str) and (re.fullmatch(wanted, had) is not None) == (operator == "=~")
    had, wanted = _plain(had), _plain(wanted)
    numbers = all(type(each) in (int, float) for each in (had, wanted))
    if not numbers and type(had) is not type(wanted):
        return False
    if isinstance(had, str):
        had, wanted = had.encode(), wanted.encode()
    return bool(
        {
            "=": lambda: had == wanted,
            "!=": lambda: had != wanted,
            "<": lambda: had < wanted,
            "<=": lambda: had <= wanted,
            ">": lambda: had > wanted,
            ">=": lambda: had >= wanted,
        }[operator]()
    )


def _plain(value: Any) -> Any:
    match value:
        case Duration(ns):
            return ns
        case Word(text):
            return text
    return value


def numbers_of(values: Iterable[Any]) -> list[float]:
    return [float(plain) for value in values if type(plain := _plain(value)) in (int, float)]


def _having(having: Having, values: Sequence[Any]) -> bool:
    if having.aggregate == "count":
        return _compared(len(values), having.operator, having.value)
    numbers = numbers_of(values)
    if not numbers:
        return False
    aggregate = {"avg": lambda of: sum(of) / len(of), "sum": sum, "min": min, "max": max}[having.aggregate]
    return _compared(float(aggregate(numbers)), having.operator, having.value)


def fields_of_request(span: Span) -> dict[str, Any]:
    """The span as tests/support/otlp.py takes it."""
    return {
        "trace": span.trace,
        "id": span.id,
        "parent": span.parent,
        "name": span.name,
        "kind": span.kind,
        "status": span.status,
        "attributes": span.attributes,
        "start_time_unix_nano": T0 + span.start,
        "end_time_unix_nano": T0 + span.start + span.lasted,
    }
